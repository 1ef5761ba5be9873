"""``/v1/refunds`` of card charges."""

from typing import Any

from stripe.params import (
    RefundCancelParams,
    RefundCreateParams,
    RefundListParams,
    RefundRetrieveParams,
    RefundUpdateParams,
)

from newsroom.embedded.stripe.billing import refunds
from newsroom.embedded.stripe.errors import invalid
from newsroom.embedded.stripe.paging import page, same
from newsroom.embedded.stripe.routing import merged, route
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn


@route(
    "POST",
    "/v1/refunds",
    RefundCreateParams,
    "currency customer instructions_email origin refund_application_fee reverse_transfer",
)
def create(turn: Turn, params: dict[str, Any]) -> Document:
    return turn.present(refunds.make(turn, _charge(turn, params), params.get("amount"), params))


def _charge(turn: Turn, params: dict[str, Any]) -> Document:
    if "charge" in params:
        charge = turn.find("charge", params["charge"], "charge")
    elif "payment_intent" in params:
        intent = turn.find("payment_intent", params["payment_intent"], "payment_intent")
        if not intent.get("latest_charge"):
            raise invalid("This PaymentIntent does not have a successful charge to refund.", "payment_intent")
        charge = turn.find("charge", intent["latest_charge"])
    else:
        raise invalid("One of the following params should be provided for this request: payment_intent or charge.")
    if charge["status"] != "succeeded":
        raise invalid(f"Charge {charge['id']} did not succeed: there is nothing to refund.", "charge")
    return charge


@route("GET", "/v1/refunds/{id}", RefundRetrieveParams)
def retrieve(turn: Turn, params: dict[str, Any], refund_id: str) -> Document:
    return turn.present(turn.find("refund", refund_id))


@route("POST", "/v1/refunds/{id}", RefundUpdateParams)
def update(turn: Turn, params: dict[str, Any], refund_id: str) -> Document:
    refund = merged(turn.find("refund", refund_id), params, "metadata")
    turn.save(refund, "refund.updated")
    return turn.present(refund)


@route("POST", "/v1/refunds/{id}/cancel", RefundCancelParams)
def cancel(turn: Turn, params: dict[str, Any], refund_id: str) -> Document:
    """Only while the customer is still asked where the money is to go."""
    refund = turn.find("refund", refund_id)
    if refund["status"] != "requires_action":
        raise invalid(f"Only a refund that requires action can be canceled. This one is {refund['status']}.")
    refunds.move(turn, refund, "canceled")
    return turn.present(refund)


@route("GET", "/v1/refunds", RefundListParams)
def list_all(turn: Turn, params: dict[str, Any]) -> Document:
    only = same(params, "payment_intent", "charge")
    return page(turn, "refund", "/v1/refunds", params, owner=params.get("charge"), only=only)
