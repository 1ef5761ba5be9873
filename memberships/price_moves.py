"""A new price for running subscriptions: who is moved, from which renewal on, and when they are told.

Everybody is told at least the move's days of notice ahead of the renewal it begins with; who cannot be any more keeps
the old price for one period longer. Told are those who go on by themselves: nobody who ends, rests, owes or is in a
trial, no team, which has a contract, and nobody who chose another plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Min, Q, QuerySet
from django.utils.translation import gettext as _

from memberships.models import Plan, PriceMove, PriceNotice, Subscription, User
from memberships.pauses import months_on
from memberships.subscriptions import STANDING

# Telling begins so long before it has to be through, for the days on which mail or Stripe is away.
_EARLIER = timedelta(days=7)
_MONTHS = {Plan.Interval.MONTH: 1, Plan.Interval.YEAR: 12}
# Such subscriptions renew by themselves, and at the price they have.
GOES_ON = Q(
    status="active",
    collection_method="charge_automatically",
    customer__user__isnull=False,
    cancel_at=None,
    next_plan=None,
)


class MoveRefused(Exception):
    """The prices stay as they are; the message says why."""


@dataclass(frozen=True)
class Wish:
    """What staff want moved where."""

    from_plan: Plan
    to_plan: Plan
    begins_on: date
    notice_days: int


@dataclass(frozen=True)
class Outlook:
    """Whom a move would reach if it were decided now, in numbers of subscriptions."""

    moved: int
    a_period_later: int
    first_at: datetime | None
    ending: int
    resting: int
    others: int


def renewals(subscription: Subscription) -> Iterator[datetime]:
    """When its periods begin from the next one on, as Stripe counts them; without end."""
    ends, began = subscription.period_ends_at, subscription.period_starts_at
    if ends is None:
        return
    months = _MONTHS[Plan.Interval(subscription.plan.interval)]
    day = max(ends.day, began.day if began else 0)
    for number in count():
        yield months_on(ends, months * number, day)


def renewal_for(subscription: Subscription, move: PriceMove, at: datetime) -> datetime | None:
    """The first renewal from the move's day on that one can still be told of in time."""
    earliest = max(move.begins_at, at + move.notice)
    return next((moment for moment in renewals(subscription) if moment >= earliest), None)


def due(subscription: Subscription, move: PriceMove, at: datetime) -> datetime | None:
    """The renewal that has to be announced now; ``None`` while there is time."""
    moment = renewal_for(subscription, move, at)
    return moment if moment is not None and moment - lead(move) <= at else None


def lead(move: PriceMove) -> timedelta:
    """So long before its renewal a price is announced, if nothing is in the way."""
    return move.notice + _EARLIER


def to_announce(move: PriceMove, at: datetime) -> Iterator[Subscription]:
    """Subscriptions that have to be told now, by our mirror, in any order."""
    rows = Subscription.objects.filter(GOES_ON, plan=move.from_plan, period_ends_at__lte=at + lead(move))
    if move.from_plan.interval == Plan.Interval.YEAR:
        # Of a month it may be the renewal after the next one that is told of.
        rows = rows.filter(period_ends_at__gte=max(move.begins_at, at + move.notice))
    waiting = PriceNotice.objects.filter(move=move, renews_at__gt=at)
    unknown = rows.filter(customer__stripe_id__isnull=False).exclude(pk__in=waiting.values("subscription"))
    for row in unknown.select_related("customer", "plan").order_by("?"):
        if due(row, move, at) is not None:
            yield row


def may_be_told(notice: PriceNotice, at: datetime) -> bool:
    """Whether it may still be announced: in time, of a move that stands, to somebody who goes on as they are."""
    stands = notice.move.withdrawn_at is None and at <= notice.to_be_told_by
    going_on = Subscription.objects.filter(GOES_ON, pk=notice.subscription_id, plan=notice.move.from_plan)
    return stands and going_on.exists()


def is_announced(subscription: Subscription) -> bool:
    """Whether the plan that follows is a new price which was announced, and no wish of the member's own."""
    if subscription.next_plan_id is None or subscription.next_plan_at is None:
        return False
    told = PriceNotice.objects.filter(subscription=subscription, move__to_plan=subscription.next_plan_id)
    return told.filter(renews_at=subscription.next_plan_at).exists()


def outlook(wish: Wish, at: datetime) -> Outlook:
    """A dry run: nothing is written, and Stripe is not asked."""
    move = PriceMove(**vars(wish))
    rows = Subscription.objects.filter(plan=wish.from_plan, status__in=[*STANDING])
    goes_on, ending = GOES_ON, Q(cancel_at__isnull=False)
    resting = Q(status="paused", cancel_at=None)
    # Their next renewal is from the day on, but can no more be announced in time.
    too_near = Q(period_ends_at__gte=move.begins_at, period_ends_at__lt=at + move.notice)
    earliest = max(move.begins_at, at + move.notice)
    found = rows.aggregate(
        all=Count("pk"),
        moved=Count("pk", filter=goes_on),
        later=Count("pk", filter=goes_on & too_near),
        ending=Count("pk", filter=ending),
        resting=Count("pk", filter=resting),
        first=Min("period_ends_at", filter=goes_on & Q(period_ends_at__gte=earliest)),
    )
    others = found["all"] - found["moved"] - found["ending"] - found["resting"]
    return Outlook(found["moved"], found["later"], found["first"], found["ending"], found["resting"], others)


def refusal(wish: Wish) -> str:
    """Why this cannot be decided, as a sentence; empty where it can."""
    old, new = wish.from_plan, wish.to_plan
    if old.interval not in _MONTHS:
        return _("Only the price of a plan that renews can move.")
    if old == new or (old.product_id, old.currency, old.interval) != (new.product_id, new.currency, new.interval):
        return _("A price moves to another one of the same product, currency and length of time.")
    if old.amount == new.amount:
        return _("Both plans cost the same: there is nothing to move.")
    if new.stripe_id is None:
        return _("The new plan is not at Stripe yet. Run stripe_sync_catalogue first.")
    standing = dict(PriceMove.objects.filter(withdrawn_at=None).values_list("from_plan", "to_plan"))
    if old.pk in standing:
        return _("Another move of this price stands already. Withdraw it first.")
    place: int | None = new.pk
    while place is not None:
        if place == old.pk:
            return _("A move that stands leads back to this price.")
        place = standing.get(place)
    return ""


def schedule(wish: Wish, by: User, at: datetime) -> PriceMove:
    """Decide it; from the next tick on people are told.

    Raises:
        MoveRefused: as it says; nothing was written.
    """
    if why := refusal(wish):
        raise MoveRefused(why)
    try:
        with transaction.atomic():
            return PriceMove.objects.create(**vars(wish), asked_by=by, asked_at=at)
    except IntegrityError as error:  # Somebody else decided at the same time.
        raise MoveRefused(_("Another move of this price stands already. Withdraw it first.")) from error


def withdraw(move: PriceMove, at: datetime) -> bool:
    """Take it back: who is moved already stays so, nobody else is. Whether this call did it."""
    return PriceMove.objects.filter(pk=move.pk, withdrawn_at=None).update(withdrawn_at=at) == 1


def to_put(at: datetime) -> QuerySet[PriceNotice]:
    """Notices that were told in time and are not at Stripe, by our mirror, for the renewal that comes next."""
    rows = PriceNotice.objects.filter(
        happening__told_at__isnull=False,
        move__withdrawn_at=None,
        renews_at__gt=at,
        subscription__period_ends_at=F("renews_at"),
        subscription__plan=F("move__from_plan"),
        subscription__in=Subscription.objects.filter(GOES_ON),
    )
    return rows.select_related("move__to_plan", "subscription__customer")


def to_take_back(at: datetime) -> QuerySet[PriceNotice]:
    """Notices of moves that were withdrawn, whose price still follows at Stripe."""
    rows = PriceNotice.objects.filter(
        move__withdrawn_at__isnull=False,
        renews_at__gt=at,
        subscription__follows_by_move=True,
        subscription__next_plan=F("move__to_plan"),
    )
    return rows.select_related("subscription__customer")
