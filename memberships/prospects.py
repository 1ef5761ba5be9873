"""What :mod:`memberships.forecast` has to know of somebody, read from the mirror."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Q

from memberships import notices
from memberships.access import Grant
from memberships.forecast import Known
from memberships.models import Entitlement, Happening, Invoice, Subscription, User
from memberships.past_readers import grants_of_seats
from memberships.readers import earliest

# So many subscriptions of one person are looked at, the newest first.
MOST_SUBSCRIPTIONS = 20


def known_of(user: User) -> list[Known]:
    """What the mirror holds of the person's own subscriptions, the newest first; three queries."""
    rows = Subscription.objects.filter(customer__user=user).select_related("plan__product", "customer")
    subscriptions = list(rows[:MOST_SUBSCRIPTIONS])
    owed: dict[int | None, Invoice] = {}
    for invoice in Invoice.objects.owed().filter(subscription__in=subscriptions):
        owed.setdefault(invoice.subscription_id, invoice)
    told: defaultdict[int, set[tuple[str, str]]] = defaultdict(set)
    of_these = Happening.objects.filter(subscription__in=subscriptions, kind__in=notices.KINDS)
    for pk, kind, period in of_these.values_list("subscription", "kind", "period"):
        told[pk].add((kind, period))
    return [Known(row, owed.get(row.pk), frozenset(told[row.pk])) for row in subscriptions]


def grants_of(user: User) -> list[Grant]:
    """What the person holds beside their own subscriptions: given by staff, or by seats in teams; three queries."""
    billed = Q(source__in=[Entitlement.Source.SUBSCRIPTION, Entitlement.Source.GRACE])
    own = Entitlement.objects.filter(user=user).exclude(billed).select_related("product")
    grants = [Grant(row.product.slug, row.source, row.starts_at, earliest(row.ends_at, row.revoked_at)) for row in own]
    return [*grants, *grants_of_seats([user.pk]).get(user.pk, [])]
