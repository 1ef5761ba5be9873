"""Brings processes up in order, keeps them up, and takes them down in the opposite order, whatever happens.

It knows nothing of the product: what is to run is handed in as stages. Linux or macOS, one thread, no Django.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from newsroom.embedded import EngineError
from newsroom.embedded.processes import Process, Service, describe_status, stop_together, sweep

_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_POLL = 0.05
_WATCH = 0.5
_CRASH_WINDOW = 60.0
_CRASHES_BORNE = 5


def _nothing() -> None:
    return None


@dataclass(frozen=True)
class Step:
    """A command that runs to its end once. It is left out where `is_needed` says no; `done` runs when it succeeded."""

    service: Service
    is_needed: Callable[[], bool] = lambda: True
    done: Callable[[], None] = _nothing
    within: float = 900.0


Stage = Sequence[Service | Step]


@dataclass
class Supervisor:
    """Runs the stages one after the other, the parts of one at the same time, until it is told to stop.

    `ports` says what each loopback port is for. `announce` runs when everything is up. With `with_parent`, the end of
    the process that started this one (make, say) counts as being told to stop. What has crashed is started again after
    `first_pause` seconds, then after twice as many, and so on.
    """

    var: Path
    stages: Sequence[Stage]
    ports: Mapping[int, str] = field(default_factory=dict)
    announce: Callable[[], None] = _nothing
    with_parent: bool = False
    first_pause: float = 0.5
    _running: list[list[Process]] = field(default_factory=list, init=False)
    _stopping: bool = field(default=False, init=False)
    _parent: int = field(default_factory=os.getppid, init=False)

    def run(self) -> None:
        """Run until SIGINT, SIGTERM or SIGHUP. Raises EngineError when something cannot start or cannot be kept up."""
        with only_one(self.var), self._listening() as wakeup:
            if left := sweep(self.var):
                say(f"Stopped what an earlier run had left: {', '.join(left)}.")
            refuse_taken_ports(self.ports)
            with lifeline(self.var):
                try:
                    for stage in self.stages:
                        self._bring_up(stage)
                    if not self._must_stop():
                        self.announce()
                        self._keep_up(wakeup)
                finally:
                    self._take_down()

    @contextmanager
    def _listening(self) -> Iterator[int]:
        """Let the stop signals set a flag; yields a descriptor that becomes readable on any signal."""
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        previous = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        handlers = {number: signal.getsignal(number) for number in (*_STOP_SIGNALS, signal.SIGCHLD)}
        for number in _STOP_SIGNALS:
            # Under nohup the hang-up stays ignored.
            if not (number == signal.SIGHUP and handlers[number] == signal.SIG_IGN):
                signal.signal(number, self._on_signal)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        try:
            yield reader
        finally:
            for number, handler in handlers.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(previous)
            os.close(reader)
            os.close(writer)

    def _on_signal(self, number: int, frame: object) -> None:
        self._stopping = True

    def _must_stop(self) -> bool:
        return self._stopping or (self.with_parent and os.getppid() != self._parent)

    def _bring_up(self, stage: Stage) -> None:
        """Start the parts of a stage, and wait until its services serve and its steps have ended."""
        if self._must_stop():
            return
        begun = time.monotonic()
        services = [Process(part, self.var) for part in stage if isinstance(part, Service)]
        steps = {
            part.service.name: (part, Process(part.service, self.var))
            for part in stage
            if isinstance(part, Step) and part.is_needed()
        }
        self._running.append([])
        for process in (*services, *(process for _, process in steps.values())):
            process.start()
            self._running[-1].append(process)
        for process in services:
            process.wait_until_ready(self._must_stop)
            self._say_up(process, begun)
        for step, process in steps.values():
            self._see_through(step, process)
            self._say_up(process, begun)

    def _see_through(self, step: Step, process: Process) -> None:
        name, deadline = process.service.name, time.monotonic() + step.within
        while (status := process.poll()) is None:
            if self._must_stop():
                return
            if time.monotonic() > deadline:
                raise EngineError(f"{name} did not end within {step.within:.0f} s. {process.last_words()}")
            time.sleep(_POLL)
        if status != 0:
            raise EngineError(f"{name} failed ({describe_status(status)}). {process.last_words()}")
        self._running[-1].remove(process)
        process.clear()
        step.done()

    def _say_up(self, process: Process, begun: float) -> None:
        if not self._must_stop():
            say(f"  {process.service.name:<16} {time.monotonic() - begun:5.1f} s")

    def _keep_up(self, wakeup: int) -> None:
        """Start again what ends by itself, after a pause that doubles. Raises EngineError when that does not help."""
        watched = [_Watched(process, self.first_pause) for stage in self._running for process in stage]
        while not self._must_stop():
            readable, _, _ = select.select([wakeup], [], [], min([_WATCH, *(one.pause() for one in watched)]))
            if readable:
                os.read(wakeup, 4096)
            for one in watched:
                if not self._must_stop():
                    one.look_after()

    def _take_down(self) -> None:
        if any(process.running() for stage in self._running for process in stage):
            say("Stopping.")
        for stage in reversed(self._running):
            asked = {process.service.name: process.service.stop for process in stage if process.running()}
            for name, status in stop_together(list(reversed(stage))).items():
                # A child that has not got as far as handling a signal of ours ends by it, which is as good.
                if name in asked and status not in {0, *(-number for number, _ in asked[name])}:
                    say(f"  {name} did not stop cleanly ({describe_status(status or 0)}).")


@dataclass
class _Watched:
    """A process with the memory of its recent crashes."""

    process: Process
    first_pause: float
    crashes: list[float] = field(default_factory=list)
    restart_at: float | None = None

    def pause(self) -> float:
        """The seconds until there is something to do by the clock, at most one watch."""
        return _WATCH if self.restart_at is None else max(0.0, self.restart_at - time.monotonic())

    def look_after(self) -> None:
        now = time.monotonic()
        if self.restart_at is not None:
            if now >= self.restart_at:
                self.restart_at = None
                self.process.start()
        elif (status := self.process.poll()) is not None:
            self._note_crash(status, now)

    def _note_crash(self, status: int, now: float) -> None:
        name = self.process.service.name
        self.process.clear()
        self.crashes = [moment for moment in self.crashes if now - moment < _CRASH_WINDOW] + [now]
        if len(self.crashes) > _CRASHES_BORNE:
            raise EngineError(
                f"{name} ended {len(self.crashes)} times within a minute ({describe_status(status)}), so all is "
                f"stopped. {self.process.last_words()}"
            )
        wait = self.first_pause * 2 ** (len(self.crashes) - 1)
        say(f"{name} ended ({describe_status(status)}); it is started again in {wait:g} s.")
        self.restart_at = now + wait


def say(line: str) -> None:
    """Print for the person watching; that nobody watches any more must not stop an orderly stop."""
    with suppress(OSError, ValueError):
        print(line, flush=True)


@contextmanager
def only_one(var: Path) -> Iterator[None]:
    """Hold the state directory against a second supervisor. Raises EngineError when one is there already."""
    with (var / "supervisor.lock").open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise EngineError(
                f"The demo in {var} already runs, as process {lock.read().strip() or 'unknown'}. Stop that one first; "
                "for a second one set NEWSROOM_VAR to another directory and PORT to another port."
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def refuse_taken_ports(ports: Mapping[int, str]) -> None:
    """Raise EngineError when somebody listens on one of these loopback ports or it may not be used."""
    for port, purpose in ports.items():
        if reason := _why_not(port):
            raise EngineError(
                f"Port {port}, meant for {purpose}, {reason}. Choose another with PORT=, for example `make demo "
                f"PORT={min(ports) % 50000 + 1000}`."
            )


def _why_not(port: int) -> str | None:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1.0):
        return "is taken by another program"
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Connections of the last run that wait to be forgotten do not hinder a new listener.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            return "may be used by root alone"
        except OSError:
            return "is taken by another program"
    return None


@contextmanager
def lifeline(var: Path) -> Iterator[None]:
    """Start the process that stops ours should this one be killed, and let go of it at the end."""
    command = [sys.executable, "-m", "newsroom.embedded.lifeline", str(var)]
    root = Path(__file__).resolve().parent.parent.parent
    with subprocess.Popen(command, stdin=subprocess.PIPE, cwd=root, start_new_session=True):
        # Leaving closes its standard input, at which it ends, and waits for that.
        yield
