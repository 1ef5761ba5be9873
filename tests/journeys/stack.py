"""The whole product, started as ``make demo`` starts it, for the journeys."""

from __future__ import annotations

import math
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from celery import Celery

from benchmarks.startup import free_port
from newsroom.embedded import inbox
from newsroom.embedded.addresses import addresses

ROOT = Path(__file__).resolve().parent.parent.parent
# Settings of the tests' own engines: the stack must not meet them.
_FOREIGN = ("DATABASE_URL", "REDIS_URL", "CACHE_URL", "EMAIL_URL", "STRIPE_SECRET_KEY", "PYTEST_XDIST_WORKER")

# What has happened is told once in a quarter of a minute, and its messages are handed over every five seconds. Whoever
# waits for it has the worker do so about once a second.
_TELLING = ("memberships.tasks.tell_what_happened", "newsletters.tasks.send_messages")
_LOOKS = 5


@dataclass(frozen=True)
class Stack:
    """A running newsroom: its addresses, its mailbox, its clock and what opens its accounts."""

    site: str
    stripe: str
    identity: str
    var: Path
    password: str

    def mails_to(self, address: str) -> list[inbox.Message]:
        """What arrived for an address, newest first."""
        return list(inbox.page(self.var / "inbox", recipient=address).messages)

    def mail_to(self, address: str, subject: str, *, by_itself: bool = False) -> inbox.Message:
        """The newest message for an address whose subject holds some words; waits for the worker to send it."""
        return self.mail(address, lambda message: subject.lower() in message.subject.lower(), by_itself=by_itself)

    def mail(self, address: str, is_it: Callable[[inbox.Message], bool], *, by_itself: bool = False) -> inbox.Message:
        """The newest message for an address that is the one meant; waits for the worker to send it."""
        found: list[inbox.Message] = []

        def is_there() -> bool:
            found.extend(filter(is_it, self.mails_to(address)))
            return bool(found)

        def have() -> str:
            return f"for {address} there are {[message.subject for message in self.mails_to(address)]}"

        self.until(is_there, by_itself=by_itself, instead=have)
        return found[0]

    def until(
        self,
        is_so: Callable[[], bool],
        *,
        within: float = 30,
        by_itself: bool = False,
        instead: Callable[[], str] = str,
    ) -> None:
        """Wait for the worker to have done something that can be seen; ``by_itself``, in its own time."""
        deadline, looks = time.monotonic() + within, 0
        while not is_so():
            assert time.monotonic() < deadline, f"It was not so within {within} s: {instead()}"
            looks += 1
            if not by_itself and looks % _LOOKS == 0:
                self.wake(*_TELLING)
            self._pause()

    def advance(self, seconds: int) -> None:
        """Move the clock of every process, the local Stripe's steps in between included."""
        data = urllib.parse.urlencode({"seconds": seconds}).encode()
        with urllib.request.urlopen(f"{self.stripe}/_stand_in/clock/advance", data=data, timeout=60) as answer:
            assert answer.status < 400

    def advance_to(self, moment: datetime) -> None:
        self.advance(math.ceil((moment - self.now()).total_seconds()))

    def wake(self, *tasks: str) -> None:
        """Let the worker do now what is its own to do at some minute: the timetable goes by the machine's hours."""
        with Celery(broker=addresses(self.var).queue_url) as app:
            for task in tasks:
                app.send_task(task)

    def now(self) -> datetime:
        """The moment it is in the running product."""
        return datetime.now(UTC) + timedelta(seconds=self.offset())

    def offset(self) -> int:
        """How many seconds the clock is ahead."""
        file = self.var / "clock"
        return int(file.read_text() or 0) if file.exists() else 0

    @staticmethod
    def _pause() -> None:
        """Between two looks into the mailbox, which nobody announces mail to."""
        signal.sigtimedwait([], 0.2)


def start(var: Path) -> tuple[subprocess.Popen[str], Stack]:
    """Start the demo in ``var`` and wait until it says that it is ready.

    Raises:
        RuntimeError: it ended instead, with everything it printed.
    """
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name not in _FOREIGN}
    environment |= {"MODE": "demo", "NEWSROOM_VAR": str(var), "PORT": str(port)}
    command = [sys.executable, "-m", "newsroom.embedded", "--with-parent"]
    log = (var.parent / f"{var.name}.log").open("w")
    demo = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=log, text=True)
    printed = []
    for line in demo.stdout or ():
        printed.append(line)
        if line.startswith("Ctrl-C stops"):
            break
    else:
        raise RuntimeError(
            f"The demo ended with {demo.wait()}:\n{''.join(printed)}\n{Path(log.name).read_text()[-4000:]}"
        )
    # Read on, so that what it prints later never fills the pipe.
    threading.Thread(target=list, args=(demo.stdout,), daemon=True).start()
    found = re.search(r"password for everybody: (\S+)\)", "".join(printed))
    assert found, "".join(printed)
    site = f"http://127.0.0.1:{port}"
    return demo, Stack(site, f"http://127.0.0.1:{port + 42}", f"http://127.0.0.1:{port + 43}", var, found[1])


def stop(demo: subprocess.Popen[str]) -> int:
    """Stop it as Ctrl-C does; answers its exit code."""
    demo.send_signal(signal.SIGINT)
    return demo.wait(timeout=60)
