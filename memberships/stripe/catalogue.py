"""Our products and plans at Stripe: pushed once, found by lookup key ever after, never silently at another price."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from memberships.models import Plan, Product
from memberships.stripe import client
from memberships.stripe.client import BillingError
from memberships.stripe.remote import RemotePrice


class CatalogueError(Exception):
    """Stripe's catalogue contradicts ours; the message says where and how to mend it."""


@dataclass(frozen=True)
class Pushed:
    """What became of one plan: whether its price was made now, or stood there already."""

    plan: Plan
    is_new: bool


def push(plans: Iterable[Plan]) -> list[Pushed]:
    """Make products and prices that are missing at Stripe and keep the ids of those that are there.

    Everything is compared before anything is made. Running it again changes nothing.

    Raises:
        CatalogueError: when a lookup key stands for another price there.
        BillingError: when Stripe could not be asked.
    """
    ordered = list(plans)
    found = client.find_prices([plan.lookup_key for plan in ordered])
    if complaints := [said for plan in ordered if (said := _contradiction(plan, found.get(plan.lookup_key)))]:
        raise CatalogueError("\n".join(complaints))
    return [_push(plan, found.get(plan.lookup_key)) for plan in ordered]


def ensure_portal(headline: str) -> bool:
    """Tell Stripe what its portal may offer, once; whether that had to be done now."""
    if client.has_portal():
        return False
    client.configure_portal(headline)
    return True


def price_id_of(plan: Plan) -> str:
    """The id of the plan's price at Stripe, looked up by its key the first time.

    Raises:
        BillingError: when Stripe could not be asked or has no such price at this amount.
    """
    if plan.stripe_id is None:
        try:
            push([plan])
        except CatalogueError as error:
            raise BillingError(str(error)) from error
    return plan.stripe_id or ""


def _contradiction(plan: Plan, price: RemotePrice | None) -> str:
    """A sentence when the price there is not the plan here; empty when it is, or when there is none yet."""
    if price is None or (price.amount, price.currency, price.interval) == (plan.amount, plan.currency, plan.interval):
        return ""
    return (
        f"Stripe's price “{plan.lookup_key}” is {price.amount} {price.currency} a {price.interval}, the plan here "
        f"{plan.amount} {plan.currency} a {plan.interval}. Prices never change: give the plan a new lookup key, "
        f"or take the key off the price at Stripe."
    )


def _push(plan: Plan, price: RemotePrice | None) -> Pushed:
    is_new = price is None
    if price is None:
        price = client.create_price(_price_params(plan, _product_id(plan.product)), key=f"price:{plan.lookup_key}")
    elif plan.product.stripe_id is None:
        _keep(plan.product, price.product_id)
    _keep(plan, price.id)
    return Pushed(plan, is_new)


def _product_id(product: Product) -> str:
    if product.stripe_id is None:
        key = f"product:{product.slug}"
        _keep(product, client.create_product(product.name, metadata={"slug": product.slug}, key=key))
    return product.stripe_id or ""


def _price_params(plan: Plan, product_id: str) -> dict[str, Any]:
    return {
        "product": product_id,
        "nickname": plan.name,
        "lookup_key": plan.lookup_key,
        "unit_amount": plan.amount,
        "currency": plan.currency,
        "recurring": {"interval": plan.interval},
        "tax_behavior": "exclusive",
        "metadata": {"plan": plan.lookup_key},
    }


def _keep(row: Plan | Product, stripe_id: str) -> None:
    if row.stripe_id != stripe_id:
        row.stripe_id = stripe_id
        row.save(update_fields=["stripe_id"])
