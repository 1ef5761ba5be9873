"""The hosted invoice: what it is for, what is still to be paid, a card to pay it with, and a copy on paper."""

from newsroom.embedded.stripe import cards
from newsroom.embedded.stripe.billing import collection, methods
from newsroom.embedded.stripe.billing.money import written
from newsroom.embedded.stripe.errors import StripeError
from newsroom.embedded.stripe.pages import challenge, details, pdf
from newsroom.embedded.stripe.pages.cardform import Typed, card_fields, errors_summary, read_card, test_cards
from newsroom.embedded.stripe.pages.rendering import Html, day, fill, join, when
from newsroom.embedded.stripe.pages.screens import Page, Visit, html, redirect, screen
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn

_STATES = {"open": "To be paid", "paid": "Paid", "void": "Void", "uncollectible": "Written off"}


def _find(visit: Visit, invoice_id: str) -> tuple[Turn, Document]:
    turn = visit.turn()
    invoice = turn.store.get(invoice_id, "invoice")
    if invoice is None or invoice["status"] == "draft":
        raise StripeError("There is no such invoice here.", status=404)
    return turn.under(invoice), invoice


@screen("GET", "/i/{id}")
def show(visit: Visit, invoice_id: str) -> Page:
    with visit.stand_in.store.transaction():
        turn, invoice = _find(visit, invoice_id)
        failed = visit.asked().get("problem") == "authentication"
        return _page(turn, invoice, Typed(errors={"card-number": challenge.FAILED} if failed else {}))


@screen("GET", "/i/{id}/pdf")
def paper(visit: Visit, invoice_id: str) -> Page:
    with visit.stand_in.store.transaction():
        _, invoice = _find(visit, invoice_id)
    disposition = f'inline; filename="invoice-{invoice["number"]}.pdf"'
    return Page(
        200, pdf.of_lines(_on_paper(invoice)), {"Content-Type": "application/pdf", "Content-Disposition": disposition}
    )


def _on_paper(invoice: Document) -> list[str]:
    currency = invoice["currency"]
    rows = [f"{line['description']}    {written(line['amount'], currency)}" for line in invoice["_lines"]]
    return [
        f"Invoice {invoice['number']}",
        "Development stand-in. Not Stripe. No money moves.",
        "",
        *_to(invoice),
        f"Date: {day(invoice['created'])}",
        f"State: {_STATES[invoice['status']]}" + (f", due {day(invoice['due_date'])}" if invoice["due_date"] else ""),
        "",
        *rows,
        "",
        f"Total    {written(invoice['total'], currency)}",
        f"Paid    {written(invoice['amount_paid'], currency)}",
        f"Remaining    {written(invoice['amount_remaining'], currency)}",
    ]


def _to(invoice: Document) -> list[str]:
    first, *others = details.on_invoice(invoice)
    return [f"For: {first}", *others]


@screen("GET", "/i/{id}/credit")
def credit(visit: Visit, note_id: str) -> Page:
    """A credit note on paper."""
    with visit.stand_in.store.transaction():
        turn = visit.turn()
        note = turn.find("credit_note", note_id)
        invoice = turn.find("invoice", note["invoice"])
    rows = [f"{line['description']}    {written(line['amount'], note['currency'])}" for line in note["_lines"]]
    lines = [
        f"Credit note {note['number']} to invoice {invoice['number']}",
        "Development stand-in. Not Stripe. No money moves.",
        "",
        *_to(invoice),
        f"Date: {day(note['effective_at'])}",
        "",
        *rows,
        "",
        f"Total    {written(note['total'], note['currency'])}",
    ]
    disposition = f'inline; filename="credit-note-{note["number"]}.pdf"'
    return Page(200, pdf.of_lines(lines), {"Content-Type": "application/pdf", "Content-Disposition": disposition})


@screen("POST", "/i/{id}")
def pay(visit: Visit, invoice_id: str) -> Page:
    with visit.stand_in.store.transaction():
        turn, invoice = _find(visit, invoice_id)
        typed = Typed(visit.form())
        method = read_card(turn, typed) if invoice["status"] == "open" else None
        if method is None:
            return _page(turn, invoice, typed)
        if cards.fate(method).challenge != "never":
            return challenge.begin(turn, "invoice", invoice_id, method, {})
        return _pay(turn, invoice, method, typed)


def _pay(turn: Turn, invoice: Document, method: Document, typed: Typed) -> Page:
    """Try the card. A card that paid is kept for the subscription, which may have been in want of one."""
    decline = collection.pay(turn, invoice, method, on_session=True)
    if decline is not None:
        typed.refuse(cards.error(decline))
        return _page(turn, invoice, typed)
    customer = turn.find("customer", invoice["customer"])
    methods.attach(turn, method, customer)
    if invoice["collection_method"] == "charge_automatically":
        methods.make_default(turn, customer, method)
    return redirect(f"/i/{invoice['id']}")


def _finish_challenge(visit: Visit, invoice_id: str, method: Document, _billed: Document) -> Page:
    turn, invoice = _find(visit, invoice_id)
    return _pay(turn, invoice, method, Typed()) if invoice["status"] == "open" else redirect(f"/i/{invoice_id}")


challenge.register("invoice", _finish_challenge, "/i/{}")


def _page(turn: Turn, invoice: Document, typed: Typed) -> Page:
    currency = invoice["currency"]
    form = fill(
        "invoice.pay",
        invoice=invoice["id"],
        errors=errors_summary(typed),
        fields=card_fields(typed),
        amount=written(invoice["amount_remaining"], currency),
        tests=test_cards(turn),
    )
    body = fill(
        "invoice.page",
        number=invoice["number"],
        headline=written(invoice["amount_remaining"] if invoice["status"] == "open" else invoice["total"], currency),
        state=_STATES[invoice["status"]],
        kind=invoice["status"],
        due=when(invoice["due_date"], "invoice.row", name="Due", value=day(invoice["due_date"] or 0)),
        date=day(invoice["created"]),
        to=join([fill("invoice.to", line=line) for line in details.on_invoice(invoice)]),
        lines=join([_line(line) for line in invoice["_lines"]]),
        discount=_discount(invoice),
        subtotal=written(invoice["subtotal"], currency),
        total=written(invoice["total"], currency),
        paid=when(invoice["amount_paid"], "invoice.row", name="Paid", value=written(invoice["amount_paid"], currency)),
        pdf=f"/i/{invoice['id']}/pdf",
        form=form if invoice["status"] == "open" else Html(""),
    )
    return html(f"Invoice {invoice['number']}", body, status=422 if typed.errors else 200)


def _line(line: Document) -> Html:
    period = f"{day(line['period']['start'])} to {day(line['period']['end'])}"
    return fill(
        "invoice.line", text=line["description"], period=period, amount=written(line["amount"], line["currency"])
    )


def _discount(invoice: Document) -> Html:
    off = sum(entry["amount"] for entry in invoice["total_discount_amounts"])
    return when(off, "invoice.row", name="Discount", value=written(-off, invoice["currency"]))
