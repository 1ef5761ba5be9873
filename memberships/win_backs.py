"""Whom we write to after they have left, and when. Everything is looked at again when it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from django.db.models import Exists, OuterRef, Q, QuerySet

from memberships.models import Dispute, Entitlement, Promotion, Seat, Subscription, User, WinBack
from memberships.subscriptions import OVER, STANDING

# Days after the end. A letter belongs to its step until the next one, and the last one to a month of its own.
STEPS = (30, 90, 180)
_LAST_STEP_LASTS = 30
_DAY = timedelta(days=1)
_BATCH = 200


def is_for(user: User, at: datetime) -> bool:
    """Whether somebody's membership lapsed long enough ago for an offer, and nothing speaks against it."""
    return lapsed(at).filter(customer__user=user, ended_at__lte=at - STEPS[0] * _DAY).exists()


def lapsed(at: datetime) -> QuerySet[Subscription]:
    """The last membership of everybody who has paid for one, has none now and reads in no other way.

    Not of people with a payment in dispute, a refused trial or a closed account, and not of teams.
    """
    same = {"customer__user": OuterRef("customer__user")}
    ended = Subscription.objects.filter(status__in=OVER, has_paid=True, ended_at__lte=at)
    standing_or_later = Subscription.objects.filter(
        Q(status__in=STANDING) | Q(started_at__gt=OuterRef("started_at")) | Q(trial_refused_at__isnull=False), **same
    )
    disputed = Dispute.objects.holding().filter(invoice__customer__user=OuterRef("customer__user"))
    seated = Seat.objects.filter(user=OuterRef("customer__user"), state=Seat.State.ACTIVE)
    reading = Entitlement.objects.live(at).filter(user=OuterRef("customer__user"))
    return ended.filter(
        ~Exists(standing_or_later), ~Exists(disputed), ~Exists(seated), ~Exists(reading), customer__user__is_active=True
    )


def note_due(at: datetime) -> int:
    """Write down who is to be written to by now; answers to how many. Without a promotion to send nobody is."""
    promotion = Promotion.objects.open(at).filter(use=Promotion.Use.WIN_BACK).first()
    if promotion is None:
        return 0
    rows = [WinBack(subscription=row, days=days, promotion=promotion, noted_at=at) for row, days in _due(at)]
    WinBack.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def still_holds(row: WinBack, at: datetime) -> bool:
    """Whether the letter may be sent: its offer is open, they have not come back and its step is not over."""
    promotion = Promotion.objects.open(at).filter(pk=row.promotion_id)
    person = lapsed(at).filter(pk=row.subscription_id, **_of_step(row.days, at))
    return promotion.exists() and person.exists()


def settle(row: WinBack, at: datetime, *, is_sent: bool) -> None:
    """Say what became of a letter."""
    state = WinBack.State.SENT if is_sent else WinBack.State.DROPPED
    WinBack.objects.filter(pk=row.pk, state=WinBack.State.DUE).update(state=state, settled_at=at)


def _due(at: datetime) -> Iterator[tuple[Subscription, int]]:
    for days in STEPS:
        noted = WinBack.objects.filter(subscription=OuterRef("pk"), days=days)
        for row in lapsed(at).filter(~Exists(noted), **_of_step(days, at)).order_by("ended_at")[:_BATCH]:
            yield row, days


def _of_step(days: int, at: datetime) -> dict[str, datetime]:
    """Which ends are so long ago that this is their step."""
    ends = {**dict(pairwise(STEPS)), STEPS[-1]: STEPS[-1] + _LAST_STEP_LASTS}[days]
    return {"ended_at__lte": at - days * _DAY, "ended_at__gt": at - ends * _DAY}
