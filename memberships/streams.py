"""Notes on their way to the database: a stream in the cache server, from which is removed only what was written.

The cache server and not the queue, which refuses work when it is full: a flood of notes may cost notes, never a payment
or a letter. So a stream is short, its oldest notes give way, and it may be evicted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from logging import Logger
from typing import Any, Generic, TypeVar

from redis import Redis

from memberships.valkey import Circuit, connect, prefix

_FIELD = b"note"
Note = TypeVar("Note")


@dataclass(frozen=True)
class Waiting(Generic[Note]):
    """The oldest notes, how many entries they were read from and up to which one."""

    notes: list[Note]
    count: int
    last: bytes


class Stream(Generic[Note]):
    """``read`` makes a note of its bytes, or raises ValueError, TypeError, KeyError or AttributeError where another
    release wrote another shape. ``what`` is what the notes are called in the log."""

    def __init__(self, name: str, read: Callable[[bytes], Note], log: Logger, what: str) -> None:
        self._name, self._read, self._log, self._what = name, read, log, what
        self._circuit = Circuit(log, f"{what} are not noted, the cache cannot be asked")

    @property
    def key(self) -> str:
        return f"{prefix()}:{self._name}"

    def add(self, data: bytes, most: int) -> bool:
        """Let a note wait among the newest ``most``; whether it does. Never raises, and never waits long."""
        entry: dict[Any, Any] = {_FIELD: data}
        return bool(self._circuit.ask(False, lambda: _valkey().xadd(self.key, entry, maxlen=most, approximate=True)))

    def oldest(self, most: int) -> Waiting[Note] | None:
        """The notes that have waited longest; ``None`` where none do. They go on waiting until they are removed."""
        entries: list[tuple[bytes, dict[bytes, bytes]]] = self._circuit.ask(
            [], lambda: _valkey().xrange(self.key, count=most)
        )
        if not entries:
            return None
        notes = [note for _id, fields in entries if (note := self._note(fields)) is not None]
        return Waiting(notes, len(entries), entries[-1][0])

    def remove(self, waiting: Waiting[Note]) -> None:
        """Take off the stream what was read, and nothing that came later, whoever else does the same meanwhile."""
        milliseconds, _dash, number = waiting.last.decode("ascii").partition("-")
        following = f"{milliseconds}-{int(number) + 1}"
        self._circuit.ask(None, lambda: _valkey().xtrim(self.key, minid=following, approximate=False))

    def _note(self, fields: dict[bytes, bytes]) -> Note | None:
        try:
            return self._read(fields[_FIELD])
        except (ValueError, TypeError, KeyError, AttributeError):
            self._log.warning("One of the waiting %s cannot be read; another release wrote it.", self._what.lower())
            return None


@cache
def _valkey() -> Redis:
    return connect()
