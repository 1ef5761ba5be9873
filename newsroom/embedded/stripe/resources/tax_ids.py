"""``/v1/customers/{id}/tax_ids``."""

from typing import Any

from stripe.params import (
    CustomerTaxIdCreateParams,
    CustomerTaxIdDeleteParams,
    CustomerTaxIdListParams,
    CustomerTaxIdRetrieveParams,
)

from newsroom.embedded.stripe.billing import tax_ids
from newsroom.embedded.stripe.errors import missing_param
from newsroom.embedded.stripe.paging import page
from newsroom.embedded.stripe.routing import route
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn

_URL = "/v1/customers/{id}/tax_ids"


@route("POST", _URL, CustomerTaxIdCreateParams)
def create(turn: Turn, params: dict[str, Any], customer_id: str) -> Document:
    for name in ("type", "value"):
        if not params.get(name):
            raise missing_param(name)
    customer = turn.find("customer", customer_id)
    return turn.present(tax_ids.give(turn.under(customer), customer, params["type"], params["value"]))


@route("GET", _URL, CustomerTaxIdListParams)
def list_all(turn: Turn, params: dict[str, Any], customer_id: str) -> Document:
    turn.find("customer", customer_id)
    return page(turn, "tax_id", f"/v1/customers/{customer_id}/tax_ids", params, owner=customer_id)


@route("GET", f"{_URL}/{{tax_id}}", CustomerTaxIdRetrieveParams)
def retrieve(turn: Turn, params: dict[str, Any], customer_id: str, tax_id: str) -> Document:
    return turn.present(tax_ids.find(turn, turn.find("customer", customer_id), tax_id))


@route("DELETE", f"{_URL}/{{tax_id}}", CustomerTaxIdDeleteParams)
def delete(turn: Turn, params: dict[str, Any], customer_id: str, tax_id: str) -> Document:
    customer = turn.find("customer", customer_id)
    return tax_ids.drop(turn.under(customer), customer, tax_id)
