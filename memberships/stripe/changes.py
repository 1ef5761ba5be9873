"""What is done to a subscription: end it, take the end back, open the portal. Each asks Stripe at once."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from memberships.leavings import Farewell
from memberships.models import Customer, Subscription
from memberships.stripe.calls import changing, subscribing, tills
from memberships.stripe.client import BillingError
from memberships.stripe.remote import RemoteSubscription
from memberships.stripe.sync import sync_subscription
from memberships.subscriptions import OVER

_NO_WORD = Farewell()


def cancel(subscription: Subscription, at: datetime, farewell: Farewell = _NO_WORD) -> Subscription:
    """Let the subscription end with the days that are paid for, or with the trial; at once where nothing is paid for.

    One that rests at its member's wish in a period that was paid for goes on first, which costs nothing then, so that
    they read what they have paid for. What they said as they left goes to Stripe with it. Twice changes nothing.

    Raises:
        BillingError: when Stripe could not be asked or refused; nothing was changed here.
    """
    remote = set_free(subscription.stripe_id)
    if subscription.rests_by_wish and reads_on_after_rest(subscription, at):
        if remote.status == "paused":
            changing.go_on(subscription.stripe_id)
        subscribing.end_with_period(subscription.stripe_id, farewell.details)
    elif subscription.status in {"trialing", "active"}:
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
    remote = set_free(subscription.stripe_id)
    if at_once and remote.status not in OVER:
        subscribing.end_now(subscription.stripe_id)
    elif remote.status in {"trialing", "active"} and remote.cancel_at is None:
        subscribing.end_with_period(subscription.stripe_id)
    return sync_subscription(_customer_id(subscription.customer), subscription.stripe_id, at)


def set_free(subscription_id: str) -> RemoteSubscription:
    """The subscription, out of the hands of any schedule: no plan follows by itself, and its end can be set.

    Raises:
        BillingError: when Stripe could not be asked.
    """
    remote = subscribing.retrieve_subscription(subscription_id)
    if remote.schedule_id and remote.status not in OVER:
        changing.release(remote.schedule_id)
    return remote


def reads_on_after_rest(subscription: Subscription, at: datetime) -> bool:
    """Whether the period in which it began to rest still runs, so that cancelling leaves days to read."""
    return subscription.period_ends_at is not None and subscription.period_ends_at > at


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
