"""What the numbers must come to after one reconcile, from Stripe's raw state alone, and what ours come to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import F, Q, Sum

from memberships.metrics import revenue
from memberships.models import MrrMovement, RevenueDay, Subscription, User
from tests.memberships.lives.truth import Life
from tests.memberships.local_stripe import LocalStripe

_ASKED_FOR = {"open", "paid", "uncollectible"}
_NEVER_ARRIVED = {"failed", "canceled"}
FIGURES = ("invoiced", "tax", "discount", "paid", "refunded")


def at_stripe(lives: Iterable[Life], stripe: LocalStripe) -> Counter[tuple[str, str]]:
    """The sums of the lives' invoices, and of what went back of them, by currency and figure."""
    sums: Counter[tuple[str, str]] = Counter()
    for life in lives:
        for _subscription, invoices in life.subscriptions:
            for bill in invoices:
                currency = bill["currency"]
                if bill["status"] in _ASKED_FOR:
                    sums[currency, "invoiced"] += bill["total"]
                    sums[currency, "tax"] += sum(each["amount"] for each in bill["total_taxes"])
                    sums[currency, "discount"] += sum(each["amount"] for each in bill["total_discount_amounts"])
                sums[currency, "paid"] += bill["amount_paid"]
                sums[currency, "refunded"] += _given_back(bill["id"], stripe)
    return +sums


def recurring_at_stripe(lives: Iterable[Life], at: datetime) -> int:
    """What recurs in a year: the price of who pays, or owes and is given time."""
    recurring = 0
    for life in lives:
        for subscription, invoices in life.subscriptions:
            has_paid = any(bill["amount_paid"] > 0 for bill in invoices)
            is_in_time = subscription["status"] == "active" or bool(
                Life(life.user, [(subscription, invoices)]).ends(at)
            )
            if has_paid and subscription["status"] in {"active", "past_due"} and is_in_time:
                price = subscription["items"]["data"][0]["price"]
                recurring += price["unit_amount"] * (12 if price["recurring"]["interval"] == "month" else 1)
    return recurring


def _given_back(invoice: str, stripe: LocalStripe) -> int:
    payments = stripe.api("GET", "invoice_payments", invoice=invoice)["data"]
    intents = {each["payment"]["payment_intent"] for each in payments} - {None}
    refunds = [each for intent in intents for each in stripe.api("GET", "refunds", payment_intent=intent)["data"]]
    disputes = [each for intent in intents for each in stripe.api("GET", "disputes", payment_intent=intent)["data"]]
    lost = sum(each["amount"] for each in disputes if each["status"] == "lost")
    return lost + sum(each["amount"] for each in refunds if each["status"] not in _NEVER_ARRIVED)


def here(people: Sequence[User]) -> Counter[tuple[str, str]]:
    """What our mirror of these people's invoices and refunds comes to, by currency and figure."""
    sums: Counter[tuple[str, str]] = Counter()
    for (day, figure), amount in revenue.of(Q(customer__user__in=people)).items():
        sums[day.currency, figure] += amount
    return +sums


def moved(people: Sequence[User] | None = None) -> int:
    """The sum of all movements, or of these people's."""
    theirs = (
        MrrMovement.objects.all()
        if people is None
        else MrrMovement.objects.filter(subscription__customer__user__in=people)
    )
    return theirs.aggregate(all=Sum(F("after") - F("before")))["all"] or 0


def counted() -> int:
    return Subscription.objects.aggregate(all=Sum("counted_a_year"))["all"] or 0


def days() -> set[tuple[object, ...]]:
    return set(RevenueDay.objects.values_list("day", "currency", "plan", "country", *FIGURES))


def movements() -> list[tuple[object, ...]]:
    rows = MrrMovement.objects.order_by("subscription", "number")
    return list(rows.values_list("subscription", "number", "at", "kind", "before", "after", "currency"))
