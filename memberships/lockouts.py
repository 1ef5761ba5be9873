"""Whether everybody reads who should: computed from the mirror and the rights, not hoped. Both lists must be empty."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef

from memberships.models import Entitlement, Seat, Subscription
from memberships.querysets import EntitlementQuerySet
from memberships.subscriptions import Facts, access_until

# What may open something at all, see :mod:`memberships.subscriptions`.
_OPENING = ("trialing", "active", "past_due")
_BILLED = (Entitlement.Source.SUBSCRIPTION, Entitlement.Source.GRACE)


def locked_out(at: datetime) -> list[Subscription]:
    """Subscriptions that open their product by the status table and whose holder holds no right to it whatsoever.

    One query for all; the few that have no right are then looked at by the table. What counts as held is what
    :func:`memberships.readers.reader_for` reads: a right of their own, of their team, of a team they sit in now.
    """
    rights = Entitlement.objects.live(at).filter(product=OuterRef("plan__product"))
    user = OuterRef("customer__user")
    # Three questions, for each is answered by an index or a hash; in one, every right would be tried on every payer.
    own = Exists(rights.filter(user=user))
    of_team = Exists(rights.filter(team=OuterRef("customer__team")))
    of_seat = Exists(rights.filter(team__seats__user=user, team__seats__state=Seat.State.ACTIVE))
    without = Subscription.objects.filter(~own, ~of_team, ~of_seat, status__in=_OPENING)
    suspects = without.select_related("customer__user", "customer__team", "plan__product")
    return [row for row in suspects if _opens(row, at)]


def reading_unpaid(at: datetime) -> EntitlementQuerySet:
    """Rights that follow a subscription and are live although no subscription of that id opens anything."""
    opening = Subscription.objects.filter(stripe_id=OuterRef("source_ref"), status__in=_OPENING)
    return Entitlement.objects.live(at).filter(~Exists(opening), source__in=_BILLED)


def _opens(row: Subscription, at: datetime) -> bool:
    return not row.runs_on_refused_trial and access_until(Facts.of(row), at) is not None
