"""Numbers in the cache server that die with their window; whom they are about stands there only as a keyed hash.

Asked directly and not through Django's cache, for a form must not wait for a server that is away. Then nothing is
counted, which everybody who asks is told by ``None``.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import cache

from django.utils.crypto import salted_hmac
from redis import Redis

from memberships.valkey import Circuit, connect, prefix

log = logging.getLogger(__name__)

_circuit = Circuit(log, "Sign-ups are not counted, the cache cannot be asked")


def count(windows: Mapping[str, int]) -> list[int] | None:
    """Count one more under each name and answer the counts. The window of so many seconds begins with the first."""

    def ask() -> list[int]:
        pipeline = _valkey().pipeline()
        for name, seconds in windows.items():
            pipeline.set(_key(name), 0, ex=seconds, nx=True)
            pipeline.incr(_key(name))
        return list(pipeline.execute()[1::2])

    counted: list[int] | None = _circuit.ask(None, ask)
    return counted


def read(names: Sequence[str]) -> list[int] | None:
    """What stands under each name; 0 where nothing does."""

    def ask() -> list[int]:
        return [int(each or 0) for each in _valkey().mget([_key(name) for name in names])]

    known: list[int] | None = _circuit.ask(None, ask)
    return known


def claim(name: str, seconds: int) -> bool:
    """Whether nobody had it within so many seconds, and the caller has it now; all have while the cache is away."""
    return bool(_circuit.ask(True, lambda: _valkey().set(_key(name), 1, ex=seconds, nx=True)))


def put(name: str, number: int, seconds: int) -> None:
    """Have a number stand under a name for so many seconds."""
    _circuit.ask(None, lambda: _valkey().set(_key(name), number, ex=seconds))


def _key(name: str) -> str:
    """Keyed, for whoever sees the server could try all network addresses there are against a plain hash."""
    return f"{prefix()}:sign-ups:{salted_hmac('newsletters.floodgate', name, algorithm='sha256').hexdigest()[:32]}"


@cache
def _valkey() -> Redis:
    return connect()
