"""Compares our mirror with Stripe and mends it: what may be behind every quarter of an hour, everything every night."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from django.db.models import QuerySet

from memberships import alerts
from memberships.models import Alert, CheckoutAttempt, Customer, Plan, Subscription
from memberships.stripe import doubles, drift
from memberships.stripe.calls import subscribing
from memberships.stripe.checkout import close_unopened, settle_attempt
from memberships.stripe.client import BillingError
from memberships.stripe.drift import Drift, Kind
from memberships.stripe.payload import Unusable
from memberships.stripe.remote import RemoteSubscription
from memberships.stripe.sync import sync_subscription
from memberships.subscriptions import STANDING

log = logging.getLogger(__name__)

Row = TypeVar("Row")

# Stripe itself closes an expired session a little late.
_LATE = timedelta(minutes=10)
# So long is each of the two lists of doubtful things worked on at a time. Both together stay within what a task may
# take; what was not reached comes first the next time.
_FOR = timedelta(seconds=110)


def reconcile_doubtful(at: datetime, working_for: timedelta = _FOR) -> int:
    """Read again what passed a boundary or owes money, and visits to the till that should be over; answers how many.

    Of each it looks at one, and goes on for as long as is said. The subscription that waited longest is first; visits
    come in no order, so that one that cannot be settled stands before no other.
    """
    doubtful = Subscription.objects.doubtful(at).longest_unread_first().select_related("customer")
    stale = CheckoutAttempt.objects.filter(state=CheckoutAttempt.State.OPEN, expires_at__lt=at - _LATE).order_by("?")
    mended = [_looked_at_again(row, at) for row in _in_time(doubtful, working_for)]
    mended += [
        _mended(row.session_id or f"visit {row.key}", partial(_settle, row, at), at)
        for row in _in_time(stale, working_for)
    ]
    return sum(mended)


def _in_time(rows: Iterable[Row], working_for: timedelta) -> Iterator[Row]:
    """The rows, until the time is over."""
    ends = time.monotonic() + working_for.total_seconds()
    for row in rows:
        yield row
        if time.monotonic() >= ends:
            return


def _looked_at_again(row: Subscription, at: datetime) -> bool:
    # Before Stripe is asked: whoever dies over this one does not begin with it again.
    Subscription.objects.filter(pk=row.pk).update(looked_at=at)
    return resynced(row.customer.stripe_id or "", row.stripe_id, at)


def reconcile_all(at: datetime) -> list[Drift]:
    """Compare every subscription there with ours, mend what differs and have staff told of what did.

    Raises:
        BillingError: when Stripe could not be asked for its list.
    """
    owners = {row.stripe_id or "": row for row in _customers()}
    plans = {plan.stripe_id: plan for plan in Plan.objects.all() if plan.stripe_id}
    listed, refused = subscribing.list_subscriptions()
    there = {
        remote.id: remote
        for remote in listed
        if remote.customer_id in owners and any(item.price_id in plans for item in remote.items)
    }
    here = {row.stripe_id: row for row in _mirrored()}
    unreadable = {each.id: each.why for each in refused if each.customer_id in owners or each.id in here}
    drifts = _compared(there, here, plans, owners, at)
    gone = [row for row in here.values() if row.status in STANDING and row.stripe_id not in there]
    drifts += [
        Drift(Kind.MISSING_THERE, row.stripe_id, str(row.customer)) for row in gone if row.stripe_id not in unreadable
    ]
    _tell_staff(drifts, unreadable, at)
    doubles.look_at_all(at)
    return drifts


def _customers() -> QuerySet[Customer]:
    return Customer.objects.filter(stripe_id__isnull=False).select_related("user", "team")


def _mirrored() -> QuerySet[Subscription]:
    return Subscription.objects.select_related("customer__user", "customer__team", "plan", "next_plan")


def _compared(
    there: Mapping[str, RemoteSubscription],
    here: Mapping[str, Subscription],
    plans: Mapping[str, Plan],
    owners: Mapping[str, Customer],
    at: datetime,
) -> list[Drift]:
    """What of Stripe's differs from ours, each read again. What only lacks something is too, and nobody is told."""
    bills, drifts = drift.bills(), []
    for remote in there.values():
        row = here.get(remote.id)
        found = drift.differences(remote, row, plans, bills) if row else ()
        if row is not None and not found:
            if drift.lacks_something(remote, row):
                resynced(remote.customer_id, remote.id, at)
            continue
        kind = Kind.MISSING_HERE if row is None else Kind.DIFFERS
        is_mended = resynced(remote.customer_id, remote.id, at)
        drifts.append(Drift(kind, remote.id, str(owners[remote.customer_id]), found, is_mended))
    return drifts


def _tell_staff(drifts: Sequence[Drift], unreadable: Mapping[str, str], at: datetime) -> None:
    """One alert for each; what was a difference before and is none now has settled itself."""
    alerts.settle_all_but(Alert.Kind.DRIFT, [each.subject for each in drifts], at)
    for each in drifts:
        alerts.open_alert(Alert.Kind.DRIFT, each.subject, str(each), at)
        log.error("Stripe and the mirror disagree: %s %s", each.kind, each.subject)
    for subject, sentence in unreadable.items():
        alerts.open_alert(Alert.Kind.UNREADABLE, subject, sentence, at)


def resynced(customer_id: str, subscription_id: str, at: datetime) -> bool:
    """Read one again; whether that could be done. What cannot be read, staff are told of."""
    mend = partial(sync_subscription, customer_id, subscription_id, at, is_afresh=True)
    return _mended(subscription_id, mend, at)


def _settle(attempt: CheckoutAttempt, at: datetime) -> None:
    if attempt.session_id is None:
        close_unopened(attempt)
    else:
        settle_attempt(attempt, at)


def _mended(subject: str, mend: Callable[[], object], at: datetime) -> bool:
    """Whether it could be mended; one row that cannot never keeps the others from being looked at."""
    try:
        mend()
    except BillingError as error:
        log.warning("%s could not be compared with Stripe: %s", subject, error.detail or error)
        if error.is_unreadable:
            alerts.open_alert(Alert.Kind.UNREADABLE, subject, error.detail, at)
        return False
    except Unusable as error:
        alerts.open_alert(Alert.Kind.UNREADABLE, subject, str(error), at)
        return False
    except Exception:
        log.exception("%s could not be compared with Stripe.", subject)
        return False
    return True
