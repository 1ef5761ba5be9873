"""``/v1/credit_notes``."""

from typing import Any

from stripe.params import (
    CreditNoteCreateParams,
    CreditNoteLineItemListParams,
    CreditNoteListParams,
    CreditNotePreviewLinesListParams,
    CreditNotePreviewParams,
    CreditNoteRetrieveParams,
    CreditNoteUpdateParams,
    CreditNoteVoidCreditNoteParams,
)

from newsroom.embedded.stripe.billing import credit_notes
from newsroom.embedded.stripe.errors import missing_param
from newsroom.embedded.stripe.paging import page, page_of, same
from newsroom.embedded.stripe.routing import merged, route
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn


@route("POST", "/v1/credit_notes", CreditNoteCreateParams, "shipping_cost")
def create(turn: Turn, params: dict[str, Any]) -> Document:
    return turn.present(_issue(turn, params))


def _issue(turn: Turn, params: dict[str, Any]) -> Document:
    if "invoice" not in params:
        raise missing_param("invoice")
    invoice = turn.find("invoice", params["invoice"], "invoice")
    return credit_notes.issue(turn.under(invoice), invoice, params)


def _rehearsed(turn: Turn, params: dict[str, Any]) -> Document:
    """The note as it would be: it is issued in a transaction that is rolled back."""
    with turn.store.transaction(keep=False):
        return turn.present(_issue(turn, params))


@route("GET", "/v1/credit_notes/preview", CreditNotePreviewParams, "shipping_cost")
def preview(turn: Turn, params: dict[str, Any]) -> Document:
    return _rehearsed(turn, params)


@route("GET", "/v1/credit_notes/preview/lines", CreditNotePreviewLinesListParams, "shipping_cost")
def preview_lines(turn: Turn, params: dict[str, Any]) -> Document:
    lines = _rehearsed(turn, params)["lines"]["data"]
    return page_of(lines, "/v1/credit_notes/preview/lines", params)


@route("GET", "/v1/credit_notes/{id}", CreditNoteRetrieveParams)
def retrieve(turn: Turn, params: dict[str, Any], note_id: str) -> Document:
    return turn.present(turn.find("credit_note", note_id))


@route("POST", "/v1/credit_notes/{id}", CreditNoteUpdateParams)
def update(turn: Turn, params: dict[str, Any], note_id: str) -> Document:
    note = merged(turn.find("credit_note", note_id), params, "memo metadata")
    turn.save(note, "credit_note.updated")
    return turn.present(note)


@route("POST", "/v1/credit_notes/{id}/void", CreditNoteVoidCreditNoteParams)
def void(turn: Turn, params: dict[str, Any], note_id: str) -> Document:
    note = turn.find("credit_note", note_id)
    credit_notes.void(turn.under(turn.find("invoice", note["invoice"])), note)
    return turn.present(note)


@route("GET", "/v1/credit_notes/{id}/lines", CreditNoteLineItemListParams)
def list_lines(turn: Turn, params: dict[str, Any], note_id: str) -> Document:
    lines = turn.present(turn.find("credit_note", note_id))["lines"]["data"]
    return page_of(lines, f"/v1/credit_notes/{note_id}/lines", params)


@route("GET", "/v1/credit_notes", CreditNoteListParams, "customer_account")
def list_all(turn: Turn, params: dict[str, Any]) -> Document:
    only = same(params, "customer", "invoice")
    return page(turn, "credit_note", "/v1/credit_notes", params, owner=params.get("invoice"), only=only)
