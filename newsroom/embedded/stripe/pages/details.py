"""Who is billed, as the till and the portal ask for it: names, the address, the tax ID."""

from newsroom.embedded.stripe.billing import tax_ids
from newsroom.embedded.stripe.pages.cardform import Typed, address_fields, check_address, errors_summary, read_address
from newsroom.embedded.stripe.pages.rendering import Html, fill, join, when
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn

_PLAIN = ("name", "email", "phone")
_ADDRESS = ("line1", "city", "postal_code", "country")


def business_fields(typed: Typed) -> Html:
    """What a company says of itself at the till; whoever buys for themselves leaves it empty."""
    return fill(
        "details.business",
        name=typed.form.get("business-name", ""),
        number=typed.form.get("tax-id", ""),
        **typed.states(name="business-name", number="tax-id"),
    )


def check_business(typed: Typed) -> None:
    number = typed.form.get("tax-id", "").strip()
    if number and tax_ids.kind_of(number) is None:
        typed.errors["tax-id"] = tax_ids.UNKNOWN
    if number and not typed.form.get("business-name", "").strip():
        typed.errors["business-name"] = "Enter the name that the tax ID belongs to."


def read_business(typed: Typed) -> Document:
    number = typed.form.get("tax-id", "").strip()
    kind = tax_ids.kind_of(number)
    return {
        "business_name": typed.form.get("business-name", "").strip() or None,
        "tax_id": {"type": kind, "value": tax_ids.tidy(number)} if kind else None,
    }


def portal_form(home: str, allowed: set[str], customer: Document, typed: Typed) -> Html:
    """The details that the portal's configuration lets be changed, as they are or as they were typed."""
    now = Typed({**_known(customer), **typed.form}, typed.errors)
    fields = [
        fill("details.plain", field=name, label=name.title(), value=now.form[name], **now.states(plain=name))
        for name in _PLAIN
        if name in allowed
    ]
    if "address" in allowed:
        fields.append(address_fields(now, is_required=False))
    errors = Html("") if "tax-id" in typed.errors else errors_summary(typed)
    return when(fields, "details.form", home=home, errors=errors, fields=join(fields))


def _known(customer: Document) -> dict[str, str]:
    address = customer.get("address") or {}
    typed = {f"address-{name.replace('_', '-')}": address.get(name) or "" for name in _ADDRESS}
    return typed | {name: customer.get(name) or "" for name in _PLAIN}


def read_portal(allowed: set[str], typed: Typed) -> Document:
    """What of the customer was typed; what is wrong with it stands in ``typed.errors``."""
    given: Document = {
        name: value.strip() or None for name, value in typed.form.items() if name in allowed & set(_PLAIN)
    }
    if "email" in given and "@" not in (given["email"] or "").strip("@"):
        typed.errors["email"] = "That is not an email address: write it like name@example.com."
    address = read_address(typed) if "address" in allowed else None
    if address is not None:
        if any(address.values()):
            check_address(typed)
        given["address"] = address if any(address.values()) else None
    return given


def tax_ids_section(turn: Turn, home: str, customer: Document, typed: Typed) -> Html:
    rows = [fill("details.tax_id", home=home, **_said(row)) for row in tax_ids.of(turn, customer)]
    return fill(
        "details.tax_ids",
        home=home,
        errors=errors_summary(typed) if "tax-id" in typed.errors else Html(""),
        rows=when(rows, "details.tax_id_list", rows=join(rows)),
        number=typed.form.get("tax-id", ""),
        **typed.states(number="tax-id"),
    )


def _said(row: Document) -> dict[str, str]:
    return {"id": row["id"], "value": row["value"], "kind": row["type"].replace("_", " ").upper()}


def on_invoice(invoice: Document) -> list[str]:
    """Whom an invoice is for, line by line."""
    address = invoice["customer_address"] or {}
    town = " ".join(filter(None, (address.get("postal_code"), address.get("city"))))
    lines = [
        invoice["customer_name"] or invoice["customer_email"] or invoice["customer"],
        address.get("line1"),
        ", ".join(filter(None, (town, address.get("country")))),
        *(f"Tax ID {number['value']}" for number in invoice["customer_tax_ids"]),
    ]
    return [line for line in lines if line]
