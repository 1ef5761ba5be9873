"""Lets a membership rest at its member's wish, and go on from any rest: when they say so, or when the time is over.

A rest is a row before Stripe is asked. That it began, and that it is over, is what the mirror finds at Stripe
(:func:`memberships.pauses.settle`).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from memberships import audit, happenings, pauses
from memberships.models import Customer, Pause, Subscription
from memberships.models.changes import Asked
from memberships.stripe import changes
from memberships.stripe.calls import changing, paying
from memberships.stripe.client import BillingError
from memberships.stripe.reconcile import resynced
from memberships.stripe.sync import sync_subscription

# What was asked for and did not happen by then never will: the call was long over.
_PATIENCE = timedelta(minutes=10)
_WHOSE = ("subscription__customer",)


class PauseRefused(Exception):
    """The membership does not rest; the message says why."""


def pause(subscription: Subscription, months: int, at: datetime) -> Subscription:
    """Let it rest for so many months from now. Asked twice it rests once.

    Raises:
        PauseRefused: when it cannot rest, or Stripe refused it; nothing was changed.
        BillingError: Stripe did not answer; pressing again asks the same again.
    """
    row = _written_down(subscription, months, at)
    try:
        changes.set_free(subscription.stripe_id)
        changing.pause(subscription.stripe_id, key=f"pause:{row.key}")
    except BillingError as error:
        if error.is_retryable or error.is_unreadable:
            raise
        _refuse(row, str(error))
        raise PauseRefused(str(error)) from error
    return _read(subscription, at)


def wake(subscription: Subscription, at: datetime) -> Subscription:
    """Let it go on now. Of two that ask, the second finds it running.

    Raises:
        BillingError: Stripe could not be asked, or the charge failed; it rests as before.
    """
    try:
        if subscription.rests_by_wish:
            changing.go_on(subscription.stripe_id)
        else:
            _begin_anew(_read(subscription, at))
    except BillingError as error:
        if error.is_retryable:
            raise
        found = _read(subscription, at)
        if found.status == "paused":
            raise
        return found
    return _read(subscription, at)


def go_on(at: datetime) -> None:
    """Wake what has rested long enough, and settle the rests whose process died before Stripe answered.

    Each is woken once by itself. Where its charge fails its member is told, and goes on by themselves.
    """
    for row in Pause.objects.filter(state=Asked.ASKED, asked_at__lt=at - _PATIENCE).select_related(*_WHOSE):
        if _is_read(row, at):
            _refuse(row, _("Stripe never heard of it. Nothing was changed."))
    over = Pause.objects.filter(state=Asked.DONE, ended_at=None, failure="", until__lte=at)
    for row in over.select_related(*_WHOSE):
        if _is_read(row, at) and Pause.objects.filter(pk=row.pk, ended_at=None).exists():
            _wake_by_itself(row, at)


def _begin_anew(found: Subscription) -> None:
    """Go on after a pause that nobody asked for, such as a trial that was over without a card.

    What is owed is charged first, for Stripe would let it go on without. What was never paid for has no period to go
    on in: its first begins now, at the price its member agreed to.
    """
    if found.status != "paused":  # Another window was first.
        return
    owed = list(found.invoices.owed())
    for invoice in owed:
        paying.pay(invoice.stripe_id)
    changing.go_on(found.stripe_id, restarts=not (owed or found.has_paid))


def _wake_by_itself(row: Pause, at: datetime) -> None:
    try:
        wake(row.subscription, at)
    except BillingError as error:
        if error.is_retryable:
            return
        with transaction.atomic():
            if Pause.objects.filter(pk=row.pk, failure="").update(failure=error.detail or str(error)):
                happenings.note_failed_return(row.subscription, at)


@transaction.atomic
def _written_down(subscription: Subscription, months: int, at: datetime) -> Pause:
    """The rest that is asked for already, or else a new one, under the lock of the customer's row."""
    Customer.objects.select_for_update().get(pk=subscription.customer_id)
    current = Subscription.objects.select_related("customer__user").get(pk=subscription.pk)
    if (row := current.pauses.filter(state=Asked.ASKED).first()) is not None:
        return row
    if months not in pauses.MONTHS:
        raise PauseRefused(_("Choose one, two or three months."))
    if refusal := pauses.refusal(current, at):
        raise PauseRefused(refusal)
    row = current.pauses.create(months=months, asked_at=at, until=pauses.months_on(at, months))
    audit.record(
        "pause asked for",
        actor=current.customer.user,
        subject_kind="subscription",
        subject_id=current.stripe_id[:64],
        subject_label=str(current),
        at=at,
        months=months,
    )
    return row


def _refuse(row: Pause, failure: str) -> None:
    Pause.objects.filter(pk=row.pk, state=Asked.ASKED).update(state=Asked.REFUSED, failure=failure)


def _is_read(row: Pause, at: datetime) -> bool:
    return resynced(row.subscription.customer.stripe_id or "", row.subscription.stripe_id, at)


def _read(subscription: Subscription, at: datetime) -> Subscription:
    return sync_subscription(subscription.customer.stripe_id or "", subscription.stripe_id, at)
