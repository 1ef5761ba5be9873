"""Stripe's objects as our own dataclasses, read tolerantly.

Fields we do not know are passed over and fields that are missing or of another type read as empty, so that a new field
or a new word never stops the till. Only an object without the id we asked for is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any


class Unusable(Exception):
    """What Stripe holds cannot be used here; subclasses say why."""


class Unreadable(Unusable):
    """What came is not the object it should be: it has no id, or not the kind of content that has one."""


class Payload:
    """A JSON object of Stripe's whose every field may be missing, null or of another type than documented."""

    def __init__(self, content: object) -> None:
        self._content: dict[str, Any] = content if isinstance(content, dict) else {}

    def part(self, *path: str) -> Payload:
        content: Any = self._content
        for name in path:
            content = content.get(name) if isinstance(content, dict) else None
        return Payload(content)

    def text(self, name: str) -> str:
        value = self._content.get(name)
        return value if isinstance(value, str) else ""

    def required(self, name: str) -> str:
        """A text that must be there.

        Raises:
            Unreadable: when it is missing, null, empty or no text.
        """
        if not (value := self.text(name)):
            raise Unreadable(f"Stripe sent an object without {name}.")
        return value

    def reference(self, name: str) -> str:
        """The id of another object, which may stand there in full."""
        return self.text(name) or self.part(name).text("id")

    def integer(self, name: str) -> int:
        value = self._content.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else 0

    def flag(self, name: str) -> bool:
        return self._content.get(name) is True

    def moment(self, name: str) -> datetime | None:
        """A moment given as seconds since 1970; nothing where it is no such number or beyond the calendar."""
        seconds = self.integer(name)
        try:
            return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
        except (OverflowError, ValueError, OSError):
            return None

    def members(self, *path: str) -> list[Payload]:
        """The entries of a Stripe list object."""
        data = self.part(*path)._content.get("data")
        return [Payload(entry) for entry in data] if isinstance(data, list) else []


@dataclass(frozen=True)
class RemoteItem:
    price_id: str
    quantity: int
    period_starts_at: datetime | None
    period_ends_at: datetime | None


@dataclass(frozen=True)
class RemoteSubscription:
    """``cancel_at`` is the scheduled end, whichever of its two ways Stripe says it in."""

    id: str
    customer_id: str
    status: str
    collection_method: str
    items: tuple[RemoteItem, ...]
    started_at: datetime | None
    trial_ends_at: datetime | None
    cancel_at: datetime | None
    is_ending_with_period: bool
    ended_at: datetime | None
    card_label: str
    card_fingerprint: str

    @classmethod
    def read(cls, content: object) -> RemoteSubscription:
        payload = Payload(content)
        items = tuple(_item(entry) for entry in payload.members("items"))
        ends_with_period = payload.flag("cancel_at_period_end")
        period_end = max((item.period_ends_at for item in items if item.period_ends_at), default=None)
        card = payload.part("default_payment_method", "card")
        return cls(
            id=payload.required("id"),
            customer_id=payload.reference("customer"),
            status=payload.text("status"),
            collection_method=payload.text("collection_method") or "charge_automatically",
            items=items,
            started_at=payload.moment("start_date") or payload.moment("created"),
            trial_ends_at=payload.moment("trial_end"),
            cancel_at=payload.moment("cancel_at") or (period_end if ends_with_period else None),
            is_ending_with_period=ends_with_period,
            ended_at=payload.moment("ended_at"),
            card_label=_card_label(card),
            card_fingerprint=card.text("fingerprint"),
        )


@dataclass(frozen=True)
class RemoteInvoice:
    """Amounts are integers in minor units of ``currency``, which is a three-letter code in lower case."""

    id: str
    customer_id: str
    subscription_id: str
    number: str
    status: str
    currency: str
    amount_due: int
    amount_paid: int
    billing_reason: str
    hosted_url: str
    pdf_url: str
    due_at: datetime | None
    issued_at: datetime | None

    @classmethod
    def read(cls, content: object) -> RemoteInvoice:
        payload = Payload(content)
        transitions = payload.part("status_transitions")
        return cls(
            id=payload.required("id"),
            customer_id=payload.reference("customer"),
            subscription_id=payload.part("parent", "subscription_details").reference("subscription"),
            number=payload.text("number"),
            status=payload.text("status"),
            currency=payload.text("currency"),
            amount_due=payload.integer("amount_due"),
            amount_paid=payload.integer("amount_paid"),
            billing_reason=payload.text("billing_reason"),
            hosted_url=payload.text("hosted_invoice_url"),
            pdf_url=payload.text("invoice_pdf"),
            due_at=payload.moment("due_date"),
            issued_at=transitions.moment("finalized_at") or payload.moment("created"),
        )


@dataclass(frozen=True)
class RemoteCheckout:
    id: str
    status: str
    url: str
    customer_id: str
    subscription_id: str
    expires_at: datetime | None

    @classmethod
    def read(cls, content: object) -> RemoteCheckout:
        payload = Payload(content)
        return cls(
            id=payload.required("id"),
            status=payload.text("status"),
            url=payload.text("url"),
            customer_id=payload.reference("customer"),
            subscription_id=payload.reference("subscription"),
            expires_at=payload.moment("expires_at"),
        )


@dataclass(frozen=True)
class RemotePrice:
    id: str
    product_id: str
    lookup_key: str
    amount: int
    currency: str
    interval: str
    is_active: bool

    @classmethod
    def read(cls, content: object) -> RemotePrice:
        payload = Payload(content)
        return cls(
            id=payload.required("id"),
            product_id=payload.reference("product"),
            lookup_key=payload.text("lookup_key"),
            amount=payload.integer("unit_amount"),
            currency=payload.text("currency"),
            interval=payload.part("recurring").text("interval"),
            is_active=payload.flag("active"),
        )


@dataclass(frozen=True)
class RemoteEvent:
    """A webhook's content. ``object_id`` and ``customer_id`` are empty where the event names none."""

    id: str
    type: str
    api_version: str
    is_live: bool
    object_id: str
    customer_id: str
    subscription_id: str

    @classmethod
    def read(cls, content: object) -> RemoteEvent:
        payload = Payload(content)
        subject = payload.part("data", "object")
        kind, object_id = subject.text("object"), subject.text("id")
        by_parent = subject.part("parent", "subscription_details").reference("subscription")
        return cls(
            id=payload.required("id"),
            type=payload.required("type"),
            api_version=payload.text("api_version"),
            is_live=payload.flag("livemode"),
            object_id=object_id,
            customer_id=object_id if kind == "customer" else subject.reference("customer"),
            subscription_id=object_id if kind == "subscription" else by_parent or subject.reference("subscription"),
        )


def _item(payload: Payload) -> RemoteItem:
    return RemoteItem(
        price_id=payload.reference("price"),
        quantity=payload.integer("quantity") or 1,
        period_starts_at=payload.moment("current_period_start"),
        period_ends_at=payload.moment("current_period_end"),
    )


def _card_label(card: Payload) -> str:
    """Brand and last digits, such as “Visa 4242”; empty where there is no card."""
    last4 = card.text("last4")
    return f"{card.text('brand').replace('_', ' ').title()} {last4}".strip() if last4 else ""
