"""Corrects an invoice for tax by the credit note of what was given back.

The refund comes first and the note is linked to it: the refund is what is found again by its key after a death on the
way, and a note that Stripe will not make keeps nobody waiting for their money.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from memberships import alerts
from memberships.models import Alert, Refund
from memberships.stripe.calls import crediting
from memberships.stripe.client import BillingError


def document(refund: Refund, at: datetime) -> None:
    """See to the note of a refund of ours that Stripe has, where invoices are for tax. Twice is once.

    What Stripe refuses for good is an alert: staff make the note in its dashboard.

    Raises:
        BillingError: Stripe could not be asked; the refund waits for its note.
    """
    if not settings.STRIPE_TAX or refund.credit_note_id or not refund.stripe_id:
        return
    key, invoice_id = str(refund.key), refund.invoice.stripe_id
    try:
        made = next((note for note in crediting.credit_notes_of(invoice_id) if note.key == key), None)
        note = made or crediting.create_credit_note(invoice_id, refund.stripe_id, refund.amount, key=key)
    except BillingError as error:
        if error.is_retryable or error.is_unreadable:
            raise
        sentence = _("Stripe made no credit note for a refund of invoice %(invoice)s: %(why)s")
        names = {"invoice": refund.invoice, "why": error.detail or str(error)}
        alerts.open_alert(Alert.Kind.NO_CREDIT_NOTE, key, sentence % names, at)
        return
    refund.credit_note_id, refund.credit_note_number, refund.credit_note_url = note.id, note.number, note.pdf_url
    refund.save(update_fields=["credit_note_id", "credit_note_number", "credit_note_url"])
