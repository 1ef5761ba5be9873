"""What a subscription will charge next, as Stripe says it: the plan's price knows no discount, tax or credit."""

from __future__ import annotations

import logging

from memberships.models import Charge, Subscription
from memberships.stripe.calls import subscribing
from memberships.stripe.client import BillingError
from memberships.stripe.remote import RemoteSubscription

log = logging.getLogger(__name__)

# In these a card is charged by itself when the period, or trial, is over.
_GOES_ON = frozenset(("trialing", "active", "past_due"))


def next_charge(known: Subscription | None, remote: RemoteSubscription) -> Charge | None:
    """The next charge, or ``None`` where there is none or Stripe could not say it.

    Stripe is asked only where what is ``known`` of the subscription is not what stands there now.
    """
    if remote.status not in _GOES_ON or remote.cancel_at is not None:
        return None
    if known is not None and known.next_amount is not None and _is_as_known(known, remote):
        return known.next_charge
    try:
        charge = subscribing.preview_next(remote.id)
    except BillingError as error:
        if not error.is_missing:
            log.warning("The next charge of %s is not known: %s", remote.id, error.detail or error)
        return None
    return Charge(charge.amount, charge.currency)


def _is_as_known(known: Subscription, remote: RemoteSubscription) -> bool:
    item = next((item for item in remote.items if item.price_id == known.plan.stripe_id), None)
    if item is None:
        return False
    follows = known.next_plan.stripe_id if known.next_plan else ""
    there = (remote.status, remote.trial_ends_at, remote.cancel_at, remote.discount_label[:100], remote.next_price_id)
    here = (known.status, known.trial_ends_at, known.cancel_at, known.discount_label, follows)
    return (*there, item.quantity, item.period_ends_at) == (*here, known.quantity, known.period_ends_at)
