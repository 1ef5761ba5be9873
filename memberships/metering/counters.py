"""What the server remembers of anonymous meters: numbers, nobody's reading and nobody's address.

Two tricks would make the cookie worthless: putting an old one back, and deleting it. Against the first, the number of
readings counted on a ticket is kept under its number. Against the second, the tickets begun in a day are counted for
each connection; the connection is a hash under a salt that is drawn anew each day and kept nowhere else, so the
counters of yesterday can be tied to no address, not even by us.

All of it lives in the cache. When the cache is away the cookie alone is believed: a reader is never turned away by a
fault of ours.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Callable
from datetime import date, datetime
from ipaddress import ip_address, ip_network
from secrets import token_hex
from typing import TypeVar

from django.core.cache import cache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

_DAY = 24 * 3600
_MONTH = 33 * _DAY
# Households and phones move about within this much of an IPv6 address.
_IPV6_PREFIX = 64
Answer = TypeVar("Answer")


def spent_on(number: str, month: date) -> int:
    """How many readings were counted on the ticket; 0 where nothing is known."""
    return _or(0, lambda: int(cache.get(_ticket_key(number, month), 0)))


def take(number: str, month: date, known: int, allowance: int) -> int | None:
    """Count one more reading on the ticket, on which the cookie shows ``known``; the count, or ``None`` when spent."""

    def step() -> int | None:
        key = _ticket_key(number, month)
        cache.add(key, known, _MONTH)
        count = cache.incr(key)
        if count <= allowance:
            return count
        cache.decr(key)
        return None

    trusting: int | None = known + 1
    return _or(trusting, step)


def may_begin(address: str, browser: str, most: int, at: datetime) -> bool:
    """Whether one more ticket may be begun today for this connection; counts it."""

    def step() -> bool:
        key = f"meter-begun:{at.date().isoformat()}:{_fingerprint('', address, browser, at)}"
        cache.add(key, 0, _DAY)
        return cache.incr(key) <= most

    return _or(True, step)


def connection_of(use: str, address: str, browser: str, at: datetime) -> str:
    """A name for the connection that nobody can tie to it after the day; empty where the cache is away.

    Each ``use`` has names of its own, so that what is kept under one cannot be laid beside what is kept under another.
    """
    return _or("", lambda: _fingerprint(use, address, browser, at))


def _ticket_key(number: str, month: date) -> str:
    return f"meter:{month:%Y-%m}:{number}"


def _fingerprint(use: str, address: str, browser: str, at: datetime) -> str:
    salt = str(cache.get_or_set(f"meter-salt:{at.date().isoformat()}", lambda: token_hex(16), _DAY))
    connection = f"{use}|{_household(address)}|{browser}"
    return hmac.new(salt.encode(), connection.encode(), hashlib.sha256).hexdigest()[:32]


def _household(address: str) -> str:
    if not address or ip_address(address).version == 4:
        return address
    return str(ip_network(f"{address}/{_IPV6_PREFIX}", strict=False))


def _or(otherwise: Answer, ask: Callable[[], Answer]) -> Answer:
    try:
        return ask()
    except (RedisError, ValueError) as error:
        # ValueError: the counter was evicted between two steps.
        log.warning("The meter's counters cannot be asked: %s", type(error).__name__)
        return otherwise
