"""What can become of a letter that is handed over to the next server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    DEFERRED = "deferred"  # Certainly not taken; may be tried again.
    REFUSED = "refused"  # Certainly not taken, for good.
    UNCERTAIN = "uncertain"  # The line went dead after the letter was on its way.
    LINE_DOWN = "line_down"  # The server cannot be spoken to, or was not asked; says nothing about the letter.


def in_one_line(said: object) -> str:
    """What somebody said, fit for a row: one line, at most 500 characters, and none that PostgreSQL refuses."""
    return " ".join(str(said).replace("\x00", "").encode("utf-8", "replace").decode().split())[:500]


@dataclass(frozen=True)
class Outcome:
    """``reply`` is what the other side said, at most 500 characters; ``retry_after`` what it asked us to wait."""

    verdict: Verdict
    reply: str
    retry_after: timedelta | None = None
