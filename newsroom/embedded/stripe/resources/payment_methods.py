"""``/v1/payment_methods``: cards only."""

from typing import Any

from stripe.params import (
    PaymentMethodAttachParams,
    PaymentMethodCreateParams,
    PaymentMethodDetachParams,
    PaymentMethodListParams,
    PaymentMethodRetrieveParams,
    PaymentMethodUpdateParams,
)

from newsroom.embedded.stripe import cards
from newsroom.embedded.stripe.billing import methods
from newsroom.embedded.stripe.errors import invalid, missing_param, unmodelled
from newsroom.embedded.stripe.paging import page, same
from newsroom.embedded.stripe.routing import merged, route
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn


@route("POST", "/v1/payment_methods", PaymentMethodCreateParams, "customer payment_method")
def create(turn: Turn, params: dict[str, Any]) -> Document:
    """From a token of the test mode such as ``tok_visa``; numbers are typed on the hosted pages only."""
    if params.get("type") != "card":
        raise unmodelled("type")
    token = params.get("card", {}).get("token")
    if token is None:
        raise missing_param("card[token]")
    card = cards.by_token(token.replace("tok_", "pm_card_", 1))
    if card is None:
        raise invalid(f"No such token: '{token}'", "card[token]", "resource_missing")
    method = methods.make(turn, card, 12, methods.years_from(turn, 3), params.get("billing_details"))
    return turn.present(method)


@route("GET", "/v1/payment_methods/{id}", PaymentMethodRetrieveParams)
def retrieve(turn: Turn, params: dict[str, Any], method_id: str) -> Document:
    return turn.present(turn.find("payment_method", method_id))


@route("POST", "/v1/payment_methods/{id}", PaymentMethodUpdateParams)
def update(turn: Turn, params: dict[str, Any], method_id: str) -> Document:
    method = turn.find("payment_method", method_id)
    changed = merged(method, params, "allow_redisplay billing_details metadata")
    if "card" in params:
        changed["card"] = merged(method["card"], params["card"], "exp_month exp_year")
    turn.save(changed, "payment_method.updated")
    return turn.present(changed)


@route("POST", "/v1/payment_methods/{id}/attach", PaymentMethodAttachParams)
def attach(turn: Turn, params: dict[str, Any], method_id: str) -> Document:
    if "customer" not in params:
        raise missing_param("customer")
    customer = turn.find("customer", params["customer"], "customer")
    return turn.present(methods.attach(turn, methods.find(turn, method_id), customer))


@route("POST", "/v1/payment_methods/{id}/detach", PaymentMethodDetachParams)
def detach(turn: Turn, params: dict[str, Any], method_id: str) -> Document:
    return turn.present(methods.detach(turn, turn.find("payment_method", method_id)))


@route("GET", "/v1/payment_methods", PaymentMethodListParams)
def list_all(turn: Turn, params: dict[str, Any]) -> Document:
    if "customer" in params:
        turn.find("customer", params["customer"], "customer")
    only = same(params, "customer", "type", "allow_redisplay")
    return page(turn, "payment_method", "/v1/payment_methods", params, owner=params.get("customer"), only=only)
