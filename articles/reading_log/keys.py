"""Keys that begin with their moment and end in chance, laid out as UUID version 7 (RFC 9562, section 5.7).

They sort by time to the millisecond, so the primary key of the log is also its index of time.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from secrets import randbits
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_VERSION, _VARIANT = 7, 0b10


def key_at(at: datetime) -> UUID:
    """A new key for the moment."""
    return _key(at, randbits(12), randbits(62))


def first_key_of(at: datetime) -> UUID:
    """The lowest key of the moment: all of earlier ones are below it, to the millisecond."""
    return _key(at, 0, 0)


def _key(at: datetime, high: int, low: int) -> UUID:
    milliseconds = (at - _EPOCH) // timedelta(milliseconds=1)
    return UUID(int=milliseconds << 80 | _VERSION << 76 | high << 64 | _VARIANT << 62 | low)
