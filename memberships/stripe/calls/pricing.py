"""Products and prices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from memberships.stripe.client import PAGE, loose, sdk, translated, unless_missing
from memberships.stripe.remote import RemotePrice


@translated
def find_prices(lookup_keys: Sequence[str]) -> dict[str, RemotePrice]:
    """The prices with these lookup keys, by key, those that are closed among them."""
    found: dict[str, RemotePrice] = {}
    for start in range(0, len(lookup_keys), 10):  # Stripe takes ten keys at a time.
        params = {"lookup_keys": list(lookup_keys[start : start + 10]), "limit": PAGE}
        prices = [RemotePrice.read(price.to_dict()) for price in sdk().v1.prices.list(loose(params)).data]
        found |= {price.lookup_key: price for price in sorted(prices, key=lambda price: price.is_active)}
    return found


@translated
def create_price(params: dict[str, Any], *, key: str) -> RemotePrice:
    return RemotePrice.read(sdk().v1.prices.create(loose(params), {"idempotency_key": key}).to_dict())


@translated
def open_price(price_id: str, *, is_open: bool) -> None:
    """Sell at the price, or sell no more at it; subscriptions that have it go on."""
    sdk().v1.prices.update(price_id, {"active": is_open})


@translated
def product_name(product_id: str) -> str | None:
    """What Stripe calls the product; ``None`` where the account has no such product."""
    return unless_missing(lambda: sdk().v1.products.retrieve(product_id).name)


@translated
def create_product(name: str, *, metadata: dict[str, str], key: str) -> str:
    return sdk().v1.products.create({"name": name, "metadata": metadata}, {"idempotency_key": key}).id


@translated
def rename_product(product_id: str, name: str) -> None:
    sdk().v1.products.update(product_id, {"name": name})
