"""How long it takes from a clone to a running newsroom."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from benchmarks.figures import Figure, timed
from newsroom.embedded.addresses import identity_port, mail_port, stripe_port

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 5
DEADLINE = 300


def measure() -> list[Figure]:
    """Set-up of the environment in a fresh copy, the first start there, and a later one; a copy for each round."""
    rounds = [_round() for _number in range(ROUNDS)]
    setup, first, later = zip(*rounds, strict=True)
    return [
        Figure("set-up of the environment, packages cached", setup),
        Figure("first start to `Ready`, new database, demo seeded", first, remark="target under 120 s with the set-up"),
        Figure("later start to `Ready`", later, remark="target under 10 s"),
    ]


def _round() -> tuple[float, float, float]:
    """Seconds for the set-up, the first start and a later one."""
    with tempfile.TemporaryDirectory(prefix="newsroom-bench-") as scratch:
        copy = clone(Path(scratch))
        setup = timed(
            lambda: subprocess.run([copy / "bin" / "bootstrap", "run"], cwd=copy, check=True, capture_output=True)
        )
        return setup, _time_to_ready(copy), _time_to_ready(copy)


def clone(scratch: Path) -> Path:
    copy = scratch / "newsroom"
    subprocess.run(["git", "clone", "--quiet", "--local", str(ROOT), str(copy)], check=True)
    return copy


def _time_to_ready(copy: Path) -> float:
    """Seconds from the command to its ``Ready``; the stop afterwards does not count."""
    start = time.perf_counter()
    with running(copy):
        return time.perf_counter() - start


@contextmanager
def running(copy: Path) -> Iterator[str]:
    """The demo of a copy, up and ready; stopped afterwards. Gives its address."""
    port = free_port()
    environment = {**os.environ, "PORT": str(port)}
    environment.pop("NEWSROOM_VAR", None)
    python = copy / ".venv" / "bin" / "python"
    demo = subprocess.Popen(
        [python, "-m", "newsroom.embedded"], cwd=copy, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        _wait_until_ready(demo)
        yield f"http://127.0.0.1:{port}"
    finally:
        demo.send_signal(signal.SIGINT)
        demo.wait(timeout=60)


def _wait_until_ready(demo: subprocess.Popen[str]) -> None:
    for line in demo.stdout or ():
        if line.startswith("Ready:"):
            return
    raise RuntimeError(f"The demo ended with {demo.wait(timeout=60)} before it was ready.")


def free_port() -> int:
    """A port that is free, and with it those the stand-ins take above it.

    Below the range from which the system gives ports to outgoing connections, one of which could take it meanwhile.
    """
    for _attempt in range(100):
        port = 20_000 + secrets.randbelow(12_000)
        if all(map(_is_free, (port, mail_port(port), stripe_port(port), identity_port(port)))):
            return port
    raise RuntimeError("No four free ports were found.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe, suppress(OSError):
        probe.bind(("127.0.0.1", port))
        return True
    return False


def has_room() -> bool:
    """Whether there is a gigabyte for the copy and its environment."""
    return shutil.disk_usage(tempfile.gettempdir()).free > 1 << 30
