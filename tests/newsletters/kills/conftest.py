from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from benchmarks.startup import ROOT
from newsletters.models import Edition
from tests.serving import environment


@dataclass(frozen=True)
class Fate:
    """Whether a sender died, and the points it passed until then."""

    is_dead: bool
    passed: list[str]


class Victim:
    """A process whose children send editions, and are stopped on the way."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def send(self, edition: Edition, window: int, stops_at: int = 0, *, is_cut_off: bool = False) -> Fate:
        """Send the edition until the child dies, or loses PostgreSQL, at so many points; 0 for never."""
        asked = {"edition": edition.pk, "window": window, "stops_at": stops_at, "is_cut_off": is_cut_off}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        return Fate(**json.loads(self._process.stdout.readline()))


@pytest.fixture
def victim(sink) -> Iterator[Victim]:
    with a_victim(EMAIL_URL=sink.url) as made:
        yield made


@contextmanager
def a_victim(**variables: str) -> Iterator[Victim]:
    command = [sys.executable, "-m", "tests.newsletters.kills.victims"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=environment(variables), **pipes) as process:
        yield Victim(process)
        process.stdin.close()
