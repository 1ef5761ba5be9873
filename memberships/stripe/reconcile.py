"""Compares our mirror with Stripe and mends it: what may be behind every quarter of an hour, everything every night."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ParamSpec

from memberships.models import CheckoutAttempt, Customer, Plan, Subscription
from memberships.stripe import client
from memberships.stripe.checkout import close_unopened, settle_attempt
from memberships.stripe.client import BillingError
from memberships.stripe.remote import RemoteSubscription
from memberships.stripe.sync import sync_subscription
from memberships.subscriptions import STANDING

P = ParamSpec("P")
log = logging.getLogger(__name__)

# Stripe itself closes an expired session a little late.
_LATE = timedelta(minutes=10)


@dataclass(frozen=True)
class Drift:
    """One difference: what of (“missing here”, “missing there”, “differs”, “charged twice”) and of whom."""

    kind: str
    subject: str


def reconcile_doubtful(at: datetime) -> int:
    """Read again what passed a boundary or owes money, and visits to the till that should be over; answers how many."""
    doubtful = Subscription.objects.doubtful(at).select_related("customer")
    stale = CheckoutAttempt.objects.filter(state=CheckoutAttempt.State.OPEN, expires_at__lt=at - _LATE)
    mended = [_attempted(_sync, row, at) for row in doubtful] + [_attempted(_settle, row, at) for row in stale]
    return sum(mended)


def reconcile_all(at: datetime) -> list[Drift]:
    """Compare every subscription there with ours, mend what differs and tell what did.

    Raises:
        BillingError: when Stripe could not be asked for its list.
    """
    ours_to_know = set(Customer.objects.filter(stripe_id__isnull=False).values_list("stripe_id", flat=True))
    prices = set(Plan.objects.filter(stripe_id__isnull=False).values_list("stripe_id", flat=True))
    there = {
        remote.id: remote
        for remote in client.list_subscriptions()
        if remote.customer_id in ours_to_know and any(item.price_id in prices for item in remote.items)
    }
    here = {row.stripe_id: row for row in Subscription.objects.select_related("customer")}
    drifts = [drift for remote in there.values() if (drift := _drift_of(remote, here.get(remote.id)))]
    for drift in drifts:
        _attempted(sync_subscription, there[drift.subject].customer_id, drift.subject, at)
    drifts += [Drift("missing there", row.stripe_id) for row in here.values() if _is_missing(row, there)]
    standing = Counter(remote.customer_id for remote in there.values() if remote.status in STANDING)
    drifts += [Drift("charged twice", customer) for customer, number in standing.items() if number > 1]
    for drift in drifts:
        log.error("Stripe and the mirror disagree: %s %s", drift.kind, drift.subject)
    return drifts


def _drift_of(remote: RemoteSubscription, row: Subscription | None) -> Drift | None:
    if row is None:
        return Drift("missing here", remote.id)
    theirs = (remote.status, remote.cancel_at, remote.trial_ends_at)
    return Drift("differs", remote.id) if theirs != (row.status, row.cancel_at, row.trial_ends_at) else None


def _is_missing(row: Subscription, there: dict[str, RemoteSubscription]) -> bool:
    return row.status in STANDING and row.stripe_id not in there


def _sync(subscription: Subscription, at: datetime) -> None:
    sync_subscription(subscription.customer.stripe_id or "", subscription.stripe_id, at)


def _settle(attempt: CheckoutAttempt, at: datetime) -> None:
    if attempt.session_id is None:
        close_unopened(attempt)
    else:
        settle_attempt(attempt, at)


def _attempted(mend: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> bool:
    """Whether it could be mended; one row that cannot never keeps the others from being looked at."""
    try:
        mend(*args, **kwargs)
    except BillingError as error:
        log.warning("%s could not be compared with Stripe: %s", args, error.detail or error)
        return False
    except Exception:
        log.exception("%s could not be compared with Stripe.", args)
        return False
    return True
