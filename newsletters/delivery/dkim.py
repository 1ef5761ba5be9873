"""Our name under our mail: DKIM signatures by RSA-SHA256 (RFC 6376, RFC 8301), headers relaxed, body as it is."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import sha256

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

# RFC 8301 §3.2: verifiers need not accept shorter ones.
SHORTEST_KEY = 1024
# What a reader sees and what a client acts upon (RFC 8058 §4 asks for both List-Unsubscribe headers).
SIGNED = (
    "from", "to", "subject", "date", "message-id", "reply-to", "mime-version", "content-type", "list-id",
    "list-unsubscribe", "list-unsubscribe-post", "feedback-id", "auto-submitted",
)  # fmt: skip
# Named once more than they stand there, so that nobody adds a second one on the way (RFC 6376 §5.4.2).
SEALED = ("from", "to", "subject", "date", "reply-to")
_FOLD = re.compile(rb"\r\n(?=[ \t])")
_SPACE = re.compile(rb"[ \t]+")

# A header in the relaxed form: its name in lower case, and the whole line without its end.
Field = tuple[str, bytes]


@dataclass(frozen=True)
class Signer:
    """Signs for a domain, whose TXT record at ``<selector>._domainkey.<domain>`` holds the public key."""

    domain: str
    selector: str
    key: RSAPrivateKey

    def signature(self, fields: Sequence[Field], body: bytes, at: datetime) -> bytes:
        """The ``DKIM-Signature`` header of a letter, its line ended.

        ``fields`` are the letter's headers from top to bottom, as ``fields_of`` tells them.
        """
        names, lines = _chosen(fields)
        words = (
            f"v=1; a=rsa-sha256; c=relaxed/simple; d={self.domain}; s={self.selector}; t={int(at.timestamp())};\r\n"
            f" h={':'.join(names)};\r\n"
            f" bh={b64encode(sha256(_simple(body)).digest()).decode('ascii')};\r\n b="
        ).encode("ascii")
        signed = b"".join(line + b"\r\n" for line in lines) + b"dkim-signature:" + _FOLD.sub(b"", words)
        return b"DKIM-Signature: %b%b\r\n" % (words, b64encode(self.key.sign(signed, PKCS1v15(), SHA256())))

    def signed(self, content: bytes, at: datetime) -> bytes:
        """A whole letter with its signature on top."""
        head, _blank, body = content.partition(b"\r\n\r\n")
        return self.signature(fields_of(head + b"\r\n"), body, at) + content


def signer() -> Signer | None:
    """Who signs our mail; nobody where no key is set, because the next server does."""
    if not settings.DKIM_PRIVATE_KEY:
        return None
    return Signer(settings.DKIM_DOMAIN, settings.DKIM_SELECTOR, key_of(settings.DKIM_PRIVATE_KEY))


@cache
def key_of(pem: str) -> RSAPrivateKey:
    """The private key in a PEM text.

    Raises:
        ImproperlyConfigured: with a sentence that never shows it.
    """
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPrivateKey) or key.key_size < SHORTEST_KEY:
        raise ImproperlyConfigured(
            "DKIM_PRIVATE_KEY is no RSA key of at least 1024 bits in PEM without a password. "
            "Make one with: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048"
        )
    return key


def fields_of(head: bytes) -> list[Field]:
    """The headers of a head whose lines are ended, relaxed (RFC 6376 §3.4.2)."""
    found = []
    for line in _FOLD.sub(b"", head).split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if colon:
            lower = name.strip().lower()
            found.append((lower.decode("ascii"), lower + b":" + _SPACE.sub(b" ", value).strip()))
    return found


def _chosen(fields: Sequence[Field]) -> tuple[list[str], list[bytes]]:
    """The names to list and the lines to sign: of several of a name the lowest first (RFC 6376 §5.4.2)."""
    names, lines = [], []
    for name in SIGNED:
        standing = [line for known, line in reversed(fields) if known == name]
        names += [name] * (len(standing) + (name in SEALED))
        lines += standing
    return names, lines


def _simple(body: bytes) -> bytes:
    """The body with one line end at its end (RFC 6376 §3.4.3)."""
    return body.rstrip(b"\r\n") + b"\r\n" if not body.endswith(b"\r\n") or body.endswith(b"\r\n\r\n") else body
