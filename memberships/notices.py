"""What somebody has to be told ahead of time, each thing with the time in which it is worth telling.

Pure: what the mirror says of a subscription and its oldest unpaid invoice in, notices out. Whoever has scheduled the
end hears nothing of what will not come; what is told only after its time would be untrue, so it is not told at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

from memberships import price_moves
from memberships.models import Happening, Invoice, Plan, Subscription
from memberships.subscriptions import GRACE, Facts

Kind = Happening.Kind

# Enough to think it over and cancel; Stripe's own reminder has the same lead.
TRIAL_LEAD = timedelta(days=3)
# The mail that the trial began says the same; a second one on the same day would only be noise.
_TRIAL_REST = timedelta(days=1)
# Laws on automatic renewal ask for a reminder 15 to 45 days ahead.
RENEWAL_LEAD = timedelta(days=30)
CARD_LEAD = timedelta(days=30)
# Time to cancel, or to change a card, before reading and charges go on.
PAUSE_LEAD = timedelta(days=7)
LONGEST_LEAD = max(TRIAL_LEAD, RENEWAL_LEAD, CARD_LEAD)
# Days of an unpaid invoice on which it is recalled. That of its first day is told when the charge fails.
REMINDER_DAYS = (3, 7, 12)
_DAY = timedelta(days=1)
_OWING = frozenset(("past_due", "unpaid"))
# The kinds whose time comes by the calendar.
KINDS = frozenset((Kind.TRIAL_ENDING, Kind.PAYMENT_REMINDER, Kind.CARD_EXPIRING, Kind.RENEWAL_AHEAD, Kind.PAUSE_ENDING))


@dataclass(frozen=True)
class Notice:
    """Worth telling from ``begins`` on and before ``ends``; ``period`` says which of its kind it is."""

    kind: Kind
    period: str
    begins: datetime
    ends: datetime
    invoice: Invoice | None = None


def due(subscription: Subscription, owed: Invoice | None, at: datetime) -> list[Notice]:
    """What is worth telling now; ``owed`` is the subscription's oldest unpaid invoice."""
    return [notice for notice in ahead(subscription, owed) if notice.begins <= at < notice.ends]


def still_holds(row: Happening, owed: Invoice | None, at: datetime) -> bool:
    """Whether what was written down may still be told: nothing overtook it while it waited."""
    if row.kind in KINDS:
        wanted = {(notice.kind, notice.period) for notice in due(row.subscription, owed, at)}
        return (row.kind, row.period) in wanted
    if row.kind == Kind.PRICE_CHANGES:
        return price_moves.may_be_told(row.price_notice, at)
    if row.kind == Kind.ACTION_REQUIRED:
        return awaits_confirmation(row.subscription, row.invoice)
    if row.kind == Kind.PAYMENT_FAILED:
        return _owes(row) and at < row.happened_at + REMINDER_DAYS[0] * _DAY
    return True


def _owes(row: Happening) -> bool:
    """Whether the charge still has to be made: of what runs, or of what could not go on after a rest."""
    cannot_go_on = row.subscription.status == "paused" and row.invoice is not None and row.invoice.status == "open"
    return row.subscription.status in _OWING or cannot_go_on


def awaits_confirmation(subscription: Subscription, invoice: Invoice | None) -> bool:
    """Whether the invoice is one that somebody can still confirm, and has not cancelled."""
    is_open = invoice is not None and invoice.status == "open" and invoice.amount_due > 0
    return is_open and subscription.cancel_at is None and subscription.status in {"active", *_OWING}


def ahead(subscription: Subscription, owed: Invoice | None) -> Iterator[Notice]:
    """Everything the state it is in will want told, in no order; also what is past, or comes only if it lasts."""
    if subscription.cancel_at is not None:
        return
    if subscription.status == "trialing":
        yield from _trial_ending(subscription)
    if subscription.status == "active":
        yield from _renewal_ahead(subscription)
    if subscription.status in {"trialing", "active"}:
        yield from _card_expiring(subscription)
    if subscription.status == "paused":
        yield from _pause_ending(subscription)
    if subscription.status in _OWING and owed is not None:
        yield from _reminders(subscription, owed)


def _trial_ending(subscription: Subscription) -> Iterator[Notice]:
    ends = subscription.trial_ends_at
    if ends is not None and not subscription.has_paid:
        begins = max(ends - _lead_before_first_charge(subscription), subscription.started_at + _TRIAL_REST)
        yield Notice(Kind.TRIAL_ENDING, ends.isoformat(), begins, ends)


def _lead_before_first_charge(subscription: Subscription) -> timedelta:
    """Who goes on after a gift may have agreed to it a year ago: a whole year's charge is told as a renewal is."""
    is_yearly = subscription.plan.interval == Plan.Interval.YEAR
    return RENEWAL_LEAD if subscription.is_after_gift and is_yearly else TRIAL_LEAD


def _renewal_ahead(subscription: Subscription) -> Iterator[Notice]:
    ends = subscription.period_ends_at
    if ends is not None and subscription.plan.interval == Plan.Interval.YEAR:
        yield Notice(Kind.RENEWAL_AHEAD, ends.isoformat(), ends - RENEWAL_LEAD, ends)


def _card_expiring(subscription: Subscription) -> Iterator[Notice]:
    """Once for each card and the month on it."""
    last_day = subscription.card_expires_on
    if last_day is not None and subscription.collection_method == "charge_automatically":
        ends = datetime.combine(last_day, time(), UTC) + _DAY
        yield Notice(Kind.CARD_EXPIRING, f"{subscription.card_label} {last_day:%Y-%m}", ends - CARD_LEAD, ends)


def _pause_ending(subscription: Subscription) -> Iterator[Notice]:
    ends = subscription.rests_until
    if ends is not None:
        yield Notice(Kind.PAUSE_ENDING, ends.isoformat(), ends - PAUSE_LEAD, ends)


def _reminders(subscription: Subscription, owed: Invoice) -> Iterator[Notice]:
    """Each until the next one takes its place, and the last until the time to pay is over."""
    since = (owed.due_at if Facts.of(subscription).is_sent else None) or owed.issued_at
    moments = [*(since + day * _DAY for day in REMINDER_DAYS), since + GRACE]
    for day, (begins, ends) in zip(REMINDER_DAYS, pairwise(moments), strict=True):
        yield Notice(Kind.PAYMENT_REMINDER, f"{owed.stripe_id}:{day}", begins, ends, owed)
