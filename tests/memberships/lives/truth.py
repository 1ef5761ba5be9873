"""What must be so after one reconcile, from Stripe's raw state alone: nothing here asks our mirror or our rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from memberships.models import Customer, User
from newsletters.models import Message
from tests.memberships.local_stripe import LocalStripe

if TYPE_CHECKING:
    from tests.memberships.lives.acts import Turns

Object = dict[str, Any]
_COUNTED = {
    "trial_started", "trial_refused", "membership_ended", "payment_receipt", "plan_changed", "membership_paused",
}  # fmt: skip
_RAN = {"active", "past_due", "unpaid", "paused"}


@dataclass(frozen=True)
class Life:
    """One person's subscriptions at Stripe, each with its invoices; ``lost`` are those whose dispute was lost."""

    user: User
    subscriptions: list[tuple[Object, list[Object]]]
    lost: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, user: User, stripe: LocalStripe) -> Life:
        customer = Customer.objects.filter(user=user, stripe_id__isnull=False).first()
        if customer is None:
            return cls(user, [])
        listed = stripe.api("GET", "subscriptions", customer=customer.stripe_id, status="all", limit=100)["data"]
        subscriptions = [(each, _invoices(each, stripe)) for each in listed]
        return cls(user, subscriptions, _lost([bill["id"] for _each, bills in subscriptions for bill in bills], stripe))

    def ends(self, at: datetime) -> list[datetime]:
        """Until when each that opens PRO at ``at`` does, by the table of ``docs/access.md``, in order."""
        ends = [_end(subscription, invoices) for subscription, invoices in self.subscriptions]
        return sorted(end for end in ends if end is not None and at < end)

    def wrongs(self) -> list[str]:
        """What Stripe must never have been made to do: two at once, or two charges for one period."""
        found = []
        running = [each["id"] for each, _bills in self.subscriptions if each["status"] in {"trialing", "active"}]
        if len(running) > 1:
            found.append(f"{self.user} is charged for {running}.")
        for subscription, invoices in self.subscriptions:
            paid = Counter(_period(bill) for bill in invoices if bill["status"] == "paid" and bill["amount_paid"] > 0)
            found += [f"{subscription['id']} paid {n} times for {period}." for period, n in paid.items() if n > 1]
            lost = {bill["id"] for bill in invoices} & self.lost
            if lost and subscription["status"] in {"trialing", "active", "past_due"}:
                found.append(f"{subscription['id']} goes on though the dispute of {lost} is lost.")
        trials = [each["id"] for each, _bills in self.subscriptions if each["trial_end"]]
        return [*found, *([f"{self.user} had the trials {trials}."] if len(trials) > 1 else [])]

    def messages(self, seen: set[tuple[str, str]], turns: Mapping[str, Turns], refused: set[str]) -> Counter[str]:
        """Which messages they must have got: how many of each kind. What was over unseen is not told of.

        A trial on a card that had one is told as refused instead, unless it came to be paid for before it was ended.
        """
        told: Counter[str] = Counter()
        for subscription, invoices in self.subscriptions:
            if subscription["status"] in {"incomplete", "incomplete_expired"}:
                continue
            states = {state for seen_id, state in seen if seen_id == subscription["id"]}
            is_refused = subscription["id"] in refused
            has_ended = subscription["status"] == "canceled" and (is_refused or states != {"canceled"})
            told["trial_started"] += "trialing" in states and not is_refused
            told["trial_refused"] += has_ended and is_refused and not states & _RAN
            told["membership_ended"] += has_ended and not (is_refused and not states & _RAN)
            if (turn := turns.get(subscription["id"])) is not None:
                told["plan_changed"] += turn.plans
                told["membership_paused"] += turn.rests
            told["payment_receipt"] += sum(bill["amount_paid"] > 0 and bill["status"] == "paid" for bill in invoices)
        return +told

    def told(self) -> Counter[str]:
        """Which of those they got."""
        kinds = Message.objects.filter(recipient__email=self.user.email).values_list("kind", flat=True)
        return Counter(kind for kind in kinds if kind in _COUNTED)


def _invoices(subscription: Object, stripe: LocalStripe) -> list[Object]:
    found: list[Object] = stripe.api("GET", "invoices", subscription=subscription["id"], limit=100)["data"]
    return found


def _lost(bills: list[str], stripe: LocalStripe) -> set[str]:
    lost = {
        each["payment_intent"] for each in stripe.api("GET", "disputes", limit=100)["data"] if each["status"] == "lost"
    }
    if not lost:
        return set()
    paid = {bill: stripe.api("GET", "invoice_payments", invoice=bill)["data"] for bill in bills}
    return {bill for bill, payments in paid.items() for each in payments if each["payment"]["payment_intent"] in lost}


def _end(subscription: Object, invoices: list[Object]) -> datetime | None:
    item, status = subscription["items"]["data"][0], subscription["status"]
    end = None
    if status == "trialing":
        end = moment(subscription["trial_end"], timedelta(hours=2))
    elif status == "active":
        end = moment(item["current_period_end"], timedelta(hours=72))
    elif status == "past_due" and any(bill["amount_paid"] > 0 for bill in invoices):
        overdue = [bill["status_transitions"]["finalized_at"] for bill in invoices if bill["status"] == "open"]
        end = moment(min(overdue), timedelta(days=14))
    scheduled = subscription["cancel_at"]
    if scheduled is None and subscription["cancel_at_period_end"]:
        scheduled = item["current_period_end"]
    return end if end is None or scheduled is None else min(end, moment(scheduled))


def moment(seconds: int, slack: timedelta = timedelta(0)) -> datetime:
    return datetime.fromtimestamp(seconds, UTC) + slack


def _period(bill: Object) -> tuple[int, int]:
    line = bill["lines"]["data"][0]
    return line["period"]["start"], line["period"]["end"]
