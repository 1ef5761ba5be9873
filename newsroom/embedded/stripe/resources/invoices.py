"""``/v1/invoices`` of subscriptions."""

from typing import Any

from stripe.params import (
    InvoiceCreatePreviewParams,
    InvoiceFinalizeInvoiceParams,
    InvoiceLineItemListParams,
    InvoiceListParams,
    InvoiceMarkUncollectibleParams,
    InvoicePayParams,
    InvoiceRetrieveParams,
    InvoiceSendInvoiceParams,
    InvoiceUpdateParams,
    InvoiceVoidInvoiceParams,
)

from newsroom.embedded.stripe import cards
from newsroom.embedded.stripe.billing import charges, collection, invoices, methods, preview, standing
from newsroom.embedded.stripe.errors import invalid, missing_param, unmodelled
from newsroom.embedded.stripe.paging import page, page_of, same, within
from newsroom.embedded.stripe.routing import merged, route
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn


@route(
    "POST",
    "/v1/invoices/create_preview",
    InvoiceCreatePreviewParams,
    "automatic_tax customer_account customer_details discounts invoice_items on_behalf_of preview_mode schedule "
    "schedule_details",
)
def create_preview(turn: Turn, params: dict[str, Any]) -> Document:
    details = params.get("subscription_details", {})
    if "subscription" in params:
        subscription = turn.find("subscription", params["subscription"], "subscription")
        turn = turn.under(subscription)
        acted_on = {
            "items",
            "trial_end",
            "proration_behavior",
            "proration_date",
            "billing_mode",
            "billing_cycle_anchor",
        }
        for name in set(details) - acted_on:
            raise unmodelled(f"subscription_details[{name}]")
        if "items" not in details and "billing_cycle_anchor" in details:
            raise unmodelled("subscription_details[billing_cycle_anchor]")
        if {"items", "trial_end"} & set(details):
            return preview.changed(turn, subscription, details)
        return preview.upcoming(turn, subscription)
    if "customer" not in params:
        raise missing_param("customer")
    customer = turn.find("customer", params["customer"], "customer")
    turn = turn.under(customer)
    if "items" in details:
        return preview.first(turn, customer, details)
    running = [row for row in turn.select("subscription", customer["id"]) if row["status"] not in standing.OVER]
    if len(running) != 1:
        raise invalid("Name the subscription to preview: this customer has none or several.", "subscription")
    return preview.upcoming(turn, running[0])


@route("GET", "/v1/invoices/{id}", InvoiceRetrieveParams)
def retrieve(turn: Turn, params: dict[str, Any], invoice_id: str) -> Document:
    return turn.present(turn.find("invoice", invoice_id))


@route("GET", "/v1/invoices/{id}/lines", InvoiceLineItemListParams)
def list_lines(turn: Turn, params: dict[str, Any], invoice_id: str) -> Document:
    lines = turn.present(turn.find("invoice", invoice_id))["lines"]["data"]
    return page_of(lines, f"/v1/invoices/{invoice_id}/lines", params)


@route(
    "POST",
    "/v1/invoices/{id}",
    InvoiceUpdateParams,
    "account_tax_ids application_fee_amount automatically_finalizes_at collection_method days_until_due default_source "
    "default_tax_rates discounts effective_at issuer on_behalf_of shipping_cost shipping_details transfer_data",
)
def update(turn: Turn, params: dict[str, Any], invoice_id: str) -> Document:
    invoice = turn.find("invoice", invoice_id)
    if invoice["status"] not in ("draft", "open") and set(params) - {"metadata"}:
        raise invalid("Finalized invoices can't be updated in this way.", None, "invoice_not_editable")
    written = (
        "auto_advance automatic_tax custom_fields default_payment_method description due_date footer metadata number "
        "payment_settings rendering statement_descriptor"
    )
    changed = merged(invoice, params, written)
    turn.under(invoice).save(changed, "invoice.updated")
    return turn.present(changed)


@route("GET", "/v1/invoices", InvoiceListParams, "customer_account")
def list_all(turn: Turn, params: dict[str, Any]) -> Document:
    subscription = params.get("subscription")
    matches = same(params, "customer", "status", "collection_method")

    def wanted(row: Document) -> bool:
        return (
            matches(row)
            and within(row["due_date"], params.get("due_date"))
            and subscription in (None, row["_subscription"])
        )

    return page(turn, "invoice", "/v1/invoices", params, owner=params.get("customer"), only=wanted)


@route("POST", "/v1/invoices/{id}/pay", InvoicePayParams, "forgive mandate source")
def pay(turn: Turn, params: dict[str, Any], invoice_id: str) -> Document:
    invoice = turn.find("invoice", invoice_id)
    turn = turn.under(invoice)
    if invoice["status"] == "draft":
        collection.finalize(turn, invoice, collect=False)
    if invoice["status"] == "paid":
        raise invalid("Invoice is already paid", None, "invoice_already_paid")
    if invoice["status"] not in ("open", "uncollectible"):
        raise invalid(f"You cannot pay an invoice that is {invoice['status']}.", None, "invoice_not_payable")
    if params.get("paid_out_of_band"):
        collection.pay_out_of_band(turn, invoice)
        return turn.present(invoice)
    chosen = methods.find(turn, params["payment_method"], "payment_method") if "payment_method" in params else None
    decline = collection.pay(turn, invoice, chosen, on_session=False)
    if decline is charges.NO_METHOD:
        raise invalid(decline.message, "payment_method", "resource_missing")
    if decline is not None:
        raise cards.error(decline)
    return turn.present(invoice)


@route("POST", "/v1/invoices/{id}/finalize", InvoiceFinalizeInvoiceParams)
def finalize(turn: Turn, params: dict[str, Any], invoice_id: str) -> Document:
    """Finalised now; an invoice that advances by itself is collected an hour later at Stripe, at once here."""
    invoice = turn.find("invoice", invoice_id)
    turn = turn.under(invoice)
    invoice["auto_advance"] = params.get("auto_advance", invoice["auto_advance"])
    collection.finalize(turn, invoice, collect=invoice["auto_advance"])
    return turn.present(invoice)


@route("POST", "/v1/invoices/{id}/send", InvoiceSendInvoiceParams)
def send(turn: Turn, params: dict[str, Any], invoice_id: str) -> Document:
    invoice = turn.find("invoice", invoice_id)
    turn = turn.under(invoice)
    if invoice["collection_method"] != "send_invoice":
        raise invalid("You can only manually send an invoice if its collection method is 'send_invoice'.")
    if invoice["status"] == "draft":
        collection.finalize(turn, invoice)
    elif invoice["status"] == "open":
        turn.emit("invoice.sent", invoice)
    else:
        raise invalid(f"You cannot send an invoice that is {invoice['status']}.")
    return turn.present(invoice)


@route("POST", "/v1/invoices/{id}/void", InvoiceVoidInvoiceParams)
def void(turn: Turn, params: dict[str, Any], invoice_id: str) -> Document:
    invoice = turn.find("invoice", invoice_id)
    collection.void(turn.under(invoice), invoice)
    return turn.present(invoice)


@route("POST", "/v1/invoices/{id}/mark_uncollectible", InvoiceMarkUncollectibleParams)
def mark_uncollectible(turn: Turn, params: dict[str, Any], invoice_id: str) -> Document:
    invoice = turn.find("invoice", invoice_id)
    turn = turn.under(invoice)
    invoices.close(turn, invoice, "uncollectible")
    standing.after_closing(turn, invoice)
    return turn.present(invoice)
