"""Compares our mirror with Stripe and mends it: what may be behind every quarter of an hour, everything every night."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from memberships import alerts
from memberships.models import Alert, CheckoutAttempt, Customer, Invoice, Plan, Subscription
from memberships.stripe.calls import subscribing
from memberships.stripe.checkout import close_unopened, settle_attempt
from memberships.stripe.client import BillingError
from memberships.stripe.payload import Unusable
from memberships.stripe.remote import RemoteSubscription
from memberships.stripe.sync import sync_subscription
from memberships.subscriptions import OVER, STANDING

log = logging.getLogger(__name__)

Row = TypeVar("Row")

# Stripe itself closes an expired session a little late.
_LATE = timedelta(minutes=10)
# So long is each of the two lists of doubtful things worked on at a time. Both together stay within what a task may
# take; what was not reached comes first the next time.
_FOR = timedelta(seconds=110)


@dataclass(frozen=True)
class Drift:
    """One difference: what of (“missing here”, “missing there”, “differs”, “charged twice”) and of whom."""

    kind: str
    subject: str


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
    ours_to_know = set(Customer.objects.filter(stripe_id__isnull=False).values_list("stripe_id", flat=True))
    prices = {plan.stripe_id: plan.pk for plan in Plan.objects.all() if plan.stripe_id}
    listed, refused = subscribing.list_subscriptions()
    there = {
        remote.id: remote
        for remote in listed
        if remote.customer_id in ours_to_know and any(item.price_id in prices for item in remote.items)
    }
    here = {row.stripe_id: row for row in Subscription.objects.select_related("customer")}
    unreadable = {each.id: each.why for each in refused if each.customer_id in ours_to_know or each.id in here}
    bills = _bills()
    differing = [remote for remote in there.values() if _differs(remote, here.get(remote.id), prices, bills)]
    # What was never asked for before is no difference that anybody has to look at.
    lacking = [remote for remote in there.values() if _lacks_something(remote, here.get(remote.id))]
    for remote in {remote.id: remote for remote in (*differing, *lacking)}.values():
        resynced(remote.customer_id, remote.id, at)
    drifts = [Drift("differs" if remote.id in here else "missing here", remote.id) for remote in differing]
    gone = [row for row in here.values() if row.status in STANDING and row.stripe_id not in there]
    drifts += [Drift("missing there", row.stripe_id) for row in gone if row.stripe_id not in unreadable]
    standing = Counter(remote.customer_id for remote in there.values() if remote.status in STANDING)
    drifts += [Drift("charged twice", customer) for customer, number in standing.items() if number > 1]
    _tell_staff(drifts, unreadable, at)
    return drifts


def _tell_staff(drifts: Sequence[Drift], unreadable: Mapping[str, str], at: datetime) -> None:
    """One alert for each; what was a difference before and is none now has settled itself."""
    told: dict[Alert.Kind, dict[str, str]] = {
        Alert.Kind.DRIFT: {drift.subject: drift.kind for drift in drifts if drift.kind != "charged twice"},
        Alert.Kind.CHARGED_TWICE: {drift.subject: drift.kind for drift in drifts if drift.kind == "charged twice"},
    }
    for kind, subjects in told.items():
        alerts.settle_all_but(kind, subjects, at)
        for subject, sentence in subjects.items():
            alerts.open_alert(kind, subject, f"{subject}: {sentence}.", at)
    for subject, sentence in unreadable.items():
        alerts.open_alert(Alert.Kind.UNREADABLE, subject, sentence, at)
    for drift in drifts:
        log.error("Stripe and the mirror disagree: %s %s", drift.kind, drift.subject)


def _lacks_something(remote: RemoteSubscription, row: Subscription | None) -> bool:
    return _lacks_its_card(remote, row) or (row is not None and row.period_amount is None)


def _lacks_its_card(remote: RemoteSubscription, row: Subscription | None) -> bool:
    """Whether all that is missing of the card is when it expires, as of cards mirrored before that was asked for."""
    if row is None or row.status in OVER or row.card_expires_on is not None:
        return False
    return remote.card_expires_on is not None and remote.card_label[:60] == row.card_label


def _bills() -> dict[str, tuple[str, int]]:
    """What we know of every invoice of a running subscription: its status and what was paid, by its id at Stripe."""
    rows = Invoice.objects.filter(subscription__in=Subscription.objects.running())
    return {
        stripe_id: (status, paid) for stripe_id, status, paid in rows.values_list("stripe_id", "status", "amount_paid")
    }


def _differs(
    remote: RemoteSubscription,
    row: Subscription | None,
    plans: Mapping[str, int],
    bills: Mapping[str, tuple[str, int]],
) -> bool:
    if row is None:
        return True
    item = next(item for item in remote.items if item.price_id in plans)
    follows = plans.get(remote.next_price_id)
    theirs = (remote.status, remote.cancel_at, remote.trial_ends_at, item.period_ends_at, item.quantity, follows)
    ours = (row.status, row.cancel_at, row.trial_ends_at, row.period_ends_at, row.quantity, row.next_plan_id)
    card = (remote.card_label[:60], remote.card_expires_on)
    is_another_card = card != (row.card_label, row.card_expires_on) and not _lacks_its_card(remote, row)
    if row.status not in OVER and is_another_card:
        return True
    if theirs != ours or plans[item.price_id] != row.plan_id:
        return True
    last = remote.latest_invoice
    return last is not None and row.status not in OVER and bills.get(last.id) != (last.status, last.amount_paid)


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
