"""``/v1/prices``: fixed amounts per unit, once or recurring."""

from typing import Any

from stripe.params import PriceCreateParams, PriceListParams, PriceRetrieveParams, PriceUpdateParams

from newsroom.embedded.stripe.billing import catalogue
from newsroom.embedded.stripe.errors import invalid
from newsroom.embedded.stripe.paging import page, same
from newsroom.embedded.stripe.routing import merged, route
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn


@route(
    "POST",
    "/v1/prices",
    PriceCreateParams,
    "billing_scheme currency_options custom_unit_amount tiers tiers_mode transform_quantity",
)
def create(turn: Turn, params: dict[str, Any]) -> Document:
    return turn.present(catalogue.make_price(turn, params))


@route("GET", "/v1/prices/{id}", PriceRetrieveParams)
def retrieve(turn: Turn, params: dict[str, Any], price_id: str) -> Document:
    return turn.present(turn.find("price", price_id))


@route("POST", "/v1/prices/{id}", PriceUpdateParams, "currency_options")
def update(turn: Turn, params: dict[str, Any], price_id: str) -> Document:
    """Amounts never change; what may change is how the price is found and described."""
    price = turn.find("price", price_id)
    changed = merged(price, params, "active metadata nickname tax_behavior")
    if price["tax_behavior"] not in ("unspecified", changed["tax_behavior"]):
        raise invalid("The tax_behavior of a price cannot be changed once it is set.", "tax_behavior")
    if "lookup_key" in params:
        keyed = {**price}
        catalogue.claim_lookup_key(turn, keyed, params)
        changed["lookup_key"] = keyed["lookup_key"]
        turn.store.put(price)
    turn.save(changed, "price.updated")
    return turn.present(changed)


@route("GET", "/v1/prices", PriceListParams)
def list_all(turn: Turn, params: dict[str, Any]) -> Document:
    keys = params.get("lookup_keys")
    recurring = params.get("recurring", {})
    matches = same(params, "active", "currency", "type")

    def wanted(price: Document) -> bool:
        terms = price["recurring"] or {}
        return (
            matches(price)
            and (not keys or price["lookup_key"] in keys)
            and all(terms.get(name) == value for name, value in recurring.items())
        )

    return page(turn, "price", "/v1/prices", params, owner=params.get("product"), only=wanted)
