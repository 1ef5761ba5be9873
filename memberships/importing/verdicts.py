"""What would happen to one person who moves in, and why. Pure: what the export and Stripe say in, a verdict out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from memberships.currencies import in_major
from memberships.models import MovingRow
from memberships.stripe.found import FoundPrice, FoundSubscription
from memberships.stripe.sync import Bills
from memberships.subscriptions import NOT_BEGUN, STANDING, Facts, access_until

Claim, Outcome, Why = MovingRow.Claim, MovingRow.Outcome, MovingRow.Why


@dataclass(frozen=True)
class Verdict:
    """``until`` is how long they read by what is known now; empty where it has no end or nothing opens."""

    outcome: MovingRow.Outcome
    why: MovingRow.Why | None = None
    until: datetime | None = None
    price: str = ""
    price_label: str = ""
    detail: str = ""


def without_stripe(row: MovingRow, comps_until: datetime, at: datetime) -> Verdict:
    """For whom Stripe has nothing to say, or has said that it has nothing."""
    until = row.paid_until or (comps_until if row.claim == Claim.COMP else None)
    if row.claim == Claim.FREE:
        return Verdict(Outcome.FREE)
    if until is not None and until <= at:
        return Verdict(Outcome.LOSES, Why.OVER)
    if row.claim == Claim.COMP:
        return Verdict(Outcome.READS, Why.GIVEN, until)
    if until is not None and not row.renews:
        return Verdict(Outcome.READS, Why.RUNS_OUT, until)
    return Verdict(Outcome.LOSES, Why.NONE)


def by_subscriptions(
    row: MovingRow,
    found: Sequence[FoundSubscription],
    opens: Mapping[str, str],
    bills: Mapping[str, Bills],
    comps_until: datetime,
    at: datetime,
) -> Verdict:
    """By what the customer has at Stripe. ``opens`` is the product by the price, empty for what is none of ours."""
    standing = [each for each in found if each.remote.status in STANDING]
    unknown = [price for each in standing for price in each.prices if price.id not in opens]
    if unknown and not any(opens.get(price.id) for each in standing for price in each.prices):
        price = unknown[0]
        return Verdict(Outcome.UNCLEAR, Why.PRICE, price=price.id, price_label=label_of(price))
    ours = [each for each in found if any(opens.get(price.id) for price in each.prices)]
    running = [each for each in ours if each.remote.status in STANDING]
    if len(running) > 1:
        return Verdict(Outcome.UNCLEAR, Why.SEVERAL, detail=", ".join(each.remote.id for each in running))
    until = access_until(facts_of(running[0], opens, bills.get(running[0].remote.id), at), at) if running else None
    if until is not None:
        return Verdict(Outcome.READS, Why.RUNS_UNCLAIMED if row.claim == Claim.FREE else Why.RUNS, until)
    otherwise = without_stripe(row, comps_until, at)
    if otherwise.why != Why.NONE:
        return otherwise
    had = [each for each in ours if each.remote.status not in NOT_BEGUN]
    return Verdict(Outcome.LOSES, Why.ENDED if had else Why.FOREIGN if standing else Why.NONE)


def by_shop(row: MovingRow, plan_key: str | None, at: datetime) -> Verdict:
    """For whom the shop itself charged, so that nothing at Stripe renews. ``plan_key`` is what staff said of its plan.

    The next payment has to lie ahead: one that is due is the shop's to take, else nobody or both would.
    """
    if row.paid_until is None or row.paid_until <= at:
        return Verdict(Outcome.UNCLEAR, Why.DUE)
    if plan_key is None:
        return Verdict(Outcome.UNCLEAR, Why.PRICE, price=row.plan_name, price_label=row.plan_name)
    if not plan_key:
        return Verdict(Outcome.LOSES, Why.FOREIGN)
    if not row.customer_ref or not row.card_ref:
        return Verdict(Outcome.UNCLEAR, Why.NO_CARD)
    return Verdict(Outcome.READS, Why.CONTINUES, row.paid_until, price=row.plan_name)


def label_of(price: FoundPrice) -> str:
    """The price in words for staff, such as “Yearly · 120.00 USD / year”."""
    amount = "?" if price.amount is None else f"{in_major(price.amount, price.currency)} {price.currency.upper()}"
    count = f"{price.interval_count} " if price.interval_count > 1 else ""
    return " · ".join(filter(None, (price.name, f"{amount} / {count}{price.interval}")))


def facts_of(found: FoundSubscription, opens: Mapping[str, str], bills: Bills | None, at: datetime) -> Facts:
    """What the mirror will say of the subscription."""
    remote, paid = found.remote, bills or Bills(has_paid=False, overdue_since=None, due_at=None)
    ends = [item.period_ends_at for item in remote.items if opens.get(item.price_id) and item.period_ends_at]
    return Facts(
        status=remote.status,
        collection_method=remote.collection_method,
        has_paid=paid.has_paid,
        trial_ends_at=remote.trial_ends_at,
        period_ends_at=max(ends, default=None),
        past_due_since=(paid.overdue_since or at) if remote.status in {"past_due", "unpaid"} else None,
        due_at=paid.due_at,
        cancel_at=remote.cancel_at,
    )
