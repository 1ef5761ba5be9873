"""What a browser carries that opened an item by a link, so that what belongs to the item opens to it as well.

A gift counts how often its link opens the text; its recording is asked for at another address, many times over and
without the link. The cookie says that this browser's opening was counted: when it ends, in seconds, and 16 bytes of
HMAC-SHA256 over that and the item, in URL-safe base64. It opens nothing but what belongs to that item.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

# As long as one sits over one story, pauses included.
LASTS = timedelta(hours=12)
_PURPOSE = "memberships.opening"
_MAC = 16
_LONGEST = 64


@dataclass(frozen=True)
class Opening:
    """That a link opened the item of this key at the moment."""

    key: str
    at: datetime

    @property
    def name(self) -> str:
        return cookie_of(self.key)

    @property
    def value(self) -> str:
        ends = int((self.at + LASTS).timestamp())
        return f"{ends}.{urlsafe_b64encode(_mac(ends, self.key, settings.SECRET_KEY)).decode('ascii').rstrip('=')}"


def cookie_of(key: str) -> str:
    """One for each item: a second gift does not end the first."""
    return f"opening-{key[:8]}"


def holds(value: str, key: str, at: datetime) -> bool:
    """Whether a cookie's value says that the item was opened, not too long ago."""
    ends, _dot, sealed = value[:_LONGEST].partition(".")
    if not (ends.isascii() and ends.isdecimal()) or int(ends) <= at.timestamp():
        return False
    try:
        mac = urlsafe_b64decode(sealed.encode("ascii") + b"=" * (-len(sealed) % 4))
    except ValueError:
        return False
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(constant_time_compare(mac, _mac(int(ends), key, secret)) for secret in keys)


def _mac(ends: int, key: str, secret: str | bytes) -> bytes:
    return salted_hmac(_PURPOSE, f"{ends}:{key}", secret=secret, algorithm="sha256").digest()[:_MAC]
