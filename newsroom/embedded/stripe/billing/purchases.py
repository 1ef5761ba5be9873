"""Bought once: what a Checkout Session in payment mode leaves behind, with an invoice or without one."""

from newsroom.embedded.stripe.billing import charges, collection, discounts, invoices
from newsroom.embedded.stripe.cards import Decline
from newsroom.embedded.stripe.store import Document, new_id
from newsroom.embedded.stripe.turn import Turn


def wants_invoice(session: Document) -> bool:
    return bool((session.get("invoice_creation") or {}).get("enabled"))


def keeps_customer(session: Document) -> bool:
    """Whether whoever pays becomes a customer, or stays a guest."""
    return bool(session["customer"] or wants_invoice(session) or session["customer_creation"] == "always")


def pay(turn: Turn, session: Document, customer: Document | None, method: Document | None) -> Decline | None:
    """Collect what the session comes to and note on it by what; what the bank says, or None when it is paid."""
    redeemed = discounts.redeem_chosen(turn, session, customer["id"] if customer else None)
    if customer and wants_invoice(session):
        invoice = _draft(turn, session, customer, redeemed)
        collection.finalize(turn, invoice, collect=False)
        session |= {"invoice": invoice["id"], "payment_intent": invoice.get("_payment_intent")}
        return None if invoice["status"] == "paid" else collection.pay(turn, invoice, method, on_session=True)
    if method is None:
        return None
    wanted = session["_payment_intent_data"]
    intent = charges.intend(
        turn,
        session["amount_total"],
        session["currency"],
        {
            "customer": customer["id"] if customer else None,
            **{name: value for name, value in wanted.items() if name != "metadata"},
            "metadata": wanted.get("metadata", {}),
        },
    )
    turn.emit("payment_intent.created", intent)
    session["payment_intent"] = intent["id"]
    return charges.take(turn, intent, method, on_session=True)


def _draft(turn: Turn, session: Document, customer: Document, redeemed: list[str]) -> Document:
    """An invoice of no subscription, over the lines of the session."""
    data = session["invoice_creation"].get("invoice_data") or {}
    lines = [_line(turn, line) for line in session["_lines"]]
    off = session["amount_subtotal"] - session["amount_total"]
    identifier = new_id("in")
    for line in lines:
        line["invoice"] = identifier
    invoice = turn.new(
        "invoice",
        {
            **invoices.addressed(turn, customer),
            "id": identifier,
            "attempt_count": 0,
            "attempted": False,
            "auto_advance": False,
            "billing_reason": "manual",
            "collection_method": "charge_automatically",
            "currency": session["currency"],
            "customer": customer["id"],
            "custom_fields": data.get("custom_fields"),
            "description": data.get("description"),
            "discounts": redeemed,
            "footer": data.get("footer"),
            "metadata": data.get("metadata") or {},
            "period_start": turn.at,
            "period_end": turn.at,
            "status": "draft",
            "subtotal": session["amount_subtotal"],
            "subtotal_excluding_tax": session["amount_subtotal"],
            "test_clock": customer.get("test_clock"),
            "total": session["amount_total"],
            "total_excluding_tax": session["amount_total"],
            "total_discount_amounts": [{"amount": off, "discount": redeemed[0]}] if redeemed and off else [],
            "total_taxes": [],
            "webhooks_delivered_at": turn.at,
            **invoices.due(customer, session["amount_total"]),
            "_days_until_due": None,
            "_lines": lines,
            "_subscription": None,
        },
    )
    turn.emit("invoice.created", invoice)
    return invoice


def _line(turn: Turn, line: Document) -> Document:
    price = line["price"]
    return {
        **turn.sketch("line_item"),
        "amount": line["amount_subtotal"],
        "subtotal": line["amount_subtotal"],
        "currency": line["currency"],
        "description": line["description"],
        "discountable": True,
        "discount_amounts": [],
        "metadata": {},
        "period": {"start": turn.at, "end": turn.at},
        "pricing": {
            "type": "price_details",
            "price_details": {"price": price["id"], "product": price["product"]},
            "unit_amount_decimal": price["unit_amount_decimal"],
        },
        "quantity": line["quantity"],
        "taxes": [],
    }
