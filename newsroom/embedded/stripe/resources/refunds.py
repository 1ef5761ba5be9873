"""``/v1/refunds`` of card charges; they succeed at once. A refund ends nothing."""

from typing import Any

from stripe.params import RefundCreateParams, RefundListParams, RefundRetrieveParams, RefundUpdateParams

from newsroom.embedded.stripe.billing.money import written
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
    charge = _charge(turn, params)
    left = charge["amount_captured"] - charge["amount_refunded"]
    if left <= 0:
        raise invalid(f"Charge {charge['id']} has already been refunded.", None, "charge_already_refunded")
    amount = params.get("amount", left)
    if not 0 < amount <= left:
        sizes = f"Refund amount ({written(amount, charge['currency'])}) is greater than unrefunded amount on charge"
        raise invalid(
            f"{sizes} ({written(left, charge['currency'])})" if amount > 0 else "Invalid positive integer", "amount"
        )
    fields = {
        "amount": amount,
        "charge": charge["id"],
        "currency": charge["currency"],
        "destination_details": {"type": "card", "card": {"type": "refund", "reference_status": "pending"}},
        "metadata": params.get("metadata") or {},
        "payment_intent": charge["payment_intent"],
        "reason": params.get("reason"),
        "status": "succeeded",
    }
    refund = turn.new("refund", fields, owner=charge["id"])
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    turn.emit("refund.created", refund)
    turn.save(charge, "charge.refunded")
    return turn.present(refund)


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


@route("GET", "/v1/refunds", RefundListParams)
def list_all(turn: Turn, params: dict[str, Any]) -> Document:
    only = same(params, "payment_intent", "charge")
    return page(turn, "refund", "/v1/refunds", params, owner=params.get("charge"), only=only)
