"""The copies this process holds in memory, bounded in bytes; what was asked for longest ago goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field

from newsroom.pagecache.address import Address
from newsroom.pagecache.copies import Copy
from newsroom.pagecache.purges import EVERYTHING, Moment, Purges
from newsroom.pagecache.variant import Page

MOST_BYTES = 64 * 1024 * 1024
_RECORD_BYTES = 1024


@dataclass
class Record:
    """What is known of an address: what kind of page stands there, and its copies by name."""

    page: Page
    keys: set[str]
    copies: dict[str, Copy] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return _RECORD_BYTES + sum(copy.size for copy in self.copies.values())


class Local:
    """Safe for threads. Reading takes no lock."""

    def __init__(self, purges: Purges, most_bytes: int = MOST_BYTES) -> None:
        self._purges = purges
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._records: OrderedDict[Address, Record] = OrderedDict()
        self._by_key: dict[str, set[Address]] = {}
        self._bytes = 0

    @property
    def bytes(self) -> int:
        return self._bytes

    def get(self, address: Address) -> Record | None:
        record = self._records.get(address)
        if record is not None:
            try:
                self._records.move_to_end(address)
            except KeyError:  # purged in between
                return None
        return record

    def put(
        self, address: Address, page: Page, keys: Iterable[str], moment: Moment, copies: dict[str, Copy] | None = None
    ) -> bool:
        """Keep what was begun at ``moment``, unless a purge came since. Another kind of page replaces all copies."""
        with self._lock:
            if self._purges.came_after(keys, moment):
                return False
            known = self._take_out(address)
            kept = known.copies if known is not None and known.page == page else {}
            before = known.keys if known is not None and kept else set()
            record = Record(page, {*before, *keys}, {**kept, **(copies or {})})
            if record.size > self._most_bytes:
                return False
            self._records[address] = record
            self._bytes += record.size
            for key in record.keys:
                self._by_key.setdefault(key, set()).add(address)
            while self._bytes > self._most_bytes:
                self._take_out(next(iter(self._records)))
            return True

    def drop(self, keys: Iterable[str]) -> None:
        """Let go of every page that has one of the keys. The purge was noted before."""
        with self._lock:
            for key in keys:
                doomed = list(self._records) if key == EVERYTHING else list(self._by_key.get(key, ()))
                for address in doomed:
                    self._take_out(address)

    def _take_out(self, address: Address) -> Record | None:
        record = self._records.pop(address, None)
        if record is None:
            return None
        self._bytes -= record.size
        for key in record.keys:
            others = self._by_key.get(key)
            if others is not None:
                others.discard(address)
                if not others:
                    del self._by_key[key]
        return record
