"""Credit notes: what an invoice, once it is out, is corrected by.

Of an open invoice a note takes something off what is still to be paid. Of a paid one it says how the money goes back:
as a refund, as a credit to the customer's balance, or outside Stripe.
"""

from typing import Any

from newsroom.embedded.stripe.billing import charges, collection, refunds
from newsroom.embedded.stripe.billing.money import written
from newsroom.embedded.stripe.errors import invalid, unmodelled
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn


def issue(turn: Turn, invoice: Document, params: dict[str, Any]) -> Document:
    """A new note, told as ``credit_note.created`` after what it did to the invoice.

    Raises:
        StripeError: when it is more than there is to correct, or does not add up.
    """
    if invoice["status"] not in ("open", "paid"):
        raise invalid(f"You cannot credit an invoice that is {invoice['status']}.", "invoice")
    lines = _lines(turn, invoice, params)
    sums = _sums(lines)
    paid = invoice["status"] == "paid"
    _check_size(invoice, sums["total"])
    note = turn.new(
        "credit_note",
        {
            **sums,
            "amount": sums["total"],
            "currency": invoice["currency"],
            "customer": invoice["customer"],
            "effective_at": params.get("effective_at", turn.at),
            "invoice": invoice["id"],
            "memo": params.get("memo"),
            "metadata": params.get("metadata") or {},
            "number": _number(turn, invoice),
            "out_of_band_amount": params.get("out_of_band_amount"),
            "post_payment_amount": sums["total"] if paid else 0,
            "pre_payment_amount": 0 if paid else sums["total"],
            "reason": params.get("reason"),
            "refunds": [],
            "status": "issued",
            "type": "post_payment" if paid else "pre_payment",
            "_lines": lines,
        },
        owner=invoice["id"],
    )
    note["pdf"] = f"{turn.base_url}/i/{note['id']}/credit"
    if paid:
        note["refunds"] = _pay_back(turn, invoice, sums["total"], params)
        invoice["post_payment_credit_notes_amount"] = (
            invoice.get("post_payment_credit_notes_amount", 0) + note["amount"]
        )
        turn.save(invoice, "invoice.updated")
    else:
        _take_off(turn, invoice, note["amount"], params)
    turn.save(note, "credit_note.created")
    return note


def _lines(turn: Turn, invoice: Document, params: dict[str, Any]) -> list[Document]:
    if ("lines" in params) == ("amount" in params):
        raise invalid("One of `amount`, `lines`, or `shipping_cost` must be provided.", "amount")
    if "amount" in params:
        given = [{"type": "custom_line_item", "unit_amount": params["amount"], "quantity": 1, "description": "Credit"}]
    else:
        given = params["lines"]
    return [_line(turn, invoice, entry, f"lines[{index}]") for index, entry in enumerate(given)]


def _line(turn: Turn, invoice: Document, given: Document, param: str) -> Document:
    for name in ("tax_amounts", "tax_rates", "unit_amount_decimal"):
        if name in given:
            raise unmodelled(f"{param}[{name}]")
    if given["type"] == "custom_line_item":
        quantity, off = given.get("quantity", 1), 0
        amount, described = given.get("unit_amount", 0) * quantity, given.get("description")
    else:
        source = next((line for line in invoice["_lines"] if line["id"] == given.get("invoice_line_item")), None)
        if source is None:
            raise invalid(
                "No such invoice line item on this invoice.", f"{param}[invoice_line_item]", "resource_missing"
            )
        quantity = given.get("quantity", source["quantity"])
        whole = round(source["amount"] * quantity / source["quantity"]) if source["quantity"] else source["amount"]
        amount, described = given.get("amount", whole), source["description"]
        off = _discount_on(invoice, amount)
    if amount <= 0:
        raise invalid("A credit note line must be more than zero.", param)
    return {
        **turn.sketch("credit_note_line_item"),
        "amount": amount,
        "description": described,
        "discount_amount": off,
        "invoice_line_item": given.get("invoice_line_item"),
        "metadata": given.get("metadata") or {},
        "quantity": quantity,
        "type": given["type"],
        "unit_amount": given.get("unit_amount"),
    }


def _discount_on(invoice: Document, amount: int) -> int:
    """The share of the invoice's discounts that fell on this part of it."""
    taken = sum(entry["amount"] for entry in invoice["total_discount_amounts"])
    return round(taken * amount / invoice["subtotal"]) if taken else 0


def _sums(lines: list[Document]) -> Document:
    subtotal = sum(line["amount"] for line in lines)
    off = sum(line["discount_amount"] for line in lines)
    return {
        "discount_amount": off,
        "subtotal": subtotal,
        "subtotal_excluding_tax": subtotal,
        "total": subtotal - off,
        "total_excluding_tax": subtotal - off,
    }


def _check_size(invoice: Document, total: int) -> None:
    credited = invoice.get("post_payment_credit_notes_amount", 0)
    left = invoice["amount_paid"] - credited if invoice["status"] == "paid" else invoice["amount_remaining"]
    if total > left:
        sizes = (
            f"The sum of credit amount, refund amount and out of band amount ({written(total, invoice['currency'])})"
        )
        raise invalid(f"{sizes} is more than can be credited ({written(left, invoice['currency'])}).", "amount")


def _number(turn: Turn, invoice: Document) -> str:
    earlier = sum(1 for _ in turn.select("credit_note", invoice["id"]))
    return f"{invoice['number']}-CN-{earlier + 1:02d}"


def _take_off(turn: Turn, invoice: Document, amount: int, params: dict[str, Any]) -> None:
    """Less is to be paid on the open invoice; when nothing is left, it is paid."""
    for name in ("credit_amount", "out_of_band_amount", "refund_amount", "refunds"):
        if params.get(name):
            raise invalid(f"An open invoice has nothing to give back: `{name}` is for paid ones.", name)
    adjust(turn, invoice, -amount)
    if invoice["amount_remaining"] == 0:
        charges.release(turn, invoice, "automatic")
        collection.settle(turn, invoice)


def adjust(turn: Turn, invoice: Document, by: int) -> None:
    """Change what is still to be paid on an open invoice, and what its intent will collect."""
    invoice["pre_payment_credit_notes_amount"] = invoice.get("pre_payment_credit_notes_amount", 0) - by
    invoice |= {name: invoice[name] + by for name in ("amount_due", "amount_remaining")}
    charges.reprice(turn, invoice)
    turn.save(invoice, "invoice.updated")


def _pay_back(turn: Turn, invoice: Document, total: int, params: dict[str, Any]) -> list[Document]:
    """Give the money back in the ways that are named; the refunds among them, as the note lists them."""
    linked = [_linked(turn, entry, f"refunds[{index}]") for index, entry in enumerate(params.get("refunds", []))]
    ways = [params.get(name, 0) for name in ("credit_amount", "out_of_band_amount", "refund_amount")]
    named = sum(ways) + sum(entry["amount_refunded"] for entry in linked)
    if named != total:
        raise invalid(
            "The sum of credit amount, refund amount and out of band amount must equal the credit note amount "
            f"({written(total, invoice['currency'])}).",
            "refund_amount",
        )
    if params.get("credit_amount"):
        customer = turn.find("customer", invoice["customer"])
        customer["balance"] = customer.get("balance", 0) - params["credit_amount"]
        turn.save(customer, "customer.updated")
    if params.get("refund_amount"):
        refund = refunds.make(turn, _charge(turn, invoice), params["refund_amount"], {})
        linked.append({"amount_refunded": refund["amount"], "refund": refund["id"], "type": "refund"})
    return linked


def _linked(turn: Turn, given: Document, param: str) -> Document:
    if given.get("type", "refund") != "refund" or "refund" not in given:
        raise unmodelled(f"{param}[payment_record_refund]")
    refund = turn.find("refund", given["refund"], f"{param}[refund]")
    return {"amount_refunded": given.get("amount_refunded", refund["amount"]), "refund": refund["id"], "type": "refund"}


def _charge(turn: Turn, invoice: Document) -> Document:
    intent = turn.store.get(invoice.get("_payment_intent") or "", "payment_intent") or {}
    if intent.get("status") != "succeeded":
        raise invalid("This invoice was not paid by a charge that can be refunded.", "refund_amount")
    return turn.find("charge", intent["latest_charge"])


def void(turn: Turn, note: Document) -> None:
    """Take a note back. Only while its invoice is open: what was given back cannot be called back."""
    invoice = turn.find("invoice", note["invoice"])
    if note["status"] != "issued" or invoice["status"] != "open":
        raise invalid("Only a credit note that was issued for an open invoice can be voided.")
    note |= {"status": "void", "voided_at": turn.at}
    adjust(turn, invoice, note["amount"])
    turn.save(note, "credit_note.voided")
