"""A form as a browser without haste sends it, and the puzzle as a browser solves it."""

from __future__ import annotations

from datetime import datetime
from itertools import count

from newsletters import floodgate
from newsletters.proof_of_work import DIFFICULTY, is_solved


def ripe(at: datetime) -> str:
    """The stamp of a form that has been in sight long enough."""
    return floodgate.stamp(at - floodgate.QUICKEST)


def solution(stamp: str, email: str, difficulty: int = DIFFICULTY) -> str:
    return next(str(number) for number in count() if is_solved(stamp, email, str(number), difficulty))
