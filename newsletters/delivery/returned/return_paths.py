"""The sender in the envelope of each copy and message: what comes back to it names the row by itself.

A report that was cut off, or tells nothing of the letter it is about, still comes to the address the letter was sent
from: ``b+`` and then, in base32 (letters may lose their case on the way), the public ids of the row and six bytes of
HMAC-SHA256 over them. With 63 characters it is as long as RFC 5321 §4.5.3.1.1 lets it be.
"""

from __future__ import annotations

import re
from base64 import b32decode, b32encode
from uuid import UUID

from django.conf import settings
from django.utils.crypto import constant_time_compare

from memberships.passes import keyed
from newsletters.delivery.afterwards import About

_PURPOSE = "newsletters.return-path"
_MAC = 6
# 22 bytes for a message, 38 for a copy.
ADDRESS = re.compile(r"\bb\+([a-z2-7]{61}|[a-z2-7]{36})(?![a-z2-7])", re.IGNORECASE)


def of_copy(edition: UUID, recipient: UUID) -> str:
    """The sender of a copy; empty where nothing comes back to a domain of its own."""
    return _address(edition.bytes + recipient.bytes)


def of_message(message: UUID) -> str:
    """The sender of a message; empty likewise."""
    return _address(message.bytes)


def read(text: str) -> list[About]:
    """What the addresses of ours in a text are about; whatever does not bear our seal is none."""
    found = (_opened(match[1]) for match in ADDRESS.finditer(text))
    return list(dict.fromkeys(about for about in found if about is not None))


def _address(payload: bytes) -> str:
    domain = settings.BOUNCE_DOMAIN
    if not domain:
        return ""
    sealed = b32encode(payload + _mac(payload, settings.SECRET_KEY)).decode("ascii")
    return f"b+{sealed.rstrip('=').lower()}@{domain}"


def _opened(word: str) -> About | None:
    sealed = b32decode(word.upper() + "=" * (-len(word) % 8))
    payload, mac = sealed[:-_MAC], sealed[-_MAC:]
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(constant_time_compare(mac, _mac(payload, key)) for key in keys):
        return None
    if len(payload) == 16:
        return About(message=UUID(bytes=payload))
    return About(edition=UUID(bytes=payload[:16]), recipient=UUID(bytes=payload[16:]))


def _mac(payload: bytes, key: str | bytes) -> bytes:
    mac = keyed(_PURPOSE, key).copy()
    mac.update(payload)
    return mac.digest()[:_MAC]
