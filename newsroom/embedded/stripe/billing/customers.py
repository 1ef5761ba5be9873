"""Customers as they are made, through the API or on the checkout page."""

from newsroom.embedded.stripe.store import Document, new_id
from newsroom.embedded.stripe.turn import Turn


def make(turn: Turn, fields: Document) -> Document:
    """A customer with the given fields over the usual ones, told as ``customer.created``."""
    usual = {
        "balance": 0,
        "delinquent": False,
        "invoice_prefix": new_id("", 8)[1:].upper(),
        "invoice_settings": {},
        "metadata": {},
        "next_invoice_sequence": 1,
        "preferred_locales": [],
        "tax_exempt": "none",
        "test_clock": None,
    }
    customer = turn.new("customer", {**usual, **fields})
    turn.emit("customer.created", customer)
    return customer
