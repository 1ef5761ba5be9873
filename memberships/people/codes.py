"""A code sent to somebody's mailbox before what cannot be undone: an open screen alone must not be enough."""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import datetime, timedelta
from typing import Any

from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

HOLDS_FOR = timedelta(minutes=15)
MOST_TRIES = 5
_BETWEEN = timedelta(minutes=1)
_KEY, _SALT = "erasure_code", "memberships.people.codes"
# Without vowels and what is mistaken for a figure.
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ23456789"
_LONG = 8

Session = MutableMapping[str, Any]


def issue(session: Session, at: datetime) -> str:
    """A new code for this session; one from before is no good any more."""
    code = get_random_string(_LONG, _LETTERS)
    session[_KEY] = {"hash": _hash(code), "until": (at + HOLDS_FOR).timestamp(), "tries": 0}
    return code


def was_just_sent(session: Session, at: datetime) -> bool:
    """Whether a code went out within the last minute: one more would not be there sooner."""
    kept = session.get(_KEY)
    return kept is not None and at.timestamp() < kept["until"] - (HOLDS_FOR - _BETWEEN).total_seconds()


def is_waiting(session: Session, at: datetime) -> bool:
    """Whether a code was sent that can still be typed."""
    kept = session.get(_KEY)
    return kept is not None and at.timestamp() < kept["until"] and kept["tries"] < MOST_TRIES


def accept(session: Session, typed: str, at: datetime) -> bool:
    """Whether it is the code that was sent. It is good once, for a quarter of an hour, and for a few tries."""
    if not is_waiting(session, at):
        return False
    kept = session[_KEY]
    if constant_time_compare(kept["hash"], _hash("".join(typed.split()).upper())):
        del session[_KEY]
        return True
    session[_KEY] = {**kept, "tries": kept["tries"] + 1}
    return False


def _hash(code: str) -> str:
    return salted_hmac(_SALT, code, algorithm="sha256").hexdigest()
