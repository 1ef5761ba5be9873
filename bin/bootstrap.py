"""Fills the environment with exactly the locked packages: ``bin/bootstrap run|dev``, never this file directly.

The lock files name every version with its hashes and no place to fetch it from, so that whatever index the machine is
set up for is used. uv does the work; to get uv itself, any pip will do.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
INSTALLER = REQUIREMENTS / "bootstrap.txt"
# `dev` holds all of `run`.
LOCKS = {"run": REQUIREMENTS / "run.txt", "dev": REQUIREMENTS / "dev.txt"}

NOT_FOUND = 127


class CannotPrepare(Exception):
    """The environment cannot be made. The message says what is missing and how to mend it."""


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in LOCKS:
        sys.stderr.write("usage: bin/bootstrap run|dev\n")
        return 2
    venv = Path(os.environ.get("VENV") or ROOT / ".venv").absolute()
    try:
        # Two commands at once take turns.
        with Path(__file__).open("rb") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            prepare(venv, arguments[0])
    except (CannotPrepare, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted; the next start goes on from here.\n")
        return 130
    return 0


def prepare(venv: Path, level: str) -> None:
    """Make `venv` hold the packages of `level`, or of `dev` if it held those before. Does nothing when it does."""
    stamp = venv / "newsroom-packages.stamp"
    python = venv / "bin" / "python"
    if not is_this_python(python):
        create(venv)
    held, _, fingerprint = (stamp.read_text() if stamp.exists() else "").partition(" ")
    level = "dev" if held == "dev" else level
    wanted = fingerprint_of(level)
    if fingerprint == wanted:
        return
    stamp.unlink(missing_ok=True)
    say(f"Installing the locked packages into {venv} with Python {sys.version.split()[0]}")
    get_uv(python)
    install(python, LOCKS[level])
    stamp.write_text(f"{level} {wanted}")


def fingerprint_of(level: str) -> str:
    digest = hashlib.sha256(f"{sys.version} {sys.platform}".encode())
    for path in (INSTALLER, LOCKS[level]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_this_python(python: Path) -> bool:
    """True when the environment works and has the version of the Python in use."""
    probe = [str(python), "-I", "-c", "import sys; print(sys.version)"]
    try:
        return subprocess.run(probe, capture_output=True, text=True).stdout.strip() == sys.version
    except OSError:
        return False


def create(venv: Path) -> None:
    if venv.exists() and any(venv.iterdir()) and not (venv / "pyvenv.cfg").exists():
        raise CannotPrepare(f"{venv} is there already and is no Python environment. Move it away, or set VENV.")
    place = next(parent for parent in venv.parents if parent.exists())
    if not os.access(place, os.W_OK):
        raise CannotPrepare(
            f"Nothing can be written to {place}. Set VENV= to a directory of yours for the packages, and for the demo "
            "NEWSROOM_VAR= to another one for its data."
        )
    if venv.exists():
        shutil.rmtree(venv)
    # The base interpreter's own module first: it needs no ensurepip, which Debian ships apart.
    for command in (["venv", "--without-pip"], ["virtualenv", "--quiet", "--no-download"]):
        done = run([sys.executable, "-m", *command, str(venv)])
        if done.returncode == 0:
            return
    raise CannotPrepare(
        f"{venv} cannot be made ({last_line(done)}). Install the venv module of Python {sys.version.split()[0]} "
        "(on Debian and Ubuntu the package python3-venv), or name another Python with PYTHON=."
    )


def get_uv(python: Path) -> None:
    """Put the locked uv into the environment, by whichever pip or uv there is."""
    lock = ["--require-hashes", "-r", str(INSTALLER)]
    failure = "there is neither pip, ensurepip nor uv"
    for pip in chain(pips(python), [["uv", "pip", "install", "--quiet", "--python", str(python)]]):
        done = run([*pip, *lock])
        if done.returncode == 0:
            return
        if "No module named" not in done.stderr and done.returncode != NOT_FOUND:
            failure = last_line(done)
    raise CannotPrepare(
        f"The packages cannot be installed: {failure}. Install pip (python3-pip), or name a Python that has it."
    )


def install(python: Path, lock: Path) -> None:
    """Make the environment hold what the lock file names and nothing else."""
    uv = [str(python.with_name("uv")), "pip", "sync", "--quiet", "--python", str(python), "--require-hashes"]
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    # Named together, so that uv does not remove itself.
    locks = [str(lock)] if lock == LOCKS["dev"] else [str(lock), str(INSTALLER)]
    if subprocess.run([*uv, *locks], env=environment).returncode == 0:
        return
    # uv does not read pip's configuration, where a machine may keep the only index it can reach.
    say("uv could not do it; trying pip, which takes longer")
    for pip in pips(python):
        if run([*pip, "--require-hashes", "-r", str(lock)]).returncode == 0:
            return
    raise CannotPrepare("The packages cannot be installed; what uv said is above. Is there a way to a package index?")


def pips(python: Path) -> Iterator[list[str]]:
    """Ways to run pip on the environment, the quickest first: a pip of the machine, then the one inside Python."""
    options = ["install", "--quiet", "--disable-pip-version-check"]
    for pip in ([sys.executable, "-m", "pip"], ["pip3"], ["pip"]):
        yield [*pip, "--python", str(python), *options]
    run([str(python), "-m", "ensurepip"])
    yield [str(python), "-m", "pip", *options]


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(command, capture_output=True, text=True)
    except OSError as error:
        return subprocess.CompletedProcess(command, NOT_FOUND, "", str(error))


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip() for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    return lines[-1] if lines else f"exit status {done.returncode}"


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
