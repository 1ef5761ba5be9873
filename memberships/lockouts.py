"""Whether everybody reads who should: computed from the mirror and the rights, not hoped. Both lists must be empty."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from memberships.models import Entitlement, Subscription
from memberships.querysets import EntitlementQuerySet
from memberships.subscriptions import Facts, access_until

# What may open something at all, see :mod:`memberships.subscriptions`.
_OPENING = ("trialing", "active", "past_due")
_BILLED = (Entitlement.Source.SUBSCRIPTION, Entitlement.Source.GRACE)


def locked_out(at: datetime) -> list[Subscription]:
    """Subscriptions that open their product by the status table and whose holder holds no right to it whatsoever.

    One query for all; the few that have no right are then looked at by the table.
    """
    of_person = Q(user=OuterRef("customer__user")) | Q(team__seats__user=OuterRef("customer__user"))
    rights = Entitlement.objects.live(at).filter(product=OuterRef("plan__product"))
    held = rights.filter(of_person | Q(team=OuterRef("customer__team")) | Q(source_ref=OuterRef("stripe_id")))
    without = Subscription.objects.filter(~Exists(held), status__in=_OPENING)
    suspects = without.select_related("customer__user", "customer__team", "plan__product")
    return [row for row in suspects if _opens(row, at)]


def reading_unpaid(at: datetime) -> EntitlementQuerySet:
    """Rights that follow a subscription and are live although no subscription of that id opens anything."""
    opening = Subscription.objects.filter(stripe_id=OuterRef("source_ref"), status__in=_OPENING)
    return Entitlement.objects.live(at).filter(~Exists(opening), source__in=_BILLED)


def _opens(row: Subscription, at: datetime) -> bool:
    return not row.runs_on_refused_trial and access_until(Facts.of(row), at) is not None
