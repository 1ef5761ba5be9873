"""What moved: ``/v1/invoice_payments``, ``/v1/payment_intents`` and ``/v1/charges``, to read."""

from typing import Any

from stripe.params import (
    ChargeListParams,
    ChargeRetrieveParams,
    InvoicePaymentListParams,
    InvoicePaymentRetrieveParams,
    PaymentIntentListParams,
    PaymentIntentRetrieveParams,
)

from newsroom.embedded.stripe.paging import page, same
from newsroom.embedded.stripe.routing import route
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn


@route("GET", "/v1/invoice_payments/{id}", InvoicePaymentRetrieveParams)
def retrieve_invoice_payment(turn: Turn, params: dict[str, Any], payment_id: str) -> Document:
    return turn.present(turn.find("invoice_payment", payment_id))


@route("GET", "/v1/invoice_payments", InvoicePaymentListParams)
def list_invoice_payments(turn: Turn, params: dict[str, Any]) -> Document:
    matches = same(params, "status", "invoice")
    sought = params.get("payment", {})

    def wanted(row: Document) -> bool:
        return matches(row) and all(row["payment"].get(name) == value for name, value in sought.items())

    return page(turn, "invoice_payment", "/v1/invoice_payments", params, owner=params.get("invoice"), only=wanted)


@route("GET", "/v1/payment_intents/{id}", PaymentIntentRetrieveParams)
def retrieve_payment_intent(turn: Turn, params: dict[str, Any], intent_id: str) -> Document:
    return turn.present(turn.find("payment_intent", intent_id))


@route("GET", "/v1/payment_intents", PaymentIntentListParams, "customer_account")
def list_payment_intents(turn: Turn, params: dict[str, Any]) -> Document:
    return page(turn, "payment_intent", "/v1/payment_intents", params, owner=params.get("customer"))


@route("GET", "/v1/charges/{id}", ChargeRetrieveParams)
def retrieve_charge(turn: Turn, params: dict[str, Any], charge_id: str) -> Document:
    return turn.present(turn.find("charge", charge_id))


@route("GET", "/v1/charges", ChargeListParams)
def list_charges(turn: Turn, params: dict[str, Any]) -> Document:
    only = same(params, "payment_intent", "transfer_group")
    return page(turn, "charge", "/v1/charges", params, owner=params.get("customer"), only=only)
