"""Gifts: the session in which one is paid, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from memberships.stripe.client import loose, sdk, translated, unless_missing
from memberships.stripe.payload import Payload
from memberships.stripe.remote import CHECKOUT_STATUSES

# The metadata by which a payment is known as that of a gift.
VOUCHER = "voucher"


@dataclass(frozen=True)
class RemotePurchase:
    """A checkout session that is paid once. ``amount`` is in minor units, after tax; ``intent_id`` empty until paid."""

    id: str
    status: str
    is_paid: bool
    url: str
    amount: int
    currency: str
    intent_id: str
    expires_at: datetime | None

    @classmethod
    def read(cls, content: object) -> RemotePurchase:
        payload = Payload(content)
        return cls(
            id=payload.required("id"),
            status=payload.required_word("status", CHECKOUT_STATUSES),
            is_paid=payload.text("payment_status") == "paid",
            url=payload.text("url"),
            amount=payload.required_integer("amount_total"),
            currency=payload.required("currency"),
            intent_id=payload.reference("payment_intent"),
            expires_at=payload.moment("expires_at"),
        )


@translated
def open_till(params: dict[str, Any], *, key: str) -> RemotePurchase:
    """The session of this ``key``: asked twice, it is made once."""
    session = sdk().v1.checkout.sessions.create(loose(params), {"idempotency_key": key})
    return RemotePurchase.read(session.to_dict())


@translated
def retrieve_purchase(session_id: str) -> RemotePurchase:
    return RemotePurchase.read(sdk().v1.checkout.sessions.retrieve(session_id).to_dict())


@translated
def gift_paid_by(intent_id: str) -> str:
    """The public id of the gift that a payment is for, in its metadata; empty where it is for none."""
    intent = unless_missing(lambda: sdk().v1.payment_intents.retrieve(intent_id).to_dict())
    return Payload(intent).part("metadata").text(VOUCHER)
