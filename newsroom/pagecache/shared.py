"""What the web processes share through Valkey: copies, who is rendering, and the log of purges.

Everything has a time to live and may vanish. When Valkey is away, nothing here raises or waits long: the first failure
opens a circuit, and for some seconds nobody asks.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

from redis import Redis

from memberships.valkey import Circuit, connect, prefix
from newsroom.pagecache.address import Address
from newsroom.pagecache.build import fingerprint
from newsroom.pagecache.copies import Copy
from newsroom.pagecache.purges import Mark
from newsroom.pagecache.variant import Page

log = logging.getLogger(__name__)

_LOCK_MS = 5_000
_LOG_LENGTH = 1_000
_LOG_LIVES = 24 * 3600
_TALLY_LIVES = 7 * 24 * 3600
_UNLOCK = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0"
_PAGE_FIELD = "page"


class Shared:
    def __init__(self) -> None:
        self._valkey = connect()
        self._prefix = f"{prefix()}:pages"
        self._circuit = Circuit(log, "Pages are kept in this process alone, the cache cannot be asked")

    @property
    def log_key(self) -> str:
        return f"{self._prefix}:log"

    @property
    def _tally_key(self) -> str:
        return f"{self._prefix}:tally"

    def page(self, address: Address) -> tuple[Page, list[str], Mark] | None:
        """What kind of page stands there, with the keys and the mark of the one that said so."""
        data = self._ask(None, lambda: self._valkey.hget(self._key(address), _PAGE_FIELD))
        try:
            code, keys, mark = json.loads(data or b"")
            return Page.coded(code), [str(key) for key in keys], (int(mark[0]), int(mark[1]))
        except (ValueError, TypeError, IndexError):
            return None

    def copy(self, address: Address, name: str) -> Copy | None:
        data: bytes | None = self._ask(None, lambda: self._valkey.hget(self._key(address), name))
        try:
            return Copy.from_bytes(data) if data else None
        except ValueError:
            return None

    def put(self, address: Address, page: Page, keys: tuple[str, ...], mark: Mark, copies: dict[str, Copy]) -> None:
        fields: dict[Any, Any] = {
            _PAGE_FIELD: json.dumps([page.code, keys, mark]).encode(),
            **{name: c.to_bytes() for name, c in copies.items()},
        }
        lives = max((c.stale_until - c.made_at for c in copies.values()), default=3600.0)

        def write() -> None:
            with self._valkey.pipeline(transaction=False) as pipeline:
                pipeline.hset(self._key(address), mapping=fields)
                pipeline.expire(self._key(address), int(lives) + 60)
                pipeline.execute()

        self._ask(None, write)

    def take_turn(self, address: Address, name: str, token: str) -> bool:
        """Whether this process may render now; also when Valkey cannot be asked."""
        key = f"{self._key(address)}:{name}:turn"
        return bool(self._ask(True, lambda: self._valkey.set(key, token, nx=True, px=_LOCK_MS)))

    def is_turn_taken(self, address: Address, name: str) -> bool:
        return bool(self._ask(False, lambda: self._valkey.exists(f"{self._key(address)}:{name}:turn")))

    def end_turn(self, address: Address, name: str, token: str) -> None:
        self._ask(None, lambda: self._valkey.eval(_UNLOCK, 1, f"{self._key(address)}:{name}:turn", token))

    def tell(self, fields: dict[str, str]) -> Mark | None:
        """Add an entry to the log; its mark, or ``None`` when it could not be added."""
        mark: Mark | None = self._ask(None, lambda: add_to_log(self._valkey, self.log_key, fields))
        return mark

    def add_to_tally(self, counts: Mapping[str, int]) -> bool:
        """Add up how requests were answered, by the words of ``X-Cache``; ``False`` when it could not be done."""

        def add() -> bool:
            with self._valkey.pipeline(transaction=False) as pipeline:
                for word, count in counts.items():
                    pipeline.hincrby(self._tally_key, word, count)
                pipeline.expire(self._tally_key, _TALLY_LIVES)
                pipeline.execute()
            return True

        return bool(self._ask(False, add))

    def tally(self) -> dict[str, int]:
        """What was added up; empty when it cannot be asked."""
        found: dict[bytes, bytes] = self._ask({}, lambda: self._valkey.hgetall(self._tally_key))
        return {word.decode(): int(count) for word, count in found.items()}

    @property
    def is_silent(self) -> bool:
        return self._circuit.is_open

    def _ask(self, otherwise: Any, ask: Callable[[], Any]) -> Any:
        return self._circuit.ask(otherwise, ask)

    def _key(self, address: Address) -> str:
        name = hashlib.sha256("\n".join(address).encode("utf-8", "surrogateescape")).hexdigest()[:40]
        return f"{self._prefix}:{fingerprint()}:{name}"


def add_to_log(valkey: Redis, key: str, fields: Mapping[str, str]) -> Mark:
    entry: dict[Any, Any] = dict(fields)
    with valkey.pipeline(transaction=True) as pipeline:
        pipeline.xadd(key, entry, maxlen=_LOG_LENGTH, approximate=True)
        pipeline.expire(key, _LOG_LIVES)
        return mark_of(pipeline.execute()[0])


def mark_of(identity: bytes) -> Mark:
    """The id of a log entry, ``b"1792519527000-3"``, as numbers that compare."""
    milliseconds, _dash, number = identity.decode("ascii").partition("-")
    return int(milliseconds), int(number)


def identity_of(mark: Mark) -> str:
    return f"{mark[0]}-{mark[1]}"
