"""Invoices as documents: their lines, their totals, and the states they pass through. No money moves here."""

from newsroom.embedded.stripe.billing import discounts, tax_ids
from newsroom.embedded.stripe.billing.money import per_interval
from newsroom.embedded.stripe.billing.periods import DAY, HOUR
from newsroom.embedded.stripe.errors import invalid
from newsroom.embedded.stripe.store import Document, new_id
from newsroom.embedded.stripe.turn import Turn

DRAFT_FOR = HOUR
_COLLECTING = ("retry_invoice", "invoice_falls_due", "invoice_stays_overdue", "give_up_resuming")


def line(
    turn: Turn,
    subscription: Document,
    item: Document,
    period: tuple[int, int],
    *,
    amount: int | None = None,
    description: str | None = None,
    proration: bool = False,
) -> Document:
    """One line for an item over a period; the full price unless an amount is given."""
    price = turn.find("price", item["price"])
    full = price["unit_amount"] * item["quantity"] if amount is None else amount
    details = {"subscription": subscription["id"], "subscription_item": item["id"], "proration": proration}
    return {
        **turn.sketch("line_item"),
        "amount": full,
        "subtotal": full,
        "currency": price["currency"],
        "description": description or f"{item['quantity']} × {_priced(turn, price)}",
        "discountable": not proration,
        "discount_amounts": [],
        "metadata": subscription["metadata"],
        "parent": {"type": "subscription_item_details", "subscription_item_details": details},
        "period": {"start": period[0], "end": period[1]},
        "pricing": {
            "type": "price_details",
            "price_details": {"price": price["id"], "product": price["product"]},
            "unit_amount_decimal": price["unit_amount_decimal"],
        },
        "quantity": item["quantity"],
        "subscription": subscription["id"],
        "taxes": [],
    }


def _priced(turn: Turn, price: Document) -> str:
    recurring = price["recurring"]
    terms = per_interval(price["unit_amount"], price["currency"], recurring["interval"], recurring["interval_count"])
    return f"{turn.find('product', price['product'])['name']} (at {terms})"


def trial_line(turn: Turn, subscription: Document, item: Document, period: tuple[int, int]) -> Document:
    product = turn.find("product", turn.find("price", item["price"])["product"])
    return line(turn, subscription, item, period, amount=0, description=f"Trial period for {product['name']}")


def draft(
    turn: Turn, subscription: Document, lines: list[Document], reason: str, period: tuple[int, int] | None = None
) -> Document:
    """A new draft, told as ``invoice.created`` and set as the subscription's latest invoice, which is left to save."""
    customer = turn.find("customer", subscription["customer"])
    identifier = new_id("in")
    sending = subscription["collection_method"] == "send_invoice"
    for entry in lines:
        entry["invoice"] = identifier
    invoice = {
        **addressed(turn, customer),
        "id": identifier,
        "attempt_count": 0,
        "attempted": False,
        "auto_advance": True,
        "automatically_finalizes_at": turn.at + DRAFT_FOR,
        "billing_reason": reason,
        "collection_method": subscription["collection_method"],
        "currency": subscription["currency"],
        "customer": customer["id"],
        "description": subscription.get("description"),
        "due_date": None,
        "parent": {
            "type": "subscription_details",
            "subscription_details": {"subscription": subscription["id"], "metadata": subscription["metadata"]},
        },
        "period_start": period[0] if period else turn.at,
        "period_end": period[1] if period else turn.at,
        "status": "draft",
        "test_clock": subscription.get("test_clock"),
        "webhooks_delivered_at": turn.at,
        "_days_until_due": subscription["days_until_due"] if sending else None,
        "_lines": lines,
        "_subscription": subscription["id"],
    }
    invoice = turn.new("invoice", {**invoice, **_totals(turn, subscription, lines)})
    if invoice["total"] > 0:
        discounts.spend_single_use(turn, subscription)
    subscription["latest_invoice"] = invoice["id"]
    turn.emit("invoice.created", invoice)
    return invoice


def addressed(turn: Turn, customer: Document) -> Document:
    copied = ("address", "email", "name", "phone", "shipping", "tax_exempt")
    return {
        **{f"customer_{name}": customer.get(name) for name in copied},
        "customer_tax_ids": tax_ids.shown(turn, customer),
        "account_country": "US",
        "account_name": "Development stand-in",
        "issuer": {"type": "self"},
        "starting_balance": customer.get("balance", 0),
    }


def _totals(turn: Turn, subscription: Document, lines: list[Document]) -> Document:
    subtotal = sum(entry["amount"] for entry in lines)
    taken = []
    left = sum(entry["amount"] for entry in lines if entry["discountable"])
    for discount, coupon in discounts.in_force(turn, subscription):
        off = discounts.amount_off(coupon, max(left, 0), subscription["currency"])
        left -= off
        if off:
            taken.append({"amount": off, "discount": discount["id"]})
    total = subtotal - sum(entry["amount"] for entry in taken)
    return {
        "subtotal": subtotal,
        "subtotal_excluding_tax": subtotal,
        "total": total,
        "total_excluding_tax": total,
        "total_discount_amounts": taken,
        "total_taxes": [],
        "discounts": [entry["discount"] for entry in taken],
        **due(turn.find("customer", subscription["customer"]), total),
    }


def due(customer: Document, total: int) -> Document:
    """What is to be paid after the customer's balance: a credit is a negative balance."""
    due = max(0, total + customer.get("balance", 0))
    return {"amount_due": due, "amount_remaining": due, "amount_paid": 0, "amount_paid_off_stripe": 0}


def finalize(turn: Turn, invoice: Document) -> None:
    """Draft to open: it gets its number, and the customer's balance is drawn on. Told as ``invoice.finalized``."""
    if invoice["status"] != "draft":
        raise invalid(
            "This invoice is already finalized, you can't re-finalize a non-draft invoice.",
            None,
            "invoice_not_editable",
        )
    customer = turn.find("customer", invoice["customer"])
    balance = customer.get("balance", 0)
    owed = due(customer, invoice["total"])
    invoice |= {
        **owed,
        "number": f"{customer['invoice_prefix']}-{customer['next_invoice_sequence']:04d}",
        "status": "open",
        "starting_balance": balance,
        "ending_balance": balance + invoice["total"] - owed["amount_due"],
        "automatically_finalizes_at": None,
        "last_finalization_error": None,
        "due_date": None if invoice["_days_until_due"] is None else turn.at + invoice["_days_until_due"] * DAY,
        "effective_at": turn.at,
        "status_transitions": {"finalized_at": turn.at},
        "hosted_invoice_url": f"{turn.base_url}/i/{invoice['id']}",
        "invoice_pdf": f"{turn.base_url}/i/{invoice['id']}/pdf",
    }
    customer |= {"next_invoice_sequence": customer["next_invoice_sequence"] + 1, "balance": invoice["ending_balance"]}
    turn.store.put(customer)
    turn.unschedule(invoice, "finalize_invoice")
    turn.save(invoice, "invoice.finalized")


def leave_unfinished(turn: Turn, invoice: Document) -> None:
    """It stays a draft that waits for a person, as one does whose tax cannot be reckoned for want of an address."""
    invoice |= {
        "auto_advance": False,
        "automatically_finalizes_at": None,
        "last_finalization_error": {
            "code": "customer_tax_location_invalid",
            "message": "The customer's location isn't recognized. Set a valid customer address in order to "
            "automatically calculate tax.",
            "type": "invalid_request_error",
        },
    }
    turn.save(invoice, "invoice.updated")
    turn.emit("invoice.finalization_failed", invoice)


def mark_paid(turn: Turn, invoice: Document, *, off_stripe: bool = False) -> None:
    """Open to paid, told as ``invoice.paid`` and ``invoice.payment_succeeded``."""
    paid = invoice["amount_due"]
    invoice |= {
        "status": "paid",
        "amount_paid": paid,
        "amount_paid_off_stripe": paid if off_stripe else 0,
        "amount_remaining": 0,
        "attempted": True,
        "auto_advance": False,
        "next_payment_attempt": None,
        "status_transitions": {**invoice["status_transitions"], "paid_at": turn.at},
    }
    turn.unschedule(invoice, *_COLLECTING)
    turn.save(invoice, "invoice.paid")
    turn.emit("invoice.payment_succeeded", invoice)


def close(turn: Turn, invoice: Document, status: str) -> None:
    """Void the invoice or write it off: nothing more will be collected on it."""
    moment = {"void": "voided_at", "uncollectible": "marked_uncollectible_at"}[status]
    event = {"void": "invoice.voided", "uncollectible": "invoice.marked_uncollectible"}[status]
    if invoice["status"] not in ("open", "uncollectible"):
        raise invalid(f"You can only pass in open invoices. This invoice isn't open: it is {invoice['status']}.")
    invoice |= {
        "status": status,
        "auto_advance": False,
        "next_payment_attempt": None,
        "status_transitions": {**invoice["status_transitions"], moment: turn.at},
    }
    turn.unschedule(invoice, *_COLLECTING)
    turn.save(invoice, event)


def stop_collecting(turn: Turn, invoice: Document) -> None:
    """Leave the invoice as it is and advance it no further by itself."""
    invoice |= {"auto_advance": False, "next_payment_attempt": None, "automatically_finalizes_at": None}
    turn.unschedule(invoice, "finalize_invoice", *_COLLECTING)
    turn.save(invoice, "invoice.updated")
