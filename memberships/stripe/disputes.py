"""Disputes: a cardholder's bank takes money back. Staff are told, nothing new is sold meanwhile, and lost is over."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from memberships import alerts, audit
from memberships.currencies import money
from memberships.metrics import revenue
from memberships.models import Alert, Dispute, Invoice, User
from memberships.stripe import changes, payments
from memberships.stripe.calls import paying
from memberships.stripe.checkout import close_visits
from memberships.stripe.ordering import in_order
from memberships.stripe.returned import DECIDED, RemoteDispute


def sync_dispute(dispute_id: str, at: datetime) -> bool:
    """Mirror a dispute; whether it is of a payment of ours.

    When it is lost, the membership is ended at Stripe before that is written. A till that stands open is closed.

    Raises:
        Unusable, BillingError: as they say; nothing was written, and doing it again is safe.
    """
    invoice = payments.invoice_of(paying.retrieve_dispute(dispute_id).intent_id, at)
    if invoice is None:
        return False

    def read() -> RemoteDispute:
        remote = paying.retrieve_dispute(dispute_id)
        if remote.status == "lost":
            _end(invoice, at)
        return remote

    in_order(invoice.customer_id, read, lambda remote: _write(invoice, remote, at))
    user = invoice.customer.user
    if user is not None and Dispute.objects.holding().filter(stripe_id=dispute_id).exists():
        close_visits(user, at)
    return True


def sync_warning(warning_id: str, at: datetime) -> bool:
    """Propose to give the money back while that spares the dispute; whether it is of a payment of ours."""
    warning = paying.retrieve_warning(warning_id)
    invoice = payments.invoice_of(warning.intent_id, at)
    if invoice is None:
        return False
    if not warning.is_actionable:
        alerts.settle_itself(Alert.Kind.FRAUD_WARNING, warning.id, at)
        return True
    sentence = _(
        "The bank suspects fraud in the payment of %(amount)s for invoice %(invoice)s by %(who)s. Give it all back "
        "now, before it becomes a dispute."
    )
    names = {
        "amount": money(invoice.amount_paid, invoice.currency),
        "invoice": invoice,
        "who": invoice.customer,
    }
    alerts.open_alert(Alert.Kind.FRAUD_WARNING, warning.id, sentence % names, at)
    return True


@transaction.atomic
def forgive(dispute: Dispute, reason: str, by: User, at: datetime) -> bool:
    """Let somebody buy again although their dispute was lost. False where it holds nothing."""
    done = Dispute.objects.holding().filter(pk=dispute.pk, status="lost").update(forgiven_at=at)
    if done:
        audit.record(
            "dispute forgiven",
            actor=by,
            subject_kind="dispute",
            subject_id=dispute.stripe_id[:64],
            subject_label=str(dispute.invoice.customer),
            at=at,
            reason=reason,
        )
    return bool(done)


def _end(invoice: Invoice, at: datetime) -> None:
    if invoice.subscription is not None:
        # Read anew: a further turn must not ask for what the turn before has done.
        invoice.subscription.refresh_from_db()
        changes.end(invoice.subscription, at, at_once=True)


def _write(invoice: Invoice, remote: RemoteDispute, at: datetime) -> None:
    """Under the lock of the customer's row."""
    before = revenue.of(Q(pk=invoice.pk))
    row = Dispute.objects.filter(stripe_id=remote.id).first() or Dispute(invoice=invoice, stripe_id=remote.id)
    was, row.status = row.status, remote.status
    row.reason, row.amount, row.currency = remote.reason[:60], remote.amount, remote.currency[:3]
    row.is_refundable, row.due_at, row.opened_at = remote.is_refundable, remote.due_at, remote.opened_at
    row.closed_at = (row.closed_at or at) if remote.status in DECIDED else None
    row.synced_at = at
    row.save()
    revenue.move(before, revenue.of(Q(pk=invoice.pk)))
    if row.closed_at is not None:
        alerts.settle_itself(Alert.Kind.DISPUTED, remote.id, at)
    elif was != row.status:
        alerts.open_alert(Alert.Kind.DISPUTED, remote.id, _in_words(row), at)


def _in_words(dispute: Dispute) -> str:
    names = {
        "who": dispute.invoice.customer,
        "amount": money(dispute.amount, dispute.currency),
        "invoice": dispute.invoice,
        "reason": dispute.reason.replace("_", " "),
    }
    if not dispute.status.endswith("needs_response") or dispute.due_at is None:
        return _("The bank of %(who)s disputes %(amount)s of invoice %(invoice)s (%(reason)s) and decides.") % names
    names["date"] = date_format(localtime(dispute.due_at, ZoneInfo(settings.TIME_ZONE)), "DATE_FORMAT")
    return (
        _(
            "The bank of %(who)s disputes %(amount)s of invoice %(invoice)s (%(reason)s). Send the evidence in "
            "Stripe's dashboard by %(date)s, or the money is lost."
        )
        % names
    )
