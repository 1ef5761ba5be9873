"""What is sold: making products and prices, and checking the ones that a request names."""

from typing import Any

from newsroom.embedded.stripe.errors import StripeError, invalid, missing_param, unmodelled
from newsroom.embedded.stripe.routing import merged
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn

_PRODUCT = (
    "active description images marketing_features metadata name package_dimensions shippable statement_descriptor "
    "tax_code unit_label url"
)
# The longest interval is three years, whatever it is counted in.
_LONGEST = {"day": 1095, "week": 156, "month": 36, "year": 3}


def make_product(turn: Turn, params: dict[str, Any]) -> Document:
    """A product, told as ``product.created``."""
    if "id" in params and turn.store.get(params["id"]):
        raise StripeError("Product already exists.", code="resource_already_exists", param="id")
    fields = {
        "active": True,
        "images": [],
        "marketing_features": [],
        "metadata": {},
        "type": params.get("type", "service"),
        "updated": turn.at,
    }
    identifier = {"id": params["id"]} if "id" in params else {}
    product = turn.new("product", {**change_product(fields, params), **identifier})
    turn.emit("product.created", product)
    return product


def change_product(product: Document, params: dict[str, Any]) -> Document:
    return merged(product, params, _PRODUCT)


def make_price(turn: Turn, params: dict[str, Any], path: str = "") -> Document:
    """A price of the product that ``params`` names or describes, told as ``price.created``.

    ``path`` is where the parameters stand, when that is inside another one.
    """
    amount = _amount(params, f"{path}[unit_amount]" if path else "unit_amount")
    product = _product_of(turn, params, path)
    fields = {
        "active": params.get("active", True),
        "billing_scheme": "per_unit",
        "currency": params["currency"].lower(),
        "lookup_key": None,
        "metadata": params.get("metadata") or {},
        "nickname": params.get("nickname"),
        "product": product,
        "recurring": _recurring(params["recurring"]) if "recurring" in params else None,
        "tax_behavior": params.get("tax_behavior", "unspecified"),
        "type": "recurring" if "recurring" in params else "one_time",
        "unit_amount": amount,
        "unit_amount_decimal": str(amount),
    }
    price = turn.new("price", fields, owner=product)
    claim_lookup_key(turn, price, params)
    turn.emit("price.created", price)
    return price


def _product_of(turn: Turn, params: dict[str, Any], path: str) -> str:
    named = f"{path}[product]" if path else "product"
    if "product" in params:
        return str(turn.find("product", params["product"], named)["id"])
    if "product_data" in params:
        return str(make_product(turn, params["product_data"])["id"])
    raise missing_param(named)


def _amount(params: dict[str, Any], param: str) -> int:
    if "unit_amount" in params:
        amount: int = params["unit_amount"]
    elif "unit_amount_decimal" in params:
        if "." in params["unit_amount_decimal"].rstrip("0").rstrip("."):
            raise unmodelled("unit_amount_decimal")
        amount = int(float(params["unit_amount_decimal"]))
    else:
        raise missing_param(param)
    if amount < 0:
        raise invalid("Invalid non-negative integer", param, "parameter_invalid_integer")
    return amount


def _recurring(given: dict[str, Any]) -> Document:
    if given.get("usage_type", "licensed") != "licensed":
        raise unmodelled("recurring[usage_type]")
    count = given.get("interval_count", 1)
    if not 1 <= count <= _LONGEST[given["interval"]]:
        raise invalid(
            "Invalid recurring[interval_count]: the longest interval is three years.", "recurring[interval_count]"
        )
    return {"interval": given["interval"], "interval_count": count, "usage_type": "licensed"}


def claim_lookup_key(turn: Turn, price: Document, params: dict[str, Any]) -> None:
    """A lookup key belongs to one price; ``transfer_lookup_key`` takes it from the price that has it."""
    key = params.get("lookup_key")
    if key is None:
        return
    for other in list(turn.select("price")):
        if key and other["lookup_key"] == key and other["id"] != price["id"]:
            if not params.get("transfer_lookup_key"):
                raise invalid(f"A price (`{other['id']}`) already uses that lookup key.", "lookup_key")
            other["lookup_key"] = None
            turn.save(other, "price.updated")
    price["lookup_key"] = key or None
    turn.store.put(price)


def recurring_item(turn: Turn, given: Document, param: str) -> Document:
    """The given item with its price id, checked: an active recurring price and a quantity that is not negative."""
    return item(turn, given, param, "recurring")


def item(turn: Turn, given: Document, param: str, kind: str) -> Document:
    """The same for prices of a kind, which is "recurring" or "one_time"."""
    if "price_data" in given:
        given = {**given, "price": make_price(turn, given["price_data"], f"{param}[price_data]")["id"]}
    if "price" not in given:
        raise invalid(f"Missing required param: {param}[price].", f"{param}[price]", "parameter_missing")
    price = turn.find("price", given["price"], f"{param}[price]")
    if not price["active"]:
        raise invalid("The price specified is inactive. This field only accepts active prices.", f"{param}[price]")
    if price["type"] != kind:
        message = f"The price specified is set to `type={price['type']}`: only {kind} prices are allowed."
        raise invalid(message, f"{param}[price]")
    if given.get("quantity", 1) < 0:
        raise invalid("Invalid quantity: must be zero or more.", f"{param}[quantity]")
    return given
