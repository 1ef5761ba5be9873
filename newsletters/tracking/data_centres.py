"""Whether an address belongs to a data centre, by a list that comes with the project and has a date."""

from __future__ import annotations

from bisect import bisect_right
from functools import cache
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_address, ip_network
from pathlib import Path

_FILE = Path(__file__).with_name("data_centres.txt")


def is_of_one(address: str) -> bool:
    """Whether machines live there rather than people. Of what is no address nothing is known."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    firsts, lasts = _ranges(found.version)
    place = bisect_right(firsts, int(found)) - 1
    return place >= 0 and int(found) <= lasts[place]


@cache
def _ranges(version: int) -> tuple[list[int], list[int]]:
    """The first and the last numbers of the ranges, in their order."""
    lines = (line.partition("#")[0].strip() for line in _FILE.read_text(encoding="ascii").splitlines())
    networks = [ip_network(line) for line in lines if line]
    four = [each for each in networks if isinstance(each, IPv4Network)]
    six = [each for each in networks if isinstance(each, IPv6Network)]
    joined = list(collapse_addresses(four)) if version == 4 else list(collapse_addresses(six))
    return [int(each.network_address) for each in joined], [int(each.broadcast_address) for each in joined]
