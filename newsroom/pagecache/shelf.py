"""Where copies are found: in this process, else among those all processes share; and whether they are still good."""

from __future__ import annotations

from newsroom.pagecache import SKEW
from newsroom.pagecache.address import Address
from newsroom.pagecache.copies import Copy
from newsroom.pagecache.local import Record
from newsroom.pagecache.node import Node
from newsroom.pagecache.purges import EVERYTHING, Moment
from newsroom.pagecache.variant import Page

# How old a copy may be while purges of other processes are not heard.
MOST_AGE_UNHEARD = 10.0


class Shelf:
    def __init__(self, node: Node) -> None:
        self._node = node
        self._local = node.local

    def record(self, address: Address) -> Record | None:
        """What is known of an address here."""
        return self._local.get(address)

    def record_of_others(self, address: Address) -> Record | None:
        """What other processes know of an address; known here too from then on."""
        began = self._node.purges.now()
        found = self._node.shared.page(address) if self._node.is_following else None
        if found is None:
            return None
        page, keys, mark = found
        if self._node.purges.came_after_mark(keys, mark):
            return None
        self._local.put(address, page, keys, began)
        return self._local.get(address)

    def copy(self, address: Address, name: str, record: Record) -> Copy | None:
        """The copy of this name, from here or from the others."""
        copy = record.copies.get(name)
        if copy is not None or not self._node.is_following:
            return copy
        began = self._node.purges.now()
        copy = self._node.shared.copy(address, name)
        if copy is None or copy.page != record.page or self._node.purges.came_after_mark(copy.keys, copy.mark):
            return None
        kept = self._local.put(address, copy.page, (*copy.keys, EVERYTHING), began, {name: copy})
        return copy if kept else None

    def put(self, address: Address, page: Page, keys: tuple[str, ...], began: Moment, copies: dict[str, Copy]) -> None:
        """Keep what was begun at the moment, here and for the others, unless a purge came since."""
        everything = (*keys, EVERYTHING)
        if self._local.put(address, page, everything, began, copies):
            self._node.shared.put(address, page, everything, began.mark, copies)

    def is_fresh(self, copy: Copy, at: float) -> bool:
        """A copy from the future was made before the clock was moved back."""
        until = copy.fresh_until if self._node.is_following else min(copy.fresh_until, copy.made_at + MOST_AGE_UNHEARD)
        return copy.made_at - SKEW <= at < until

    def may_be_stale(self, copy: Copy, at: float) -> bool:
        return self._node.is_following and copy.made_at - SKEW <= at < copy.stale_until


class Unkept:
    """Addresses whose last answer was not one to keep: nobody waits for each other there, and nobody is asked about."""

    _MOST = 2_000

    def __init__(self) -> None:
        self._addresses: dict[Address, None] = {}

    def __contains__(self, address: Address) -> bool:
        return address in self._addresses

    def add(self, address: Address) -> None:
        if len(self._addresses) >= self._MOST:
            self._addresses = {}
        self._addresses[address] = None

    def discard(self, address: Address) -> None:
        self._addresses.pop(address, None)
