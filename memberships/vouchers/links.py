"""The two links of a gift: the one that claims it, and the one by which its buyer finds it again.

What claims is 256 random bits, of which the database keeps a SHA-256 only, as with
:mod:`memberships.feed_tokens`; a new one ends the one before. The buyer's link is signed and lasts. Neither is logged.
"""

from __future__ import annotations

import hashlib
import secrets
from uuid import UUID

from django.core.signing import BadSignature, Signer

from memberships.models import Voucher

_signer = Signer(salt="memberships.vouchers.buyer")


def new_token(voucher: Voucher) -> str:
    """A link to claim the gift by, kept with its hash; the one before opens nothing any more. Under the row's lock."""
    token = secrets.token_urlsafe(32)
    voucher.token_hash = hash_of(token)
    Voucher.objects.filter(pk=voucher.pk).update(token_hash=voucher.token_hash)
    return token


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def buyer_token(voucher: Voucher) -> str:
    """What opens the buyer's page of the gift; always the same."""
    return _signer.sign(str(voucher.public_id))


def bought(token: str) -> Voucher | None:
    """The gift of a buyer's link; ``None`` where we did not make it."""
    try:
        public_id = UUID(_signer.unsign(token))
    except (BadSignature, ValueError):
        return None
    return Voucher.objects.select_related("plan__product", "claimed_by").filter(public_id=public_id).first()
