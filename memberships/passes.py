"""What stands in a newsletter's links, so that its reader opens what it told them of without being counted.

A pass is bound to one holder and one item: the holder's public id, the day it was issued and 12 bytes of HMAC-SHA256
over these and the item, in URL-safe base64. Nothing is stored for one; it grows old, and it can be revoked. It opens
what is metered or asks for an account, never what is sold.
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils.crypto import constant_time_compare
from django.utils.encoding import force_bytes

from memberships.metering.terms import terms
from memberships.models import RevokedPass

_PURPOSE = "memberships.pass"
_MAC = 12
_SHAPE = ">16sI"
_LONGEST = 64


@dataclass(frozen=True)
class Pass:
    """Whose it is, and since which day."""

    holder: UUID
    issued_on: date


def issue(holder: UUID, key: str, on: date) -> str:
    """The pass of ``holder`` for the item, as it was on the day."""
    payload = struct.pack(_SHAPE, holder.bytes, on.toordinal())
    return urlsafe_b64encode(payload + _mac(payload, key, settings.SECRET_KEY)).decode("ascii").rstrip("=")


def read(token: str, key: str) -> Pass | None:
    """The pass in a token, if it was issued here and for this item."""
    try:
        sealed = urlsafe_b64decode(token[:_LONGEST].encode("ascii") + b"=" * (-len(token[:_LONGEST]) % 4))
        holder, ordinal = struct.unpack(_SHAPE, sealed[:-_MAC])
    except (ValueError, struct.error):
        return None
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(constant_time_compare(sealed[-_MAC:], _mac(sealed[:-_MAC], key, secret)) for secret in keys):
        return None
    return Pass(UUID(bytes=holder), date.fromordinal(ordinal))


def opens(token: str, key: str, at: datetime) -> bool:
    """Whether the token opens the item now: ours, not too old, not revoked since."""
    found = read(token, key)
    if found is None or not found.issued_on <= at.date() < found.issued_on + timedelta(days=terms().pass_days):
        return False
    about = Q(item__isnull=True) | Q(item=UUID(key))
    issued = datetime.combine(found.issued_on, datetime.min.time(), UTC)
    return not RevokedPass.objects.filter(about, holder=found.holder, revoked_at__gte=issued).exists()


def revoke(holder: UUID, at: datetime, *, key: str | None = None, reason: str = "") -> None:
    """Let the holder's passes issued until now open nothing any more: those to one item, or all."""
    RevokedPass.objects.create(holder=holder, item=UUID(key) if key else None, revoked_at=at, reason=reason)


@lru_cache(maxsize=32)
def keyed(purpose: str, secret: str | bytes) -> hmac.HMAC:
    """What :func:`django.utils.crypto.salted_hmac` begins anew for each of an edition's links. To be copied."""
    return hmac.new(hashlib.sha256(force_bytes(purpose) + force_bytes(secret)).digest(), digestmod="sha256")


@lru_cache(maxsize=256)
def _item(key: str) -> bytes:
    return UUID(key).bytes


def _mac(payload: bytes, key: str, secret: str | bytes) -> bytes:
    mac = keyed(_PURPOSE, secret).copy()
    mac.update(payload + _item(key))
    return mac.digest()[:_MAC]
