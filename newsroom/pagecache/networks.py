"""What can be read from where: the networks that hold something, remembered in this process for a short while."""

from __future__ import annotations

import ipaddress
import threading
from dataclasses import dataclass
from datetime import UTC, datetime

from memberships.models import Entitlement
from memberships.readers import address_in
from newsroom.pagecache import SKEW
from newsroom.pagecache.address import Environ
from newsroom.pagecache.asking import outside_a_request

LIVES = 30.0
_MOST_ADDRESSES = 10_000


@dataclass(frozen=True)
class _Right:
    network: ipaddress.IPv4Network | ipaddress.IPv6Network
    product: str
    ends_at: float


class Networks:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Ask again at the next request."""
        self._rights: tuple[_Right, ...] = ()
        self._known_from, self._known_until = 0.0, float("-inf")
        self._by_address: dict[str, tuple[str, ...]] = {}

    @property
    def are_any(self) -> bool:
        """Whether any network holds anything, as far as is known since the last question."""
        return bool(self._rights)

    @property
    def known_until(self) -> float:
        """Until when what is known of them holds."""
        return self._known_until

    def products_at(self, environ: Environ, at: float) -> tuple[str, ...]:
        """What anybody holds who asks from this address, sorted."""
        if not self._known_from - SKEW <= at < self._known_until:
            self._look(at)
        if not self._rights:
            return ()
        address = address_in(environ)
        held = self._by_address.get(address)
        if held is None:
            held = self._held_at(address)
            if len(self._by_address) >= _MOST_ADDRESSES:
                self._by_address = {}
            self._by_address[address] = held
        return held

    def _held_at(self, address: str) -> tuple[str, ...]:
        if not address:
            return ()
        asked = ipaddress.ip_address(address)
        return tuple(sorted({right.product for right in self._rights if asked in right.network}))

    def _look(self, at: float) -> None:
        with self._lock:
            if self._known_from - SKEW <= at < self._known_until:
                return
            rights = _rights(at)
            # Not beyond the moment at which one of them ends.
            ends = min((right.ends_at for right in rights), default=float("inf"))
            self._rights, self._by_address = rights, {}
            self._known_from, self._known_until = at, min(at + LIVES, ends)


def _rights(at: float) -> tuple[_Right, ...]:
    rows = Entitlement.objects.filter(network__isnull=False).live(datetime.fromtimestamp(at, UTC))
    columns = rows.values_list("network__cidr", "product__slug", "ends_at", "revoked_at")
    with outside_a_request():
        return tuple(
            _Right(ipaddress.ip_network(cidr), product, min(_seconds(ends_at), _seconds(revoked_at)))
            for cidr, product, ends_at, revoked_at in columns
        )


def _seconds(moment: datetime | None) -> float:
    return float("inf") if moment is None else moment.timestamp()
