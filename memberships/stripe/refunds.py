"""Gives money back for an invoice, once, and lets the membership follow.

A refund of the desk is a row with its key before Stripe is asked. Whoever dies on the way leaves it to
:func:`carry_out`, which may run any number of times: Stripe makes one refund of one key, the row is found again by the
key in its metadata, and what follows is done until the row is settled. What is made in Stripe's dashboard is mirrored.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from memberships import alerts, audit, happenings
from memberships.currencies import money
from memberships.metrics import revenue
from memberships.models import Alert, Customer, Invoice, Refund, Subscription, User
from memberships.proration import unused
from memberships.stripe import changes, credit_notes, payments
from memberships.stripe.calls import paying
from memberships.stripe.client import BillingError
from memberships.stripe.ordering import in_order
from memberships.stripe.payload import Unusable
from memberships.stripe.returned import RemoteRefund
from memberships.subscriptions import STANDING

log = logging.getLogger(__name__)

Then = Refund.Then
_ASKED, _REFUSED = Refund.Ours.ASKED, Refund.Ours.REFUSED
_CAME_HOME = frozenset(("failed", "canceled"))
# An invoice for seats or another plan in the middle of a period, which is no term of its own unless one begins with it.
_ADDITION = "subscription_update"
_WITH_THE_PERIOD = timedelta(hours=1)


class RefundRefused(Exception):
    """Nothing is given back; the message says why and what to do instead."""


@dataclass(frozen=True)
class Offer:
    """What may be given back for an invoice now: all that is ``left``, or what is ``unused`` of the running period.

    ``unused`` is 0 where the invoice is not for the running period. ``is_term`` says that the membership stands on it.
    """

    left: int
    unused: int
    is_term: bool

    def then(self, *, is_full: bool, keeps_reading: bool) -> Refund.Then:
        """What follows for the membership. Who gets all of a running term back does not go on reading it."""
        if not self.is_term:
            return Then.NOTHING
        return Then.END_WITH_PERIOD if keeps_reading and not is_full else Then.END_NOW


@dataclass(frozen=True)
class Order:
    """What somebody at the desk looked at twice. ``left`` is what they saw as left of the invoice."""

    amount: int
    left: int
    then: Refund.Then
    reason: str
    note: str


def offer_for(invoice: Invoice, at: datetime) -> Offer:
    """What may be given back, from the mirror alone.

    Raises:
        RefundRefused: when nothing may be.
    """
    if invoice.amount_paid <= 0:
        raise RefundRefused(_("Nothing was paid for this invoice, so there is nothing to give back."))
    if invoice.disputes.filter(closed_at=None, is_refundable=False).exists():
        raise RefundRefused(
            _("The bank holds this money while the payment is disputed. Answer the dispute, or give in to it, instead.")
        )
    if invoice.refunds.filter(status=_ASKED).exists():
        raise RefundRefused(_("A refund of this invoice is under way. Wait until Stripe has answered."))
    left = left_of(invoice)
    if left <= 0:
        raise RefundRefused(_("All that was paid for this invoice has been given back."))
    subscription = invoice.subscription
    period = _running_period(invoice, subscription, at) if subscription else None
    if subscription is None or period is None:
        return Offer(left, 0, is_term=False)
    is_term = subscription.status in STANDING and not _is_addition(invoice, subscription)
    return Offer(left, min(unused(invoice.amount_paid, *period, at), left), is_term)


def left_of(invoice: Invoice) -> int:
    """What was paid and not given back, in minor units."""
    given = invoice.refunds.counting().aggregate(given=Sum("amount"))["given"] or 0
    return invoice.amount_paid - given


def ask(invoice: Invoice, order: Order, by: User | None, at: datetime) -> Refund:
    """Give the money back; without ``by`` it follows from what the reader did.

    The row that is answered is ``asked`` where Stripe does not answer: it goes on by itself.

    Raises:
        RefundRefused: it cannot be, or somebody was faster than the second look; nothing was given back.
        BillingError: Stripe could not be asked before anything was written down; nothing was given back.
    """
    intent = payments.intent_of(invoice)
    if intent is None:
        raise RefundRefused(
            _("It was paid outside Stripe or in parts. Give it back by a transfer, or in Stripe's dashboard.")
        )
    sync_refunds(invoice, intent, at)
    refund = _written_down(invoice, intent, order, by, at)
    try:
        carry_out(refund, at)
    except (BillingError, Unusable) as error:
        log.warning("The refund %s waits: %s", refund.key, getattr(error, "detail", "") or error)
    refund.refresh_from_db()
    return refund


def carry_out(refund: Refund, at: datetime) -> None:
    """Take a refund as far as it goes: made at Stripe, mirrored, the membership ended where that follows, told.

    Raises:
        RefundRefused: Stripe refused it for good; the row says so.
        BillingError: Stripe could not be asked; the row waits.
    """
    if refund.status == _ASKED:
        # It may have been made by somebody who did not live to hear the answer.
        sync_refunds(refund.invoice, refund.payment_ref, at)
        refund.refresh_from_db()
    if refund.status == _ASKED:
        _create(refund)
        sync_refunds(refund.invoice, refund.payment_ref, at)
        refund.refresh_from_db()
    if Refund.objects.unfinished().exclude(status=_ASKED).filter(pk=refund.pk).exists():
        _follow(refund, at)


def end_membership(refund: Refund, by: User, at: datetime) -> None:
    """End at once the membership whose money was given back without ending it.

    Raises:
        BillingError: Stripe could not be asked or refused; nothing was changed.
    """
    subscription = refund.invoice.subscription
    if subscription is None:
        return
    changes.end(subscription, at, at_once=True)
    Refund.objects.filter(pk=refund.pk).update(then=Then.END_NOW)
    alerts.settle_itself(Alert.Kind.REFUNDED_ELSEWHERE, refund.stripe_id or "", at)
    _record("membership ended after a refund", refund, by, at)


def sync_refund(refund_id: str, at: datetime) -> bool:
    """Mirror the refunds of the payment that this one belongs to; whether it was for an invoice of ours."""
    return sync_payment(paying.retrieve_refund(refund_id).intent_id, at)


def sync_payment(intent_id: str, at: datetime) -> bool:
    """Mirror the refunds of a payment; whether it was for an invoice of ours. Others concern nobody here."""
    invoice = payments.invoice_of(intent_id, at)
    if invoice is not None:
        sync_refunds(invoice, intent_id, at)
    return invoice is not None


def sync_refunds(invoice: Invoice, intent_id: str, at: datetime) -> None:
    """Make the mirror of the invoice's refunds equal to what Stripe holds."""

    def write(remotes: Sequence[RemoteRefund]) -> None:
        before = revenue.of(Q(pk=invoice.pk))
        for remote in reversed(remotes):
            _write(invoice, remote, at)
        revenue.move(before, revenue.of(Q(pk=invoice.pk)))

    in_order(invoice.customer_id, lambda: paying.refunds_of(intent_id), write)


@transaction.atomic
def _written_down(invoice: Invoice, intent: str, order: Order, by: User | None, at: datetime) -> Refund:
    Customer.objects.select_for_update(of=("self",)).get(pk=invoice.customer_id)
    invoice = Invoice.objects.select_related("subscription").get(pk=invoice.pk)
    offer = offer_for(invoice, at)
    is_changed = offer.left != order.left or (order.then != Then.NOTHING and not offer.is_term)
    if is_changed or not 0 < order.amount <= offer.left:
        raise RefundRefused(_("Something was changed meanwhile. Look again at what is left, then give it back."))
    refund = Refund.objects.create(
        invoice=invoice,
        payment_ref=intent,
        amount=order.amount,
        currency=invoice.currency,
        reason=order.reason,
        note=order.note,
        then=order.then,
        asked_by=by,
        asked_at=at,
    )
    _record("refund asked for", refund, by, at)
    return refund


def _create(refund: Refund) -> None:
    try:
        paying.create_refund(refund.payment_ref, refund.amount, refund.reason, key=str(refund.key))
    except BillingError as error:
        if error.is_retryable or error.is_unreadable:
            raise
        said = error.detail or str(error)
        Refund.objects.filter(pk=refund.pk, status=_ASKED).update(status=_REFUSED, failure=said)
        raise RefundRefused(str(error)) from error


def _follow(refund: Refund, at: datetime) -> None:
    subscription = refund.invoice.subscription
    if subscription is not None and refund.then != Then.NOTHING:
        changes.end(subscription, at, at_once=refund.then == Then.END_NOW)
    credit_notes.document(refund, at)
    with transaction.atomic():
        if Refund.objects.filter(pk=refund.pk, settled_at=None).update(settled_at=at):
            happenings.note_refund(refund, at)


def _write(invoice: Invoice, remote: RemoteRefund, at: datetime) -> None:
    """Under the lock of the customer's row."""
    row = Refund.objects.filter(stripe_id=remote.id).first() or _by_key(invoice, remote)
    is_from_elsewhere = row is None
    if row is None:
        row = Refund(invoice=invoice, asked_at=remote.made_at, settled_at=at, reason=remote.reason[:40])
    was, row.status = row.status, remote.status
    row.stripe_id, row.payment_ref, row.synced_at = remote.id, remote.intent_id, at
    row.amount, row.currency, row.failure = remote.amount, remote.currency[:3], remote.failure
    row.save()
    if row.status in _CAME_HOME and was not in _CAME_HOME:
        alerts.open_alert(Alert.Kind.REFUND_FAILED, remote.id, _could_not(row), at)
    elif is_from_elsewhere:
        happenings.note_refund(row, at)
        if invoice.subscription is not None and invoice.subscription.status in STANDING:
            alerts.open_alert(Alert.Kind.REFUNDED_ELSEWHERE, remote.id, _made_elsewhere(row), at)


def _by_key(invoice: Invoice, remote: RemoteRefund) -> Refund | None:
    try:
        key = UUID(remote.key)
    except ValueError:
        return None
    return Refund.objects.filter(invoice=invoice, key=key, stripe_id=None).first()


def _could_not(row: Refund) -> str:
    sentence = _("%(amount)s of invoice %(invoice)s could not be given back to %(who)s. Ask them where to transfer it.")
    return sentence % _names(row)


def _made_elsewhere(row: Refund) -> str:
    sentence = _(
        "%(amount)s of invoice %(invoice)s was given back to %(who)s in Stripe's dashboard. Their membership goes on: "
        "end it on the refund's page if it should not."
    )
    return sentence % _names(row)


def _names(row: Refund) -> dict[str, object]:
    return {"amount": money(row.amount, row.currency), "invoice": row.invoice, "who": row.invoice.customer}


def _running_period(invoice: Invoice, subscription: Subscription, at: datetime) -> tuple[datetime, datetime] | None:
    """What of the period that runs the invoice was for; ``None`` for one of an earlier period."""
    starts_at, ends_at = subscription.period_starts_at, subscription.period_ends_at
    if starts_at is None or ends_at is None or invoice.issued_at < starts_at or at >= ends_at:
        return None
    return (invoice.issued_at if _is_addition(invoice, subscription) else starts_at), ends_at


def _is_addition(invoice: Invoice, subscription: Subscription) -> bool:
    """Whether it is for something in the middle of a period. A person's longer plan begins a period of its own."""
    if invoice.billing_reason != _ADDITION or subscription.customer.team_id is not None:
        return invoice.billing_reason == _ADDITION
    starts_at = subscription.period_starts_at
    return starts_at is None or not starts_at <= invoice.issued_at < starts_at + _WITH_THE_PERIOD


def _record(verb: str, refund: Refund, by: User | None, at: datetime) -> None:
    audit.record(
        verb,
        actor=by,
        subject_kind="invoice",
        subject_id=refund.invoice.stripe_id[:64],
        subject_label=str(refund.invoice),
        at=at,
        amount=refund.amount,
        currency=refund.currency,
        reason=refund.reason,
        note=refund.note,
        then=refund.then,
    )
