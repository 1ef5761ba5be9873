"""Stripe's objects as our own dataclasses.

Fields we do not know are passed over, so that a new one never stops the till. What a right to read or a sum is made of
must be there and be what it is documented to be: where it is missing, null or of another type the whole object is
refused, for an answer that is cut short must not end what somebody has paid for. So it is where a state is said by a
word that we do not know. What is only shown reads as empty.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from memberships.stripe.payload import Payload
from memberships.subscriptions import KNOWN_STATUSES

INVOICE_STATUSES = frozenset(("draft", "open", "paid", "void", "uncollectible"))
CHECKOUT_STATUSES = frozenset(("open", "complete", "expired"))
COLLECTION_METHODS = frozenset(("charge_automatically", "send_invoice"))
# The metadata of a subscription whose first charge comes when a gift ends.
AFTER_GIFT = "after_gift"
_CUSTOMERS_CARD = ("invoice_settings", "default_payment_method", "card")


@dataclass(frozen=True)
class RemoteItem:
    """``quantity`` and the period are empty where Stripe does not say them, as for what is billed by use."""

    id: str
    price_id: str
    quantity: int | None
    period_starts_at: datetime | None
    period_ends_at: datetime | None


@dataclass(frozen=True)
class RemoteDiscount:
    """A coupon on a subscription: a share of the price in percent, or else minor units of ``currency``.

    ``is_lasting`` where more than one invoice is made cheaper by it, and until when.
    """

    percent_off: Decimal | None
    amount_off: int
    currency: str
    is_lasting: bool
    ends_at: datetime | None

    @classmethod
    def read(cls, payload: Payload) -> RemoteDiscount:
        coupon = payload.part("source", "coupon")
        return cls(
            percent_off=coupon.decimal("percent_off"),
            amount_off=coupon.integer("amount_off"),
            currency=coupon.text("currency"),
            is_lasting=coupon.text("duration") in {"forever", "repeating"},
            ends_at=payload.moment("end"),
        )


@dataclass(frozen=True)
class RemoteSubscription:
    """``cancel_at`` is the scheduled end, whichever of its two ways Stripe says it in.

    ``feedback`` and ``comment`` are what was said of leaving, to us or in Stripe's portal.
    The card is the one that is charged next, and known where it was asked for in full: the subscription's own, else
    the customer's. ``latest_invoice``, the discounts and the price that follows by a schedule, with its moment, are
    there where they were asked for in full. ``pause_reason`` is Stripe's word, while it is paused. ``country`` is that
    of the billing address, two capital letters, of the card or else of the customer.
    """

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
    end_reason: str
    feedback: str
    comment: str
    card_label: str
    card_expires_on: date | None
    card_fingerprint: str
    discount_label: str
    is_after_gift: bool
    discounts: tuple[RemoteDiscount, ...]
    country: str
    latest_invoice: RemoteInvoice | None
    pause_reason: str
    schedule_id: str
    next_price_id: str
    next_price_at: datetime | None

    @classmethod
    def read(cls, content: object) -> RemoteSubscription:
        """Raises Unreadable for one that is cut short, in trial without an end, or in a state nobody here knows."""
        payload = Payload(content)
        identifier, status = payload.required("id"), payload.required_word("status", KNOWN_STATUSES)
        items = tuple(_item(entry) for entry in payload.members("items"))
        ends_with_period = payload.required_flag("cancel_at_period_end")
        period_end = max((item.period_ends_at for item in items if item.period_ends_at), default=None)
        cancel_at = payload.nullable_moment("cancel_at")
        is_in_trial = status == "trialing"
        card = _card(payload)
        next_price_id, next_price_at = _following(payload.part("schedule"))
        return cls(
            id=identifier,
            customer_id=payload.reference("customer"),
            status=status,
            collection_method=payload.required_word("collection_method", COLLECTION_METHODS),
            items=items,
            started_at=payload.moment("start_date") or payload.moment("created"),
            trial_ends_at=payload.required_moment("trial_end") if is_in_trial else payload.nullable_moment("trial_end"),
            cancel_at=cancel_at or (period_end if ends_with_period else None),
            is_ending_with_period=ends_with_period,
            ended_at=payload.nullable_moment("ended_at"),
            end_reason=payload.part("cancellation_details").text("reason"),
            feedback=payload.part("cancellation_details").text("feedback"),
            comment=payload.part("cancellation_details").text("comment"),
            card_label=_card_label(card),
            card_expires_on=_last_day(card.integer("exp_year"), card.integer("exp_month")),
            card_fingerprint=card.text("fingerprint"),
            discount_label=_discount_label(payload),
            is_after_gift=payload.part("metadata").text(AFTER_GIFT) == "yes",
            discounts=tuple(RemoteDiscount.read(entry) for entry in payload.entries("discounts")),
            country=_country(payload),
            latest_invoice=RemoteInvoice.within(payload, "latest_invoice"),
            pause_reason=payload.part("status_details", "paused", "subscription").text("type"),
            schedule_id=payload.reference("schedule"),
            next_price_id=next_price_id,
            next_price_at=next_price_at,
        )


@dataclass(frozen=True)
class RemoteInvoice:
    """Amounts are integers in minor units of ``currency``, which is a three-letter code in lower case.

    ``total`` is after ``discount`` and with ``tax``, before credit. The period is that of all its lines together,
    ``price_id`` that of its largest line. ``country`` is that of the billing address on it.
    """

    id: str
    customer_id: str
    subscription_id: str
    number: str
    status: str
    currency: str
    amount_due: int
    amount_paid: int
    total: int
    tax: int
    discount: int
    price_id: str
    country: str
    billing_reason: str
    hosted_url: str
    pdf_url: str
    period_starts_at: datetime | None
    period_ends_at: datetime | None
    attempt_count: int
    next_attempt_at: datetime | None
    due_at: datetime | None
    issued_at: datetime | None
    paid_at: datetime | None

    @classmethod
    def read(cls, content: object) -> RemoteInvoice:
        payload = Payload(content)
        transitions = payload.part("status_transitions")
        lines = payload.members("lines")
        periods = [line.part("period") for line in lines]
        starts = [moment for period in periods if (moment := period.moment("start"))]
        ends = [moment for period in periods if (moment := period.moment("end"))]
        return cls(
            id=payload.required("id"),
            customer_id=payload.reference("customer"),
            subscription_id=payload.part("parent", "subscription_details").reference("subscription"),
            number=payload.text("number"),
            status=payload.required_word("status", INVOICE_STATUSES),
            currency=payload.required("currency"),
            amount_due=payload.required_integer("amount_due"),
            amount_paid=payload.required_integer("amount_paid"),
            total=payload.required_integer("total"),
            tax=sum(each.integer("amount") for each in payload.entries("total_taxes")),
            discount=sum(each.integer("amount") for each in payload.entries("total_discount_amounts")),
            price_id=_price_of(max(lines, key=lambda line: line.integer("amount"), default=Payload(None))),
            country=payload.part("customer_address").text("country")[:2].upper(),
            billing_reason=payload.text("billing_reason"),
            hosted_url=payload.text("hosted_invoice_url"),
            pdf_url=payload.text("invoice_pdf"),
            period_starts_at=min(starts, default=None),
            period_ends_at=max(ends, default=None),
            attempt_count=max(0, payload.integer("attempt_count")),
            next_attempt_at=payload.moment("next_payment_attempt"),
            due_at=payload.moment("due_date"),
            issued_at=transitions.moment("finalized_at") or payload.moment("created"),
            paid_at=transitions.moment("paid_at"),
        )

    @classmethod
    def within(cls, payload: Payload, name: str) -> RemoteInvoice | None:
        content = payload.full(name)
        return None if content is None else cls.read(content)


@dataclass(frozen=True)
class RemoteCharge:
    """What an invoice asks for, in minor units of ``currency``, after discounts, tax and credit."""

    amount: int
    currency: str

    @classmethod
    def read(cls, content: object) -> RemoteCharge:
        payload = Payload(content)
        return cls(payload.required_integer("amount_due"), payload.required("currency"))


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
            status=payload.required_word("status", CHECKOUT_STATUSES),
            url=payload.text("url"),
            customer_id=payload.reference("customer"),
            subscription_id=payload.reference("subscription"),
            expires_at=payload.moment("expires_at"),
        )


@dataclass(frozen=True)
class RemotePrice:
    """``interval`` is empty for a price that is charged once."""

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
class RemoteEndpoint:
    """Where Stripe sends webhooks; ``api_version`` is empty where it is the account's own."""

    id: str
    url: str
    api_version: str
    events: frozenset[str]
    is_enabled: bool

    @classmethod
    def read(cls, content: object) -> RemoteEndpoint:
        payload = Payload(content)
        return cls(
            id=payload.required("id"),
            url=payload.text("url"),
            api_version=payload.text("api_version"),
            events=frozenset(payload.texts("enabled_events")),
            is_enabled=payload.text("status") == "enabled",
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
        id=payload.text("id"),
        price_id=payload.reference("price"),
        quantity=payload.number("quantity"),
        period_starts_at=payload.moment("current_period_start"),
        period_ends_at=payload.moment("current_period_end"),
    )


def _following(schedule: Payload) -> tuple[str, datetime | None]:
    """The price of the phase that comes after the one that runs, and when; nothing where none does."""
    ends = schedule.part("current_phase").moment("end_date")
    for phase in schedule.entries("phases"):
        if ends is not None and phase.moment("start_date") == ends:
            items = phase.entries("items")
            return (items[0].reference("price"), ends) if items else ("", None)
    return "", None


def _card(subscription: Payload) -> Payload:
    """The card Stripe charges next, in Stripe's order: the subscription's own, else its customer's."""
    own = subscription.part("default_payment_method", "card")
    return own if own.text("last4") else subscription.part("customer", *_CUSTOMERS_CARD)


def _price_of(line: Payload) -> str:
    return line.part("pricing", "price_details").reference("price")


def _country(subscription: Payload) -> str:
    """Where the bill goes: the card's address, else its customer's; empty where neither is known."""
    own = subscription.part("default_payment_method", "billing_details", "address")
    customers = subscription.part("customer")
    their_card = customers.part("invoice_settings", "default_payment_method", "billing_details", "address")
    found = (own, their_card, customers.part("address"))
    return next((text for each in found if (text := each.text("country"))), "")[:2].upper()


def _last_day(year: int, month: int) -> date | None:
    """Cards hold until the end of the month on them; nothing where that is no month."""
    if not (1 <= month <= 12 and 2000 <= year <= 9999):
        return None
    return date(year, month, calendar.monthrange(year, month)[1])


def _card_label(card: Payload) -> str:
    """Brand and last digits, such as “Visa 4242”; empty where there is no card."""
    last4 = card.text("last4")
    return f"{card.text('brand').replace('_', ' ').title()} {last4}".strip() if last4 else ""


def _discount_label(subscription: Payload) -> str:
    """The names of the coupons on the subscription, where they stand there in full."""
    coupons = [entry.part("source", "coupon") for entry in subscription.entries("discounts")]
    return ", ".join(name for coupon in coupons if (name := coupon.text("name") or coupon.text("id")))
