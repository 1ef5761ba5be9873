"""``/v1/products``."""

from typing import Any

from stripe.params import (
    ProductCreateParams,
    ProductDeleteParams,
    ProductListParams,
    ProductRetrieveParams,
    ProductUpdateParams,
)

from newsroom.embedded.stripe.billing import catalogue
from newsroom.embedded.stripe.errors import invalid
from newsroom.embedded.stripe.paging import page, same
from newsroom.embedded.stripe.routing import route
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn


@route("POST", "/v1/products", ProductCreateParams)
def create(turn: Turn, params: dict[str, Any]) -> Document:
    product = catalogue.make_product(turn, params)
    if "default_price_data" in params:
        data = {**params["default_price_data"], "product": product["id"]}
        product["default_price"] = catalogue.make_price(turn, data, "default_price_data")["id"]
        turn.save(product, "product.updated")
    return turn.present(product)


@route("GET", "/v1/products/{id}", ProductRetrieveParams)
def retrieve(turn: Turn, params: dict[str, Any], product_id: str) -> Document:
    return turn.present(turn.find("product", product_id))


@route("POST", "/v1/products/{id}", ProductUpdateParams)
def update(turn: Turn, params: dict[str, Any], product_id: str) -> Document:
    product = catalogue.change_product(turn.find("product", product_id), params)
    if "default_price" in params:
        product["default_price"] = turn.find("price", params["default_price"], "default_price")["id"]
    product["updated"] = turn.at
    turn.save(product, "product.updated")
    return turn.present(product)


@route("DELETE", "/v1/products/{id}", ProductDeleteParams)
def delete(turn: Turn, params: dict[str, Any], product_id: str) -> Document:
    product = turn.find("product", product_id)
    if any(turn.select("price", product_id)):
        raise invalid(
            "This product cannot be deleted because it has one or more user-created prices. Archive it instead."
        )
    return turn.remove(product, "product.deleted")


@route("GET", "/v1/products", ProductListParams)
def list_all(turn: Turn, params: dict[str, Any]) -> Document:
    ids = params.get("ids")
    matches = same(params, "active", "shippable", "url", "type")
    return page(
        turn, "product", "/v1/products", params, only=lambda row: matches(row) and (not ids or row["id"] in ids)
    )
