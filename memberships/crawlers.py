"""Search engines' crawlers, believed only where their addresses prove who they are.

A crawler is verified as Google, Microsoft and Apple tell it: the name of its address by reverse DNS ends in one of
their domains, and the addresses of that name by forward DNS hold the address
(https://developers.google.com/search/docs/crawling-indexing/verifying-googlebot). DNS is asked by a task, never while a
page is made: until the answer is known a crawler is anybody.
"""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.core.cache import cache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

_VERIFIED_FOR = 24 * 3600
_REFUSED_FOR = 3600


@dataclass(frozen=True)
class Crawler:
    """A crawler by the word its User-Agent carries and the domains its addresses are named under."""

    name: str
    domains: tuple[str, ...]


CRAWLERS = (
    Crawler("googlebot", ("googlebot.com", "google.com")),
    Crawler("google-inspectiontool", ("googlebot.com", "google.com")),
    Crawler("bingbot", ("search.msn.com",)),
    Crawler("applebot", ("applebot.apple.com",)),
    Crawler("yandexbot", ("yandex.ru", "yandex.net", "yandex.com")),
)

# An address to its name and aliases, and a name to its addresses, as the resolver of the machine tells it.
Reverse = Callable[[str], tuple[str, Sequence[str], Sequence[str]]]
Forward = Callable[[str], Sequence[str]]


def claimed_by(user_agent: str) -> Crawler | None:
    """The crawler a User-Agent says it is."""
    words = user_agent.lower()
    return next((crawler for crawler in CRAWLERS if crawler.name in words), None)


def is_verified(crawler: Crawler, address: str) -> bool | None:
    """What is known of the claim; ``None`` where nobody has looked yet, or the cache is away."""
    try:
        known: bool | None = cache.get(_key(crawler, address))
    except RedisError as error:
        log.warning("Verified crawlers cannot be looked up: %s", type(error).__name__)
        return False
    return known


def verify(crawler: Crawler, address: str, reverse: Reverse, forward: Forward) -> bool:
    """Ask DNS, and remember the answer: for a day when it is a yes, for an hour when it is a no."""
    verdict = _is_theirs(crawler, address, reverse, forward)
    cache.set(_key(crawler, address), verdict, _VERIFIED_FOR if verdict else _REFUSED_FOR)
    return verdict


def named(name: str) -> Crawler | None:
    return next((crawler for crawler in CRAWLERS if crawler.name == name), None)


def addresses_of(name: str) -> list[str]:
    """The addresses of a host name, by the machine's resolver."""
    return [str(entry[4][0]) for entry in socket.getaddrinfo(name, None)]


def _is_theirs(crawler: Crawler, address: str, reverse: Reverse, forward: Forward) -> bool:
    try:
        name = reverse(address)[0].rstrip(".").lower()
        return _is_under(name, crawler.domains) and address in forward(name)
    except OSError:
        return False


def _is_under(name: str, domains: Sequence[str]) -> bool:
    return any(name.endswith(f".{domain}") for domain in domains)


def _key(crawler: Crawler, address: str) -> str:
    return f"crawler:{crawler.name}:{address}"
