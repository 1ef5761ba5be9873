"""The real engines under the tests: a throwaway PostgreSQL and two Valkey servers for one run, gone with it.

Loaded before Django's settings are, because these are derived from NEWSROOM_VAR. Under xdist the controller starts the
engines and the workers find them by the environment they inherit. With DATABASE_URL or REDIS_URL set, those are used.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path

import pytest

from newsroom.embedded import EngineError, valkey
from newsroom.embedded.directories import delete_state
from newsroom.embedded.postgres import Postgres
from newsroom.embedded.processes import Process, stop_together, sweep
from newsroom.embedded.supervisor import only_one

_PREFIX = f"newsroom-test-{os.getuid()}-"
# A run holds its directory from a few seconds after it has made it.
_STARTING = 300.0
_BYTECODE = "bytecode"
_IS_XDIST_WORKER = "PYTEST_XDIST_WORKER" in os.environ

os.environ["MODE"] = "test"
if not _IS_XDIST_WORKER:
    os.environ["NEWSROOM_VAR"] = tempfile.mkdtemp(prefix=_PREFIX)
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        # Nothing is left behind then, but dozens of processes need not each compile all they import: two seconds.
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(Path(os.environ["NEWSROOM_VAR"], _BYTECODE))
        sys.dont_write_bytecode = False


def pytest_configure(config: pytest.Config) -> None:
    if _IS_XDIST_WORKER:
        return
    var = Path(os.environ["NEWSROOM_VAR"])
    stack = ExitStack()
    config.add_cleanup(stack.close)
    stack.callback(_delete, var)
    stack.enter_context(only_one(var))
    _delete_left_behind(var)
    try:
        _start_engines(var, stack)
    except EngineError as error:
        raise pytest.UsageError(str(error)) from error


def _start_engines(var: Path, stack: ExitStack) -> None:
    services = []
    if "DATABASE_URL" not in os.environ:
        services.append(Postgres(var, throwaway=True).service())
    if "REDIS_URL" not in os.environ:
        services += [valkey.queue(var, throwaway=True).service(), valkey.cache(var).service()]
    processes = [Process(service, var) for service in services]
    stack.callback(stop_together, processes)
    for process in processes:
        process.start()
    for process in processes:
        process.wait_until_ready()


def _delete_left_behind(current: Path) -> None:
    """Delete what a killed run could not: a directory like ours, not just made, that nobody holds any more."""
    for var in current.parent.glob(f"{_PREFIX}*"):
        with suppress(EngineError, OSError):
            if var != current and time.time() - var.stat().st_mtime > _STARTING:
                with only_one(var):
                    sweep(var)
                    _delete(var)


def _delete(var: Path) -> None:
    shutil.rmtree(var / _BYTECODE, ignore_errors=True)
    delete_state(var)


@cache
def find_chromium() -> Path | None:
    """A Chromium that starts, None where there is none. CHROMIUM= names one outright."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    found = [os.environ.get("CHROMIUM"), *map(shutil.which, names)]
    found += map(str, Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome"))
    found.append("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
    return next((Path(path) for path in found if path and _starts(path)), None)


def _starts(path: str) -> bool:
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def chromium_or_skip() -> Path:
    """The Chromium for a journey. Without one the journey is skipped, but on a CI machine it fails."""
    if (path := find_chromium()) is not None:
        return path
    reason = "There is no Chromium here. Install one, or name it with CHROMIUM=."
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
