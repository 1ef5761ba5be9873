"""Notes of requests on their way to the database: a stream in the cache server, as that of the reading log.

The cache server and not the queue, which refuses work when it is full: a flood of requests may cost a count, never a
letter. So the stream is short, its oldest notes give way, and it may be evicted.
"""

from __future__ import annotations

import json
import logging
import uuid
from dataclasses import astuple, dataclass
from datetime import datetime
from functools import cache
from typing import Any

from redis import Redis

from memberships.valkey import Circuit, connect, prefix

log = logging.getLogger(__name__)

# An edition to a million people in its first minutes, some 30 MB.
MOST_WAITING = 100_000
_FIELD = b"note"
_circuit = Circuit(log, "Openings and clicks are not noted, the cache cannot be asked")


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


@dataclass(frozen=True)
class Waiting:
    """The oldest notes, how many entries they were read from and up to which one."""

    notes: list[Note]
    count: int
    last: bytes


def add(note: Note) -> bool:
    """Let a note wait; whether it does. Never raises, and never waits long."""
    entry: dict[Any, Any] = {_FIELD: note.to_bytes()}
    return bool(_circuit.ask(False, lambda: _valkey().xadd(_key(), entry, maxlen=MOST_WAITING, approximate=True)))


def oldest(most: int) -> Waiting | None:
    """The notes that have waited longest; ``None`` where none do. They go on waiting until they are removed."""
    entries: list[tuple[bytes, dict[bytes, bytes]]] = _circuit.ask([], lambda: _valkey().xrange(_key(), count=most))
    if not entries:
        return None
    return Waiting([note for _id, fields in entries if (note := _read(fields))], len(entries), entries[-1][0])


def remove(waiting: Waiting) -> None:
    """Take off the stream what was read, and nothing that came later, whoever else does the same meanwhile."""
    milliseconds, _dash, number = waiting.last.decode("ascii").partition("-")
    _circuit.ask(None, lambda: _valkey().xtrim(_key(), minid=f"{milliseconds}-{int(number) + 1}", approximate=False))


def _read(fields: dict[bytes, bytes]) -> Note | None:
    try:
        return Note.from_bytes(fields[_FIELD])
    except (ValueError, TypeError, KeyError, AttributeError):
        log.warning("A waiting note of a letter cannot be read; another release wrote it.")
        return None


@cache
def _valkey() -> Redis:
    return connect()


def _key() -> str:
    return f"{prefix()}:mail"
