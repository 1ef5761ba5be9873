"""How somebody came to a page: from which site, by which campaign, in which country. All of it is hearsay."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.http.request import validate_host

# Apps of Android say which one they are in the place of a host.
_SCHEMES = {"http", "https", "android-app"}
_HOST = re.compile(r"[a-z0-9._-]{1,253}")
_COUNTRY = re.compile(r"[A-Za-z]{2}")
# What is longer was not written by a browser of good will.
_LONGEST_ADDRESS = 4096
_LONGEST_CAMPAIGN = 200


@dataclass(frozen=True)
class Arrival:
    """What a request says of where its reader comes from; empty what it does not say.

    ``referrer`` is a host in small letters, never one of our own; ``campaign`` is folded as ``str.casefold`` does;
    ``country`` is two capital letters.
    """

    referrer: str = ""
    campaign: str = ""
    country: str = ""


def arrival_of(request: HttpRequest) -> Arrival:
    """The arrival by a request. A browser may say anything about referrer and campaign; the country is our proxy's."""
    return Arrival(
        referrer=_referrer(request.headers.get("Referer", "")),
        campaign=_campaign(request.GET.get("utm_campaign", "")),
        country=_country(request),
    )


def arrival_told(request: HttpRequest) -> Arrival:
    """The arrival at the page whose script asks, as it tells it in ``referrer`` (a host) and ``campaign``."""
    return Arrival(
        referrer=host_told(request.GET.get("referrer", "")),
        campaign=_campaign(request.GET.get("campaign", "")),
        country=_country(request),
    )


def host_told(host: str) -> str:
    """The host of another site that a page of ours says it was reached from; empty where it is none."""
    return _referrer(f"https://{host}/") if host else ""


def _campaign(text: str) -> str:
    return text.strip()[:_LONGEST_CAMPAIGN].casefold()


def _referrer(address: str) -> str:
    if len(address) > _LONGEST_ADDRESS:
        return ""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return ""
    if parts.scheme not in _SCHEMES or not _HOST.fullmatch(host) or _is_ours(host):
        return ""
    return host


def _is_ours(host: str) -> bool:
    ours = [pattern for pattern in settings.ALLOWED_HOSTS if pattern != "*"]
    return validate_host(host, [*ours, urlsplit(settings.SITE_URL).hostname or ""])


def are_countries_told() -> bool:
    """Whether a proxy of ours says where readers are; without one, a reader could say it."""
    return bool(settings.COUNTRY_HEADER and settings.TRUSTED_PROXY_COUNT)


def _country(request: HttpRequest) -> str:
    said = request.headers.get(settings.COUNTRY_HEADER, "") if are_countries_told() else ""
    return said.upper() if _COUNTRY.fullmatch(said) else ""
