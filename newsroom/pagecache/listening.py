"""Following the log of purges: one thread in every process that serves pages. It also hands in what they counted."""

from __future__ import annotations

import logging
import threading
from typing import Any

from redis import Redis
from redis.exceptions import RedisError

from memberships.valkey import connect
from newsroom.pagecache.node import PURGE, Node
from newsroom.pagecache.purges import EVERYTHING, Mark
from newsroom.pagecache.shared import add_to_log, identity_of, mark_of

log = logging.getLogger(__name__)

_WAIT_MS = 2_000
_BETWEEN_TRIES = 0.5
_MOST_AT_ONCE = 1_000

Entry = tuple[bytes, dict[bytes, bytes]]


class Listener(threading.Thread):
    """Applies every entry of the log to the node, and reconnects for as long as the process lives."""

    def __init__(self, node: Node) -> None:
        super().__init__(name="pagecache-listener", daemon=True)
        self._node = node
        self._ended = threading.Event()
        self._was_cut_off = False

    def run(self) -> None:
        while not self._ended.is_set():
            try:
                with connect(patience=_WAIT_MS / 1000 + 3) as valkey:
                    self._follow(valkey)
            except (RedisError, OSError, ValueError) as error:
                if not self._was_cut_off:
                    log.warning("The log of purges cannot be followed: %s", type(error).__name__)
                self._was_cut_off = True
                self._node.is_following = False
                self._ended.wait(_BETWEEN_TRIES)

    def stop(self) -> None:
        """End after the entry that is waited for; up to two seconds later."""
        self._ended.set()

    def _follow(self, valkey: Redis) -> None:
        key = self._node.shared.log_key
        last = self._begin_anew(valkey, key) if self._was_cut_off else self._begin(valkey, key)
        self._node.purges.heard(last)
        self._node.is_following, self._was_cut_off = True, False
        while not self._ended.is_set():
            self._node.tally.hand_in()
            answer: Any = valkey.xread({key: identity_of(last)}, count=_MOST_AT_ONCE, block=_WAIT_MS)
            for identity, fields in _entries(answer):
                last = mark_of(identity)
                self._node.hear({name.decode(): value.decode() for name, value in fields.items()}, last)

    def _begin(self, valkey: Redis, key: str) -> Mark:
        """Learn what was purged before this process was there; what is older than the log is not trusted."""
        entries: list[Entry] = valkey.xrange(key)  # type: ignore[assignment]
        if not entries:
            return self._begin_anew(valkey, key)
        self._node.purges.begin_at(mark_of(entries[0][0]))
        for identity, fields in entries:
            if keys := fields.get(PURGE.encode()):
                self._node.recall(keys.decode().split(), mark_of(identity))
        return mark_of(entries[-1][0])

    def _begin_anew(self, valkey: Redis, key: str) -> Mark:
        """Nobody can say what this process missed, nor what others could not tell: everything is purged."""
        self._node.start_over()
        mark = add_to_log(valkey, key, {PURGE: EVERYTHING})
        self._node.purges.begin_at(mark)
        return mark


def _entries(answer: Any) -> list[Entry]:
    """What XREAD answered about the one stream, in either version of the protocol."""
    if not answer:
        return []
    streams = list(answer.values()) if isinstance(answer, dict) else [entries for _key, entries in answer]
    found = streams[0]
    return found[0] if found and isinstance(found[0], list) else found
