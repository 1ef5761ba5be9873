"""Whoever is charged twice for the same: two subscriptions of one person, or team, that stand at the same time.

The till refuses a second one, but two windows, two customers of one person or Stripe's own pages can still make it.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from memberships import alerts
from memberships.models import Alert, Customer, Subscription
from memberships.querysets import SubscriptionQuerySet
from memberships.subscriptions import STANDING


def look(customer: Customer, at: datetime) -> str | None:
    """Have staff told if whose customer it is is charged twice, by the mirror; answers what the alert is of, if so.

    Where that is over, the alert settles itself.
    """
    theirs = Q(customer__user=customer.user_id) if customer.user_id else Q(customer__team=customer.team_id)
    by_product: dict[str, list[Subscription]] = defaultdict(list)
    standing = _standing().filter(theirs).select_related("plan__product", "customer")
    for row in standing.order_by("started_at", "pk"):
        by_product[row.plan.product.name].append(row)
    twice = {name: rows for name, rows in by_product.items() if len(rows) > 1}
    if not twice:
        _settle(customer, at)
        return None
    product, rows = next(iter(twice.items()))
    subject = rows[0].customer.stripe_id or rows[0].stripe_id
    said = _("%(whose)s pays for %(product)s more than once: %(ids)s. End one of them and give its money back.")
    names = {"whose": customer, "product": product, "ids": ", ".join(row.stripe_id for row in rows)}
    alerts.open_alert(Alert.Kind.CHARGED_TWICE, subject, said % names, at)
    return subject


def look_at_all(at: datetime) -> None:
    """The same for everybody in the mirror."""
    groups = _standing().values("customer__user", "customer__team", "plan__product").annotate(number=Count("pk"))
    found = groups.filter(number__gt=1).values_list("customer__user", "customer__team")
    told = set()
    for user, team in set(found):
        customer = Customer.objects.filter(user=user, team=team).select_related("user", "team").order_by("pk")[0]
        told.add(look(customer, at))
    alerts.settle_all_but(Alert.Kind.CHARGED_TWICE, {subject for subject in told if subject}, at)


def _standing() -> SubscriptionQuerySet:
    """What charges or will; a trial that was refused is being ended without a charge."""
    return Subscription.objects.filter(status__in=STANDING, trial_refused_at=None)


def _settle(customer: Customer, at: datetime) -> None:
    if customer.user_id:
        refs = Customer.objects.filter(user=customer.user_id)
    else:
        refs = Customer.objects.filter(pk=customer.pk)
    for stripe_id in refs.exclude(stripe_id=None).values_list("stripe_id", flat=True):
        alerts.settle_itself(Alert.Kind.CHARGED_TWICE, stripe_id or "", at)
