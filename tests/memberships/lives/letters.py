"""How often each message may have been written, and which must have been, from what Stripe said alone.

``Heard`` keeps every event Stripe put on the wire, those that never arrived here included. Each names turns: what
happened, and of what. A turn is told once at the most, however often and by whomever it is found.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from memberships.models import Subscription, User
from newsletters.models import Message
from tests.memberships.lives.truth import Life, moment
from tests.memberships.local_stripe import Delivery

Object = dict[str, Any]
Turn = tuple[str, object]
DAY = timedelta(days=1)
# Days of an unpaid bill on which it is recalled, and after which nobody asks for it any more.
_RECALLED = (3, 7, 12, 14)
_OVER = {"canceled", "incomplete_expired"}
_CAME_HOME = {"failed", "canceled"}


@dataclass
class Heard:
    """The turns of each customer, by Stripe's id; an event that is told again adds nothing.

    ``refunds`` has the last word on each, with whose charge it was of: Stripe names no customer with them.
    """

    events: set[str] = field(default_factory=set)
    turns: dict[str, set[Turn]] = field(default_factory=dict)
    payers: dict[str, str] = field(default_factory=dict)
    refunds: dict[str, tuple[str, str]] = field(default_factory=dict)

    def hear(self, deliveries: list[Delivery]) -> None:
        for event in [delivery.event for delivery in deliveries]:
            if event["id"] not in self.events:
                self.events.add(event["id"])
                self._note(event, event["data"]["object"])

    def _note(self, event: Object, subject: Object) -> None:
        if subject["object"] == "charge":
            self.payers[subject["id"]] = subject["customer"]
        if subject["object"] == "refund":
            self.refunds[subject["id"]] = (self.payers[subject["charge"]], subject["status"])
        if customer := subject.get("customer"):
            self.turns.setdefault(customer, set()).update(_turns(event))

    def wrongly_told(self, user: User, customer: str | None) -> list[str]:
        """What the person was told of more often than it happened, and refunds they were not told of."""
        happened = Counter(kind for kind, _which in self.turns.get(customer or "", ()))
        theirs = [status for payer, status in self.refunds.values() if payer == customer]
        happened["payment_refunded"] = len(theirs)
        told = Counter(Message.objects.filter(recipient__email=user.email).values_list("kind", flat=True))
        found = [f"{kind} is told {n} times too often" for kind, n in (told - happened).items()]
        stands = sum(status not in _CAME_HOME for status in theirs)
        return found + [f"{stands} refunds, {told['payment_refunded']} told"] * (told["payment_refunded"] < stands)


def _turns(event: Object) -> Iterator[Turn]:
    subject, was = event["data"]["object"], event["data"].get("previous_attributes") or {}
    if event["type"].startswith("customer.subscription."):
        yield from _of_subscription(event, subject, was)
    elif event["type"] in {"invoice.payment_failed", "invoice.payment_action_required"}:
        yield "payment_failed", subject["id"]
        yield "action_required", subject["id"]
        yield from (("payment_reminder", (subject["id"], number)) for number in range(3))
    elif event["type"] == "invoice.paid" and subject["amount_paid"] > 0:
        yield "payment_receipt", subject["id"]


def _of_subscription(event: Object, now: Object, was: Object) -> Iterator[Turn]:
    name, item = now["id"], now["items"]["data"][0]
    yield "card_expiring", (name, now["default_payment_method"])
    if now["status"] == "trialing":
        yield from ((kind, name) for kind in ("trial_started", "trial_refused", "gift_continued"))
        yield "trial_ending", (name, now["trial_end"])
    if now["status"] == "canceled":
        yield "membership_ended", name
    if now["status"] == "active" and item["price"]["recurring"]["interval"] == "year":
        yield "renewal_ahead", (name, item["current_period_end"])
    if now["status"] == "paused":
        yield from ((kind, event["id"]) for kind in ("membership_paused", "pause_ending") if "status" in was)
    if is_to_end(now) and not is_to_end({**now, **was}):
        yield "membership_cancelled", event["id"]
    if "items" in was and was["items"]["data"][0].get("price", item["price"])["id"] != item["price"]["id"]:
        yield "plan_changed", event["id"]


def is_to_end(subscription: Object) -> bool:
    return bool(subscription["cancel_at_period_end"] or subscription["cancel_at"])


def untold(life: Life, at: datetime) -> list[str]:
    """What Stripe's state says has to be told ahead of time at this moment, and was not."""
    keys = set(Message.objects.filter(recipient__email=life.user.email).values_list("dedupe_key", flat=True))
    names = dict(Subscription.objects.filter(customer__user=life.user).values_list("stripe_id", "public_id"))
    wanted = [
        key
        for subscription, bills in life.subscriptions
        if not is_to_end(subscription) and subscription["status"] not in _OVER
        for key in _due(subscription, bills, str(names.get(subscription["id"])), at)
    ]
    return [key for key in wanted if not any(known.startswith(key) for known in keys)]


def _due(subscription: Object, bills: list[Object], name: str, at: datetime) -> Iterator[str]:
    item, status = subscription["items"]["data"][0], subscription["status"]
    if status == "trialing" and not any(bill["amount_paid"] > 0 for bill in bills):
        ends, began = moment(subscription["trial_end"]), moment(subscription["start_date"])
        if max(ends - 3 * DAY, began + DAY) <= at < ends:
            yield f"trial_ending:{name}:{ends.isoformat()}"
    if status == "active" and item["price"]["recurring"]["interval"] == "year":
        ends = moment(item["current_period_end"])
        if ends - 30 * DAY <= at < ends:
            yield f"renewal_ahead:{name}:{ends.isoformat()}"
    owed = [bill for bill in bills if bill["status"] == "open" and bill["amount_due"] > 0]
    if status == "past_due" and owed:
        oldest = min(owed, key=lambda bill: bill["status_transitions"]["finalized_at"])
        since = moment(oldest["status_transitions"]["finalized_at"])
        if since + _RECALLED[0] * DAY <= at < since + _RECALLED[-1] * DAY:
            yield f"payment_reminder:{oldest['id']}:"
