"""What :mod:`memberships.forecast` has to know of somebody, read from the mirror."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from memberships import notices
from memberships.access import Grant
from memberships.models import (
    Entitlement,
    Happening,
    Invoice,
    Pause,
    PriceMove,
    PriceNotice,
    Subscription,
    User,
    Voucher,
)
from memberships.models.changes import Asked
from memberships.past_readers import grants_of_seats
from memberships.readers import earliest
from memberships.steps import Gifts, GivenGift, HeldGift, Known

# So many subscriptions of one person are looked at, the newest first.
MOST_SUBSCRIPTIONS = 20


def known_of(user: User) -> list[Known]:
    """What the mirror holds of the person's own subscriptions, the newest first.

    Five queries, a sixth where a price moves.
    """
    rows = Subscription.objects.filter(customer__user=user).select_related("plan__product", "customer", "next_plan")
    subscriptions = list(rows[:MOST_SUBSCRIPTIONS])
    owed: dict[int | None, Invoice] = {}
    for invoice in Invoice.objects.owed().filter(subscription__in=subscriptions):
        owed.setdefault(invoice.subscription_id, invoice)
    told: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
    of_these = Happening.objects.filter(subscription__in=subscriptions, kind__in=notices.KINDS)
    for pk, kind, period in of_these.values_list("subscription", "kind", "period"):
        told[pk].add((kind, period))
    rested = {
        rest.subscription_id: rest.asked_at
        for rest in Pause.objects.filter(subscription__in=subscriptions, state=Asked.DONE, ended_at=None)
    }
    plans = {row.plan_id for row in subscriptions}
    standing = PriceMove.objects.filter(from_plan__in=plans, withdrawn_at=None).select_related("from_plan", "to_plan")
    moves = {move.from_plan_id: move for move in standing}
    announced = _announced(subscriptions, moves.values()) if moves else {}
    return [
        Known(
            row,
            owed.get(row.pk),
            frozenset(told[row.pk]),
            moves.get(row.plan_id),
            announced.get(row.pk),
            rested.get(row.pk),
        )
        for row in subscriptions
    ]


def gifts_of(user: User, at: datetime) -> Gifts:
    """The gifts somebody holds, and those they gave that nobody has claimed; two queries."""
    in_hand = Voucher.objects.in_hand(at).filter(claimed_by=user).select_related("plan__product")
    held = (
        HeldGift(row.plan.product.slug, row.months, row.starts_at, row.ends_at, row.ending_told_at is not None)
        for row in in_hand
        if row.starts_at and row.ends_at
    )
    waiting = Voucher.objects.filter(buyer=user, state=Voucher.State.PAID, refund_key=None)
    given = (GivenGift(row.expires_at, row.waiting_told_at is not None) for row in waiting if row.expires_at)
    return Gifts(tuple(held), tuple(given))


def _announced(rows: list[Subscription], moves: Iterable[PriceMove]) -> dict[int, datetime]:
    """For which renewal each was told of its new price; the last one counts."""
    notices_of = PriceNotice.objects.filter(subscription__in=rows, move__in=moves, happening__told_at__isnull=False)
    return dict(notices_of.order_by("renews_at").values_list("subscription", "renews_at"))


def grants_of(user: User) -> list[Grant]:
    """What the person holds beside subscriptions and gifts: given by staff, or by seats in teams; three queries."""
    source = Entitlement.Source
    bought = Q(source__in=[source.SUBSCRIPTION, source.GRACE, source.GIFT])
    own = Entitlement.objects.filter(user=user).exclude(bought).select_related("product")
    grants = [Grant(row.product.slug, row.source, row.starts_at, earliest(row.ends_at, row.revoked_at)) for row in own]
    return [*grants, *grants_of_seats([user.pk]).get(user.pk, [])]
