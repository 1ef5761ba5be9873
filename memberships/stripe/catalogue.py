"""Our products and plans at Stripe: pushed once, found by lookup key ever after, never silently at another price.

Every id is kept with a hash of the key it was learned with, and believed under no other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from memberships.models import Plan, Product
from memberships.stripe import client
from memberships.stripe.calls import pricing
from memberships.stripe.client import BillingError
from memberships.stripe.remote import RemotePrice


class CatalogueError(Exception):
    """Stripe's catalogue contradicts ours; the message says where and how to mend it."""


@dataclass(frozen=True)
class Step:
    """What became of one thing at Stripe: its name, and in a word or two what was done about it."""

    subject: str
    done: str
    stripe_id: str = ""

    def __str__(self) -> str:
        return f"{self.subject}: {self.done}" + (f", {self.stripe_id}" if self.stripe_id else "")


_THERE = "there already"


def push(plans: Iterable[Plan]) -> list[Step]:
    """Make products and prices that are missing at Stripe and keep the ids of those that are there.

    Everything is compared before anything is made. Running it again changes nothing.

    Raises:
        CatalogueError: when a lookup key stands for another price there.
        BillingError: when Stripe could not be asked.
    """
    ordered = list(plans)
    found = pricing.find_prices([plan.lookup_key for plan in ordered])
    if complaints := [said for plan in ordered if (said := _contradiction(plan, found.get(plan.lookup_key)))]:
        raise CatalogueError("\n".join(complaints))
    return [_push(plan, found.get(plan.lookup_key)) for plan in ordered]


def close_archived(plans: Iterable[Plan]) -> list[Step]:
    """Close the prices of these plans, so that nobody can be sold them from Stripe's own pages either."""
    ordered = list(plans)
    found = pricing.find_prices([plan.lookup_key for plan in ordered])
    steps = []
    for plan in ordered:
        price = found.get(plan.lookup_key)
        if price is not None and price.is_active:
            pricing.open_price(price.id, is_open=False)
            steps.append(Step(plan.lookup_key, "closed", price.id))
    return steps


def rename(products: Iterable[Product]) -> list[Step]:
    """Have Stripe call the products what we call them; it is what stands on invoices and on its pages."""
    steps = []
    for product in products:
        known = known_id(product)
        name = pricing.product_name(known) if known else None
        if known and name is not None and name != product.name:
            pricing.rename_product(known, product.name)
            steps.append(Step(f"product {product.slug}", f"renamed from “{name}”", known))
    return steps


def price_id_of(plan: Plan) -> str:
    """The id of the plan's price at Stripe, looked up by its key the first time.

    Raises:
        BillingError: when Stripe could not be asked or has no such price at this amount.
    """
    if known_id(plan) is None:
        try:
            push([plan])
        except CatalogueError as error:
            raise BillingError(str(error)) from error
    return plan.stripe_id or ""


def known_id(row: Plan | Product) -> str | None:
    """The row's id at Stripe, if it was learned with the key in use."""
    return row.stripe_id if row.stripe_key_hash == client.key_hash() else None


def _contradiction(plan: Plan, price: RemotePrice | None) -> str:
    """A sentence when the price there is not the plan here; empty when it is, or when there is none yet."""
    interval = "" if plan.interval == Plan.Interval.ONCE else plan.interval
    if price is None or (price.amount, price.currency, price.interval) == (plan.amount, plan.currency, interval):
        return ""
    return (
        f"Stripe's price “{plan.lookup_key}” is {price.amount} {price.currency} {_how_often(price.interval)}, the plan "
        f"here {plan.amount} {plan.currency} {_how_often(plan.interval)}. Prices never change: give the plan a new "
        f"lookup key, or take the key off the price at Stripe."
    )


def _how_often(interval: str) -> str:
    return "once" if interval in {"", Plan.Interval.ONCE} else f"a {interval}"


def _push(plan: Plan, price: RemotePrice | None) -> Step:
    done = _THERE
    if price is None:
        price, done = _made(plan), "made"
    elif not price.is_active:
        pricing.open_price(price.id, is_open=True)
        done = "opened again"
    if known_id(plan.product) is None:
        _keep(plan.product, price.product_id)
    _keep(plan, price.id)
    return Step(plan.lookup_key, done, price.id)


def _made(plan: Plan) -> RemotePrice:
    return pricing.create_price(_price_params(plan, _product_id(plan.product)), key=f"price:{plan.lookup_key}")


def _product_id(product: Product) -> str:
    known = known_id(product)
    if known is None:
        key = f"product:{product.slug}"
        known = pricing.create_product(product.name, metadata={"slug": product.slug}, key=key)
        _keep(product, known)
    return known


def _price_params(plan: Plan, product_id: str) -> dict[str, Any]:
    recurring = {} if plan.interval == Plan.Interval.ONCE else {"recurring": {"interval": plan.interval}}
    return {
        "product": product_id,
        "nickname": plan.name,
        "lookup_key": plan.lookup_key,
        "unit_amount": plan.amount,
        "currency": plan.currency,
        "tax_behavior": "exclusive",
        "metadata": {"plan": plan.lookup_key},
        **recurring,
    }


def _keep(row: Plan | Product, stripe_id: str) -> None:
    """Write the id down, past the model's signals: no reader's page shows it, so none has to be made anew."""
    key_hash = client.key_hash()
    if (row.stripe_id, row.stripe_key_hash) != (stripe_id, key_hash):
        row.stripe_id, row.stripe_key_hash = stripe_id, key_hash
        type(row)._default_manager.filter(pk=row.pk).update(stripe_id=stripe_id, stripe_key_hash=key_hash)
