"""How the provider is, by the last calls, known to all senders at once.

It is kept in the cache server: without that, every sender finds out for itself. It saves calls, and doubts; what
became of a letter stands in its row.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from zlib import crc32

from django.core.cache import cache

from memberships.valkey import Circuit

_PAUSE, _MOST = "newsletters.provider.pause", "newsletters.provider.most"
# How long a call is too few before many are trusted again, and how often one complaint is logged.
_DOUBTED_FOR = 15 * 60
_COMPLAINT_RESTS = 10 * 60
log = logging.getLogger(__name__)
_circuit = Circuit(log, "what is known of the mail provider cannot be shared")


def is_paused() -> bool:
    """Whether the provider is not to be asked now."""
    return bool(_circuit.ask(False, lambda: cache.get(_PAUSE)))


def most() -> int | None:
    """How many letters the next call carries at most, after one that went wrong; ``None`` when all is well."""
    found: int | None = _circuit.ask(None, lambda: 1 if cache.get(_PAUSE) else cache.get(_MOST))
    return found


def pause(rest: timedelta) -> None:
    """Ask the provider nothing for so long, and then by one letter."""
    seconds = max(1, int(rest.total_seconds()))
    _circuit.ask(None, lambda: cache.set(_MOST, 1, seconds + _DOUBTED_FOR))
    _circuit.ask(None, lambda: cache.set(_PAUSE, 1, seconds))


def trust(letters: int | None) -> None:
    """It answered clearly: so many may go in the next call, or as many as it takes."""
    if letters is None:
        _circuit.ask(None, lambda: cache.delete(_MOST))
    else:
        _circuit.ask(None, lambda: cache.set(_MOST, letters, _DOUBTED_FOR))


def complain(sentence: str) -> None:
    """Log what keeps editions from going out, once in a while and not with every call."""
    key = f"newsletters.provider.complaint.{crc32(sentence.encode())}"
    if _circuit.ask(True, lambda: cache.add(key, 1, _COMPLAINT_RESTS)):
        log.error("the mail provider takes no editions: %s", sentence)
