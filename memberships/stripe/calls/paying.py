"""Payments, and the money that goes back: refunds, disputes, warnings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from memberships.stripe.client import PAGE, all_pages, loose, made_since, sdk, translated
from memberships.stripe.payload import Payload, Unread
from memberships.stripe.remote import RemoteInvoice
from memberships.stripe.returned import KEY, RemoteDispute, RemotePayment, RemoteRefund, RemoteWarning


@translated
def payments_of(invoice_id: str) -> list[RemotePayment]:
    """The payments that settled an invoice."""
    listed = sdk().v1.invoice_payments.list({"invoice": invoice_id, "status": "paid", "limit": PAGE})
    return [RemotePayment.read(payment.to_dict()) for payment in listed.data]


@translated
def invoice_paid_by(intent_id: str) -> RemoteInvoice | None:
    """The invoice that a payment intent is for, if it is for one."""
    by_intent: dict[str, Any] = {"payment": {"type": "payment_intent", "payment_intent": intent_id}, "limit": 1}
    payments = sdk().v1.invoice_payments.list(loose(by_intent)).data
    invoice_id = RemotePayment.read(payments[0].to_dict()).invoice_id if payments else ""
    return RemoteInvoice.read(sdk().v1.invoices.retrieve(invoice_id).to_dict()) if invoice_id else None


@translated
def pay(invoice_id: str) -> None:
    """Charge an open invoice now, to the card that is charged next."""
    sdk().v1.invoices.pay(invoice_id)


@translated
def create_refund(intent_id: str, amount: int, reason: str, *, key: str) -> RemoteRefund:
    """Give a part of a payment back; the same ``key`` gives the same refund."""
    params: dict[str, Any] = {"payment_intent": intent_id, "amount": amount, "reason": reason, "metadata": {KEY: key}}
    refund = sdk().v1.refunds.create(loose(params), {"idempotency_key": f"refund:{key}"})
    return RemoteRefund.read(refund.to_dict())


@translated
def retrieve_refund(refund_id: str) -> RemoteRefund:
    return RemoteRefund.read(sdk().v1.refunds.retrieve(refund_id).to_dict())


@translated
def refunds_of(intent_id: str) -> list[RemoteRefund]:
    """Every refund of a payment, newest first."""
    return [RemoteRefund.read(each) for each in all_pages(sdk().v1.refunds.list, {"payment_intent": intent_id})]


@translated
def payment_behind(charge_id: str) -> str:
    """The id of the payment intent that a charge belongs to; empty for a charge without one."""
    return Payload(sdk().v1.charges.retrieve(charge_id).to_dict()).reference("payment_intent")


@translated
def list_refunds(since: datetime) -> tuple[list[RemoteRefund], list[Unread]]:
    """Every refund of the account made since then, and those that cannot be read."""
    return made_since(since, sdk().v1.refunds.list, RemoteRefund.read)


@translated
def retrieve_dispute(dispute_id: str) -> RemoteDispute:
    return RemoteDispute.read(sdk().v1.disputes.retrieve(dispute_id).to_dict())


@translated
def list_disputes(since: datetime) -> tuple[list[RemoteDispute], list[Unread]]:
    """Every dispute of the account opened since then, and those that cannot be read."""
    return made_since(since, sdk().v1.disputes.list, RemoteDispute.read)


@translated
def retrieve_warning(warning_id: str) -> RemoteWarning:
    return RemoteWarning.read(sdk().v1.radar.early_fraud_warnings.retrieve(warning_id).to_dict())
