"""What becomes of a student's price when the proof runs out. Pure, but for what the mirror and the happenings say.

Nobody pays more in silence: a month before the proof ends its owner is asked for another one, and told from which
renewal on the ordinary price is charged otherwise. That is never less than thirty days away, and never before the end.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from memberships.models import Happening, Plan, Subscription
from memberships.pauses import months_on

# Laws on prices that change ask for thirty days; the day beside them is for a mail that is late.
NOTICE = timedelta(days=30)
_LATE = timedelta(days=1)
# Somebody who subscribed on the day of the proof renews on the day it ends; with less lead, a worker that stands still
# for a day would be a year at the price for students.
LEAD = NOTICE + 5 * _LATE


def is_ending(proof_ends: datetime | None, at: datetime) -> bool:
    """Whether it is time to ask for another proof; ``None`` is that there never was one."""
    return proof_ends is None or proof_ends - LEAD <= at


def moves_at(subscription: Subscription, proof_ends: datetime | None, at: datetime) -> datetime:
    """The first renewal for which whoever is told now is told early enough, and which the proof does not cover."""
    renewal, earliest = subscription.period_ends_at or at, max(at + NOTICE + _LATE, proof_ends or at)
    months = 12 if subscription.plan.interval == Plan.Interval.YEAR else 1
    while renewal < earliest:
        renewal = months_on(renewal, months)
    return renewal


def may_move(subscription: Subscription, proof_ends: datetime | None, told: Happening) -> bool:
    """Whether the coming renewal is the one that was told, or a later one."""
    renewal = subscription.period_ends_at
    if renewal is None or told.told_at is None or told.until is None:
        return False
    # Months differ in length, so a renewal that was reckoned may be a day off.
    return renewal >= max(told.until - _LATE, told.told_at + NOTICE, proof_ends or told.told_at)


def ordinary_of(plan: Plan, on_sale: Iterable[Plan]) -> Plan | None:
    """What takes the place of a student's plan: the same for everybody, charged as often in the same currency."""
    alike = [
        each
        for each in on_sale
        if each.audience == Plan.Audience.PERSON
        and (each.product_id, each.currency, each.interval) == (plan.product_id, plan.currency, plan.interval)
    ]
    return min(alike, key=lambda each: bool(each.countries), default=None)


def period_of(proof_ends: datetime | None) -> str:
    """Which of several endings it is, see :class:`memberships.models.Happening`."""
    return f"{proof_ends:%Y-%m-%d}" if proof_ends else "unproved"


def follows_for_want_of_proof(subscription: Subscription) -> bool:
    """Whether the plan that follows was not wished by the member."""
    follows = subscription.next_plan
    if follows is None or subscription.plan.audience != Plan.Audience.STUDENT:
        return False
    is_ordinary = follows.audience == Plan.Audience.PERSON and follows.interval == subscription.plan.interval
    return is_ordinary and not subscription.plan_changes.filter(to_plan=follows).exists()
