"""One child process: started, watched, stopped, and found again by the next start if nobody was left to stop it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from newsroom.embedded import EngineError, leash

_POLL = 0.02
_SWEEP_PATIENCE = 8.0
_LOG_TAIL = 5
_HAS_PROC = Path("/proc/self/stat").exists()


def _nothing() -> None:
    return None


def _always() -> bool:
    return True


@dataclass(frozen=True)
class Service:
    """What there is to know about a child that runs until it is stopped.

    `prepare` runs before every start; `is_ready` says that the child serves, given its process id; `finish` runs when
    it first does. The three may raise EngineError. `stop` is the sequence of signals that end it well, each with the
    seconds it is given before the next one; after the last comes SIGKILL. `death_signal` is what the kernel sends it
    when its parent dies.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] | None = None
    prepare: Callable[[], None] = _nothing
    is_ready: Callable[[int], bool] = lambda pid: True
    finish: Callable[[], None] = _nothing
    stop: Sequence[tuple[signal.Signals, float]] = ((signal.SIGTERM, 3.0),)
    death_signal: signal.Signals = signal.SIGKILL
    ready_within: float = 30.0
    working_directory: Path | None = None


@dataclass
class Process:
    """A running, or not yet running, Service. Keeps its log and its pid file in the state directory `var`."""

    service: Service
    var: Path
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def pid(self) -> int:
        if self._child is None:
            raise RuntimeError(f"{self.service.name} was never started")
        return self._child.pid

    @property
    def log(self) -> Path:
        return self.var / "logs" / f"{self.service.name}.log"

    @property
    def pid_file(self) -> Path:
        return self.var / "pids" / f"{self.service.name}.json"

    def start(self) -> None:
        """Start the child in a session of its own. Raises EngineError when a living one of the same name is known."""
        if known := read_pid_file(self.pid_file):
            if identity(known.pid) == known.identity:
                raise EngineError(f"{self.service.name} already runs in {self.var} as process {known.pid}.")
            self.pid_file.unlink(missing_ok=True)
        self.service.prepare()
        for path in (self.log, self.pid_file):
            path.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".previous.log"))
        with self.log.open("wb") as log:
            self._child = subprocess.Popen(
                leashed(self.service.command, self.service.death_signal),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.service.environment,
                cwd=self.service.working_directory,
                start_new_session=True,
            )
        write_pid_file(self.pid_file, self._child.pid, self.service.stop[0][0])

    def wait_until_ready(self, should_stop: Callable[[], bool] = lambda: False) -> None:
        """Wait until the child serves, or `should_stop`. Raises EngineError when it ends or takes too long."""
        deadline = time.monotonic() + self.service.ready_within
        while not should_stop():
            if (status := self.poll()) is not None:
                raise EngineError(f"{self.service.name} ended at once ({describe_status(status)}). {self.last_words()}")
            if self.service.is_ready(self.pid):
                self.service.finish()
                return
            if time.monotonic() > deadline:
                raise EngineError(
                    f"{self.service.name} did not answer within {self.service.ready_within:.0f} s. {self.last_words()}"
                )
            time.sleep(_POLL)

    def poll(self) -> int | None:
        """The exit status once the child has ended (negative: killed by that signal), else None."""
        return None if self._child is None else self._child.poll()

    def running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    def stop(self) -> int | None:
        """Stop the child and whatever is left of its group; its exit status, None if it never ran."""
        return stop_together([self])[self.service.name]

    def send(self, number: signal.Signals) -> None:
        """Signal the child alone: those it started are its own to stop."""
        if self._child is not None:
            self._child.send_signal(number)

    def clear(self) -> int | None:
        """Kill what still lives of the child's group, forget its pid file and return its exit status."""
        if self._child is None:
            return None
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._child.pid, signal.SIGKILL)
        status = self._child.wait()
        self.pid_file.unlink(missing_ok=True)
        return status

    def last_words(self) -> str:
        """A sentence with the end of the log, or one that says that there is none."""
        return last_words(self.log)


@dataclass(frozen=True)
class Known:
    """What a pid file says: the process, how to tell it from a later one of the same number, what stops it well."""

    pid: int
    identity: str
    stop_signal: int


def leashed(command: Sequence[str], death_signal: signal.Signals) -> list[str]:
    """`command`, made to receive `death_signal` when this process dies."""
    start = [sys.executable, "-I", "-S", leash.__file__]
    return [*start, str(int(death_signal)), str(os.getpid()), *command]


def identity(pid: int) -> str | None:
    """A text no other process has, not even a later one of the same number; None when `pid` does not run.

    A zombie does not run: it only waits for its parent to read its status.
    """
    if _HAS_PROC:
        return _identity_from_proc(pid)
    found = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    state, _, started = found.stdout.strip().partition(" ")
    return None if not state or state.startswith("Z") else started.strip()


def _identity_from_proc(pid: int) -> str | None:
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    # proc(5): after the name in brackets, which may hold anything, come the state and, 19 fields on, the start time.
    fields = status.rpartition(")")[2].split()
    if fields[0] in {"Z", "X"}:
        return None
    return f"{_boot()}:{fields[19]}"


def _boot() -> str:
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


def _since_boot(known: Known) -> bool:
    """False when the process ran before the machine was started anew, so that its number means nothing now."""
    return not _HAS_PROC or known.identity.startswith(f"{_boot()}:")


def write_pid_file(path: Path, pid: int, stop_signal: signal.Signals) -> None:
    draft = path.with_suffix(".tmp")
    draft.write_text(json.dumps({"pid": pid, "identity": identity(pid), "stop_signal": int(stop_signal)}))
    draft.replace(path)


def read_pid_file(path: Path) -> Known | None:
    """What the pid file says, None when there is none or it cannot be understood."""
    try:
        content = json.loads(path.read_text())
        return Known(int(content["pid"]), str(content["identity"]), int(content["stop_signal"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def stop_together(processes: Sequence[Process]) -> dict[str, int | None]:
    """Stop some children at the same time, and whatever is left of their groups; the exit status of each.

    All climb the same ladder: the first signal, then for those that still live the second, in the end SIGKILL.
    """
    for rung in range(max((len(process.service.stop) for process in processes), default=0)):
        climbing = [process for process in processes if process.running() and rung < len(process.service.stop)]
        for process in climbing:
            process.send(process.service.stop[rung][0])
        deadline = time.monotonic() + max((process.service.stop[rung][1] for process in climbing), default=0.0)
        while any(process.running() for process in climbing) and time.monotonic() < deadline:
            time.sleep(_POLL)
    return {process.service.name: process.clear() for process in processes}


def sweep(var: Path) -> list[str]:
    """Stop every process that an earlier supervisor of `var` left behind; the names of those that still ran.

    Only a process whose start time is the one in its pid file is touched: its number may be somebody else's by now. Of
    one that has died itself, the group is stopped: no number is given out again while a group bears it.
    """
    found = {path: known for path in (var / "pids").glob("*.json") if (known := read_pid_file(path))}
    living = [known for known in found.values() if identity(known.pid) == known.identity]
    for known in living:
        with suppress(ProcessLookupError):
            os.kill(known.pid, known.stop_signal)
    deadline = time.monotonic() + _SWEEP_PATIENCE
    while any(identity(known.pid) == known.identity for known in living) and time.monotonic() < deadline:
        time.sleep(_POLL)
    for path, known in found.items():
        if identity(known.pid) in {known.identity, None} and _since_boot(known):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(known.pid, signal.SIGKILL)
        if read_pid_file(path) == known:
            path.unlink(missing_ok=True)
    return sorted(path.stem for path, known in found.items() if known in living)


def describe_status(status: int) -> str:
    """An exit status in words: ``exit status 1``, ``killed by SIGKILL``."""
    if status >= 0:
        return f"exit status {status}"
    return f"killed by {signal.Signals(-status).name}"


def last_words(log: Path) -> str:
    """A sentence with the end of a log file, or one that says that nothing is in it."""
    try:
        lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    except OSError:
        lines = []
    if not lines:
        return f"It wrote nothing to {log}."
    return f"The end of {log} says:\n  " + "\n  ".join(lines[-_LOG_TAIL:])
