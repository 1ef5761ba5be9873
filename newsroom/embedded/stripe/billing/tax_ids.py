"""Numbers by which tax offices know a company: a customer's own, kept beside them and printed on their invoices."""

import re

from newsroom.embedded.stripe.errors import invalid
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn

_EU = "AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
# The kinds that the form of a number tells apart, as Stripe writes them; its API takes every kind by name.
_FORMS = (
    ("eu_vat", rf"({'|'.join(_EU.split())})[0-9A-Z+*]{{2,12}}"),
    ("gb_vat", r"GB(\d{9}|\d{12}|(GD|HA)\d{3})"),
    ("ch_vat", r"CHE\d{9}(MWST|TVA|IVA)"),
    ("no_vat", r"\d{9}MVA"),
    ("us_ein", r"\d{2}-\d{7}"),
    ("tr_tin", r"\d{10}"),
    ("au_abn", r"\d{11}"),
    ("ae_trn", r"\d{15}"),
)
UNKNOWN = "That is no tax ID we know. Write it with its country, like DE123456789, GB123456789 or 12-3456789."


def kind_of(number: str) -> str | None:
    """What kind of number was typed; None for one of no known form."""
    return next((kind for kind, form in _FORMS if re.fullmatch(form, tidy(number))), None)


def tidy(number: str) -> str:
    """Without the spaces and dots that people put into it."""
    return re.sub(r"[\s.]", "", number).upper()


def give(turn: Turn, customer: Document, kind: str, number: str) -> Document:
    """Keep a number for the customer, who may have it already.

    Raises:
        StripeError: when the number is empty.
    """
    value = tidy(number)
    if not value:
        raise invalid("Invalid value for tax ID.", "value", "tax_id_invalid")
    for held in of(turn, customer):
        if (held["type"], held["value"]) == (kind, value):
            return held
    row = turn.new(
        "tax_id",
        {
            "country": {"eu": value[:2].replace("EL", "GR")}.get(kind[:2], kind[:2].upper()),
            "customer": customer["id"],
            "owner": {"customer": customer["id"], "type": "customer"},
            "type": kind,
            "value": value,
            "verification": {"status": "pending", "verified_address": None, "verified_name": None},
        },
    )
    turn.emit("customer.tax_id.created", row)
    return row


def of(turn: Turn, customer: Document) -> list[Document]:
    """The customer's numbers, the oldest first."""
    return list(turn.select("tax_id", customer["id"], oldest_first=True))


def shown(turn: Turn, customer: Document) -> list[Document]:
    """As a Checkout Session and an invoice say them."""
    return [{"type": row["type"], "value": row["value"]} for row in of(turn, customer)]


def drop(turn: Turn, customer: Document, identifier: str) -> Document:
    """Take one of the customer's numbers away.

    Raises:
        StripeError: when it is none of theirs.
    """
    row = find(turn, customer, identifier)
    return turn.remove(row, "customer.tax_id.deleted")


def find(turn: Turn, customer: Document, identifier: str) -> Document:
    """One of the customer's numbers.

    Raises:
        StripeError: when it is none of theirs.
    """
    row = turn.find("tax_id", identifier)
    if row["customer"] != customer["id"]:
        raise invalid(f"No such tax ID: '{identifier}'", "id", "resource_missing")
    return row
