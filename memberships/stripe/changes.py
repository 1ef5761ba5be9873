"""What is done to a subscription: end it, take the end back, open the portal. Each asks Stripe at once."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from memberships.leavings import Farewell
from memberships.models import Customer, Subscription
from memberships.stripe.calls import subscribing, tills
from memberships.stripe.client import BillingError
from memberships.stripe.sync import sync_subscription
from memberships.subscriptions import OVER

_NO_WORD = Farewell()


def cancel(subscription: Subscription, at: datetime, farewell: Farewell = _NO_WORD) -> Subscription:
    """Let the subscription end with the days that are paid for, or with the trial; at once where nothing is paid for.

    What they said as they left goes to Stripe with it. Doing it twice changes nothing.

    Raises:
        BillingError: when Stripe could not be asked or refused; nothing was changed here.
    """
    if subscription.status in {"trialing", "active"}:
        subscribing.end_with_period(subscription.stripe_id, farewell.details)
    else:
        subscribing.end_now(subscription.stripe_id, farewell.details)
    return sync_subscription(_customer_id(subscription.customer), subscription.stripe_id, at)


def resume(subscription: Subscription, at: datetime) -> Subscription:
    """Take a scheduled end back. Doing it twice changes nothing.

    Raises:
        BillingError: when Stripe could not be asked, or it has ended already; nothing was changed here.
    """
    remote = subscribing.retrieve_subscription(subscription.stripe_id)
    if remote.cancel_at is not None:
        subscribing.take_back_end(remote)
    return sync_subscription(_customer_id(subscription.customer), subscription.stripe_id, at)


def end(subscription: Subscription, at: datetime, *, at_once: bool) -> Subscription:
    """End the subscription because its money went back: at once, or with the period that runs. Twice is once.

    Raises:
        BillingError: when Stripe could not be asked or refused; nothing was changed here.
    """
    if subscription.status in OVER:
        return subscription
    remote = subscribing.retrieve_subscription(subscription.stripe_id)
    if at_once and remote.status not in OVER:
        subscribing.end_now(subscription.stripe_id)
    elif remote.status in {"trialing", "active"} and remote.cancel_at is None:
        subscribing.end_with_period(subscription.stripe_id)
    return sync_subscription(_customer_id(subscription.customer), subscription.stripe_id, at)


def portal_address(customer: Customer, return_url: str, *, to_change_card: bool = False) -> str:
    """Where the customer changes cards and finds invoices. The address signs its bearer in: redirect, never store.

    With ``to_change_card`` it asks for the new card at once.

    Raises:
        BillingError: when Stripe could not be asked.
    """
    return tills.open_portal(_customer_id(customer), return_url, to_change_card=to_change_card)


def _customer_id(customer: Customer) -> str:
    if customer.stripe_id is None:
        raise BillingError(_("There is no payment account for you yet. It is made when a membership begins."))
    return customer.stripe_id
