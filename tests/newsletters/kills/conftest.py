from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
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


Victim = Callable[[Edition, int, int], Fate]


@pytest.fixture
def victim(sink) -> Iterator[Victim]:
    """``victim(edition, window, dies_at)``: a sender of its own process sends the edition until it dies."""
    command = [sys.executable, "-m", "tests.newsletters.kills.victims"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, cwd=ROOT, env=environment({"EMAIL_URL": sink.url}), **pipes) as process:

        def send(edition: Edition, window: int, dies_at: int) -> Fate:
            process.stdin.write(json.dumps({"edition": edition.pk, "window": window, "dies_at": dies_at}) + "\n")
            process.stdin.flush()
            return Fate(**json.loads(process.stdout.readline()))

        yield send
        process.stdin.close()
