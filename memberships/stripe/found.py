"""What another system left at Stripe: its customers, and their subscriptions with the prices they are for."""

from __future__ import annotations

from dataclasses import dataclass

from memberships.stripe.payload import Payload
from memberships.stripe.remote import RemoteSubscription


@dataclass(frozen=True)
class FoundCustomer:
    """``card`` is what Stripe charges where a subscription says nothing else; empty for none."""

    id: str
    email: str
    card: str
    is_deleted: bool

    @classmethod
    def read(cls, content: object) -> FoundCustomer:
        payload = Payload(content)
        settings = payload.part("invoice_settings")
        return cls(
            id=payload.required("id"),
            email=payload.text("email").strip().lower(),
            card=settings.reference("default_payment_method") or payload.reference("default_source"),
            is_deleted=payload.flag("deleted"),
        )


@dataclass(frozen=True)
class FoundPrice:
    """``amount`` is in minor units of ``currency``; ``None`` for what is billed by use or in steps."""

    id: str
    name: str
    amount: int | None
    currency: str
    interval: str
    interval_count: int

    @classmethod
    def read(cls, content: object) -> FoundPrice:
        payload = Payload(content)
        recurring = payload.part("recurring")
        return cls(
            id=payload.required("id"),
            name=payload.text("nickname") or payload.part("product").text("name"),
            amount=payload.number("unit_amount"),
            currency=payload.text("currency"),
            interval=recurring.text("interval"),
            interval_count=recurring.integer("interval_count"),
        )


@dataclass(frozen=True)
class FoundSubscription:
    """``began_as`` is the row of ours it was made for, where it was made by us."""

    remote: RemoteSubscription
    prices: tuple[FoundPrice, ...]
    began_as: str

    @classmethod
    def read(cls, content: object) -> FoundSubscription:
        payload = Payload(content)
        prices = [full for item in payload.members("items") if (full := item.full("price"))]
        return cls(
            RemoteSubscription.read(content),
            tuple(FoundPrice.read(price) for price in prices),
            payload.part("metadata").text("moved_in_as"),
        )
