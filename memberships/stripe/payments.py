"""Which invoice a payment was for, and which payment settled an invoice: Stripe no longer links them directly."""

from __future__ import annotations

from datetime import datetime

from memberships.models import Customer, Invoice
from memberships.stripe.calls import paying
from memberships.stripe.sync import sync_subscription


def invoice_of(intent_id: str, at: datetime) -> Invoice | None:
    """The invoice of ours that the payment intent was for; ``None`` where it is none of our business.

    One that is not mirrored yet comes with its subscription.

    Raises:
        ForeignPrice, Unreadable: from that subscription.
        BillingError: Stripe could not be asked.
    """
    remote = paying.invoice_paid_by(intent_id) if intent_id else None
    if remote is None:
        return None
    known = Invoice.objects.select_related("subscription__customer", "customer").filter(stripe_id=remote.id)
    if (row := known.first()) is not None:
        return row
    if not remote.subscription_id or not Customer.objects.filter(stripe_id=remote.customer_id).exists():
        return None
    sync_subscription(remote.customer_id, remote.subscription_id, at)
    return known.first()


def intent_of(invoice: Invoice) -> str | None:
    """The one payment intent that paid the invoice; ``None`` where it was paid in parts or outside Stripe.

    Raises:
        BillingError: Stripe could not be asked.
    """
    payments = paying.payments_of(invoice.stripe_id)
    return payments[0].intent_id or None if len(payments) == 1 else None
