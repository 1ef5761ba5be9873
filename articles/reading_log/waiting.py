"""Readings on their way to the database, in a stream of the cache server."""

from __future__ import annotations

import json
import logging
import uuid
from dataclasses import dataclass
from datetime import datetime

from memberships.streams import Stream

log = logging.getLogger(__name__)

# Half a day of a quarter of a million readings, some 30 MB.
MOST_WAITING = 100_000


@dataclass(frozen=True)
class Note:
    """One reading before it is written. ``story`` is a public id that nobody has looked up yet, ``user`` a key."""

    key: uuid.UUID
    at: datetime
    story: uuid.UUID
    user: int | None
    visitor: str
    referrer: str = ""
    campaign: str = ""
    country: str = ""

    def to_bytes(self) -> bytes:
        person = [self.user, self.visitor]
        rest = [self.referrer, self.campaign, self.country]
        return json.dumps([self.key.hex, self.at.isoformat(), self.story.hex, *person, *rest]).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Note:
        """Raises ValueError or TypeError where another release wrote another shape."""
        key, at, story, user, visitor, *rest = json.loads(data)
        person = (None if user is None else int(user), str(visitor))
        return cls(uuid.UUID(str(key)), datetime.fromisoformat(at), uuid.UUID(str(story)), *person, *map(str, rest))


_stream = Stream("readings", Note.from_bytes, log, "Readings")
oldest, remove = _stream.oldest, _stream.remove


def add(note: Note) -> bool:
    """Let a note wait; whether it does. Never raises, and never waits long."""
    return _stream.add(note.to_bytes(), MOST_WAITING)
