"""State directories for engines of a test's own, and the ways to be an ordinary user while the tests run as root."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from newsroom.embedded.addresses import sockets_dir
from newsroom.embedded.postgres import Postgres
from newsroom.embedded.processes import Process, sweep

ROOT = Path(__file__).resolve().parent.parent.parent
NOBODY = 65534


def eventually(condition: Callable[[], bool], within: float = 10.0) -> None:
    """Wait until `condition` holds; a failure when it does not do so in time."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, f"still not so after {within} s"
        time.sleep(0.01)


@pytest.fixture
def var() -> Iterator[Path]:
    """A state directory with a short path. Whatever still runs in it at the end is stopped."""
    path = Path(tempfile.mkdtemp(prefix="newsroom-engine-"))
    yield path
    sweep(path)
    shutil.rmtree(sockets_dir(path), ignore_errors=True)
    shutil.rmtree(path)


@pytest.fixture
def start_postgres(var: Path) -> Iterator[Callable[..., Process]]:
    """Starts the cluster of `var`; what the test leaves running is stopped."""
    started: list[Process] = []

    def start(**options: object) -> Process:
        started.append(Postgres(var, throwaway=True, **options).start())
        return started[-1]

    yield start
    for process in started:
        process.stop()


@pytest.fixture
def run_as_nobody(var: Path) -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Runs Python code as an ordinary user to whom `var` belongs, with the libraries of this run."""
    if os.getuid() != 0:
        pytest.skip("Only root can become somebody else.")
    if shutil.which("setpriv") is None:
        pytest.skip("There is no setpriv here.")
    change = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--"]
    os.chown(var, NOBODY, NOBODY)
    environment = {"PATH": os.defpath, "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)])}

    def run(code: str) -> subprocess.CompletedProcess[str]:
        command = [*change, _python_for_everybody(change), "-c", code, str(var)]
        return subprocess.run(command, env=environment, cwd="/", capture_output=True, text=True, timeout=60)

    return run


def _python_for_everybody(change: list[str]) -> str:
    """An interpreter of this very version that another user may run: the one in use may lie in root's home."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    # The change of user takes effect after the first program was found, so that only the second one proves anything.
    again = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import ctypes'], check=True)"
    for path in (sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
        try:
            if subprocess.run([*change, path, "-c", again], capture_output=True).returncode == 0:
                return path
        except OSError:
            continue
    pytest.skip(f"No other user may run a {version} here.")
