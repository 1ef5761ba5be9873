"""What stands in the links of our mail: opaque, signed, and bound to one purpose.

A token is the URL-safe base64 of a payload and 16 bytes of HMAC-SHA256 over it, keyed by ``SECRET_KEY`` and the
purpose. The same thing for the same recipient always has the same token, so a link in an old mail works for ever; one
that must grow old carries a moment inside.
"""

from __future__ import annotations

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare

from memberships.passes import keyed

_MAC = 16
_UNSUBSCRIBE = "newsletters.unsubscribe"
_PREFERENCES = "newsletters.preferences"
_CONFIRM = "newsletters.confirm"
_OFFERS = "newsletters.offers"
_COPY = "newsletters.copy"
_JOURNEY = "newsletters.journey"
_KEEP = "newsletters.keep"


class BadToken(ValueError):
    """The link was cut off or is not ours."""


@dataclass(frozen=True)
class Confirmation:
    """Which sign-ups of whom a confirmation is about, and when they were asked for."""

    recipient: UUID
    newsletters: tuple[int, ...]
    requested_at: datetime


def for_unsubscribing(recipient: UUID, newsletter: int) -> str:
    return _seal(_UNSUBSCRIBE, recipient.bytes + struct.pack(">I", newsletter))


def read_unsubscribing(token: str) -> tuple[UUID, int]:
    """Recipient and newsletter. Raises BadToken."""
    payload = _open(_UNSUBSCRIBE, token, 20)
    return UUID(bytes=payload[:16]), struct.unpack(">I", payload[16:])[0]


def for_preferences(recipient: UUID) -> str:
    return _seal(_PREFERENCES, recipient.bytes)


def read_preferences(token: str) -> UUID:
    """The recipient. Raises BadToken."""
    return UUID(bytes=_open(_PREFERENCES, token, 16))


def for_offers(recipient: UUID) -> str:
    return _seal(_OFFERS, recipient.bytes)


def read_offers(token: str) -> UUID:
    """The recipient. Raises BadToken."""
    return UUID(bytes=_open(_OFFERS, token, 16))


def for_copy(recipient: UUID, edition: int) -> str:
    return _seal(_COPY, recipient.bytes + struct.pack(">I", edition))


def read_copy(token: str) -> tuple[UUID, int]:
    """Recipient and edition. Raises BadToken."""
    payload = _open(_COPY, token, 20)
    return UUID(bytes=payload[:16]), struct.unpack(">I", payload[16:20])[0]


def for_journey(recipient: UUID, journey: int) -> str:
    return _seal(_JOURNEY, recipient.bytes + struct.pack(">I", journey))


def read_journey(token: str) -> tuple[UUID, int]:
    """Recipient and journey. Raises BadToken."""
    payload = _open(_JOURNEY, token, 20)
    return UUID(bytes=payload[:16]), struct.unpack(">I", payload[16:])[0]


def for_keeping(recipient: UUID, newsletter: int) -> str:
    return _seal(_KEEP, recipient.bytes + struct.pack(">I", newsletter))


def read_keeping(token: str) -> tuple[UUID, int]:
    """Recipient and newsletter. Raises BadToken."""
    payload = _open(_KEEP, token, 20)
    return UUID(bytes=payload[:16]), struct.unpack(">I", payload[16:])[0]


def for_confirming(recipient: UUID, newsletters: Sequence[int], requested_at: datetime) -> str:
    moment = struct.pack(">Q", int(requested_at.timestamp()))
    return _seal(_CONFIRM, recipient.bytes + moment + struct.pack(f">{len(newsletters)}I", *sorted(newsletters)))


def read_confirming(token: str) -> Confirmation:
    """What is to be confirmed; the moment in whole seconds. Raises BadToken."""
    payload = _open(_CONFIRM, token, 24)
    count = (len(payload) - 24) // 4
    requested_at = datetime.fromtimestamp(struct.unpack(">Q", payload[16:24])[0], UTC)
    return Confirmation(UUID(bytes=payload[:16]), struct.unpack(f">{count}I", payload[24:]), requested_at)


def _seal(purpose: str, payload: bytes) -> str:
    return urlsafe_b64encode(payload + _mac(purpose, payload, settings.SECRET_KEY)).decode("ascii").rstrip("=")


def _open(purpose: str, token: str, shortest: int) -> bytes:
    try:
        sealed = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except ValueError:
        raise BadToken(token) from None
    payload, mac = sealed[:-_MAC], sealed[-_MAC:]
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if len(payload) < shortest or not any(constant_time_compare(mac, _mac(purpose, payload, key)) for key in keys):
        raise BadToken(token)
    return payload


def _mac(purpose: str, payload: bytes, key: str | bytes) -> bytes:
    mac = keyed(purpose, key).copy()
    mac.update(payload)
    return mac.digest()[:_MAC]
