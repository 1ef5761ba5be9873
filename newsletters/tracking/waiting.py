"""Notes of requests that letters brought, on their way to the database in a stream of the cache server."""

from __future__ import annotations

import json
import logging
import uuid
from dataclasses import astuple, dataclass
from datetime import datetime

from memberships.streams import Stream

log = logging.getLogger(__name__)

# An edition to a million people in its first minutes, some 30 MB.
MOST_WAITING = 100_000


@dataclass(frozen=True)
class Note:
    """One request before it is written. ``edition`` is a key, ``recipient`` a public id; nobody has looked them up."""

    key: uuid.UUID
    at: datetime
    edition: int
    recipient: uuid.UUID
    kind: str
    link: int | None
    method: str
    agent: str
    network: str
    is_prefetch: bool
    is_navigation: bool
    is_data_centre: bool

    def to_bytes(self) -> bytes:
        key, at, edition, recipient, *rest = astuple(self)
        return json.dumps([key.hex, at.isoformat(), edition, recipient.hex, *rest]).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Note:
        """Raises ValueError or TypeError where another release wrote another shape."""
        key, at, edition, recipient, *rest = json.loads(data)
        return cls(uuid.UUID(key), datetime.fromisoformat(at), int(edition), uuid.UUID(recipient), *rest)


_stream = Stream("mail", Note.from_bytes, log, "Openings and clicks")
oldest, remove = _stream.oldest, _stream.remove


def add(note: Note) -> bool:
    """Let a note wait; whether it does. Never raises, and never waits long."""
    return _stream.add(note.to_bytes(), MOST_WAITING)
