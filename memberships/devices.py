"""What a browser says it is, and where it comes from, cut down to what is worth keeping."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

# The first word that is found decides: most browsers also name those they descend from.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("YaBrowser", "Yandex Browser"),
    ("SamsungBrowser", "Samsung Internet"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
# So much of an address names a provider's or a company's network, but no household.
_KEPT_BITS = {4: 24, 6: 48}


@dataclass(frozen=True)
class Device:
    """``browser`` and ``system`` by the names their makers gave them; empty where they are not known."""

    browser: str
    system: str


def device_of(user_agent: str) -> Device:
    """The device behind the header of RFC 9110 §10.1.5, as far as it says."""
    return Device(_named(user_agent, _BROWSERS), _named(user_agent, _SYSTEMS))


def network_of(address: str) -> str:
    """The /24 of an IPv4 address, the /48 of an IPv6 one; empty where it is no address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    plain = mapped or parsed
    return str(ipaddress.ip_network(f"{plain}/{_KEPT_BITS[plain.version]}", strict=False))


def _named(user_agent: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for word, name in names if word in user_agent), "")
