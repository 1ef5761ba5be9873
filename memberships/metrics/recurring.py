"""How much recurs, and how it moves: one row whenever what a subscription brings in a year becomes another sum.

Sums are those of a year, as integers: twelve times a monthly price, or a yearly one as it is. Only who shows a month
divides, once for each sum that is shown, so that nothing is lost in thousands of roundings.

A trial counts nothing until something was paid; a failed payment goes on counting while it is given time; a pause does
not count, and is no leaving. What is sent an invoice counts from its start.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from memberships.models import Customer, MrrMovement, Plan, Subscription
from memberships.subscriptions import GRACE, Facts, access_until

Kind = MrrMovement.Kind
_CHURN = (Kind.CHURN_VOLUNTARY, Kind.CHURN_FAILED)
# Stripe's word for an end after the last try of a card.
_FAILED = "payment_failed"
_MONTHS = 12
_BATCH = 500


class Step(NamedTuple):
    at: datetime
    kind: MrrMovement.Kind
    after: int


def a_year(subscription: Subscription) -> int:
    """What it brings in a year while it counts, in minor units: after discounts that last, before tax."""
    of_a_period = subscription.period_amount
    amount = subscription.plan.amount * subscription.quantity if of_a_period is None else of_a_period
    return amount if subscription.plan.interval == Plan.Interval.YEAR else amount * _MONTHS


def counts(subscription: Subscription, at: datetime) -> bool:
    if subscription.status == "active":
        return subscription.has_paid or Facts.of(subscription).is_sent
    return subscription.status == "past_due" and access_until(Facts.of(subscription), at) is not None


def note(subscription: Subscription, at: datetime) -> int:
    """Write down how what recurs moved by ``at``, under the lock of the customer's row; answers in how many rows."""
    last = subscription.movements.order_by("-number").first()
    was, number = (last.after, last.number) if last else (0, 0)
    began_at = last.began_at if last else None
    rows = []
    for step in _steps(subscription, last, at):
        number += 1
        row = MrrMovement(
            subscription=subscription,
            number=number,
            at=step.at,
            began_at=began_at or step.at,
            kind=step.kind,
            before=was,
            after=step.after,
            currency=subscription.plan.currency,
        )
        began_at = row.began_at
        rows.append(row)
        was = step.after
    if rows:
        MrrMovement.objects.bulk_create(rows)
    if subscription.counted_a_year != was:
        subscription.counted_a_year = was
        subscription.save(update_fields=["counted_a_year"])
    return len(rows)


def _steps(subscription: Subscription, last: MrrMovement | None, at: datetime) -> Iterator[Step]:
    """What was not written down yet. Who was heard of only when all was over has both begun and ended."""
    was, yearly, is_counted = last.after if last else 0, a_year(subscription), counts(subscription, at)
    if yearly == 0:
        is_counted = False
    elif was == 0 and (is_counted or (last is None and subscription.has_paid)):
        yield Step(_began(subscription) if last is None else at, _kind_of_beginning(subscription, last), yearly)
        was = yearly
    if was > 0 and not is_counted:
        yield _end(subscription, at)
    elif is_counted and yearly != was:
        yield Step(at, Kind.EXPANSION if yearly > was else Kind.CONTRACTION, yearly)


def _kind_of_beginning(subscription: Subscription, last: MrrMovement | None) -> MrrMovement.Kind:
    if last is not None and last.kind == Kind.CONTRACTION:
        return Kind.EXPANSION  # A pause is over.
    customer = subscription.customer
    theirs = {"team": customer.team_id} if customer.user_id is None else {"user": customer.user_id}
    before = MrrMovement.objects.filter(
        kind__in=_CHURN, **{f"subscription__customer__{name}": key for name, key in theirs.items()}
    )
    return Kind.REACTIVATION if before.exists() else Kind.NEW


def _end(subscription: Subscription, at: datetime) -> Step:
    if subscription.status == "paused":
        return Step(at, Kind.CONTRACTION, 0)
    if subscription.status in {"past_due", "unpaid"}:
        since = subscription.past_due_since
        return Step(min(at, since + GRACE) if since else at, Kind.CHURN_FAILED, 0)
    kind = Kind.CHURN_FAILED if subscription.end_reason == _FAILED else Kind.CHURN_VOLUNTARY
    return Step(subscription.ended_at or at, kind, 0)


def _began(subscription: Subscription) -> datetime:
    if Facts.of(subscription).is_sent:
        return subscription.started_at
    paid = subscription.invoices.filter(amount_paid__gt=0).order_by("issued_at").first()
    return (paid.paid_at or paid.issued_at) if paid else subscription.started_at


def rebuild(at: datetime) -> int:
    """Write down for every subscription what was not, as after a move from elsewhere; answers how many rows that was.

    A subscription that has no movement gets those its invoices and its end tell of. Movements that are there stay:
    what a subscription once was, nothing else here remembers.
    """
    count, last = 0, 0
    # Customers first and in order, as everybody who writes for them locks them.
    while customers := list(_customers(after=last)):
        for customer in customers:
            with transaction.atomic():
                Customer.objects.select_for_update(of=("self",)).get(pk=customer)
                rows = Subscription.objects.select_related("plan", "customer").filter(customer=customer)
                count += sum(note(row, at) for row in rows.order_by("started_at", "id"))
        last = customers[-1]
    return count


def _customers(after: int) -> QuerySet[Customer, int]:
    with_any = Customer.objects.filter(pk__gt=after, subscriptions__isnull=False).order_by("pk").distinct()
    return with_any.values_list("pk", flat=True)[:_BATCH]
