"""What another system left in the account, and its subscriptions taken over."""

from __future__ import annotations

from datetime import datetime

from memberships.stripe.client import PAGE, all_pages, loose, sdk, translated, unless_missing
from memberships.stripe.found import FoundCustomer, FoundPrice, FoundSubscription


@translated
def find_customer(customer_id: str) -> FoundCustomer | None:
    """The customer; ``None`` where the account does not know it, or has deleted it."""
    content = unless_missing(lambda: sdk().v1.customers.retrieve(customer_id).to_dict())
    found = FoundCustomer.read(content) if content is not None else None
    return None if found is None or found.is_deleted else found


@translated
def customers_with(email: str) -> list[FoundCustomer]:
    """The customers with exactly this address; Stripe takes upper and lower case for different ones."""
    listed = sdk().v1.customers.list({"email": email, "limit": PAGE})
    return [FoundCustomer.read(each.to_dict()) for each in listed.data]


@translated
def subscriptions_of(customer_id: str) -> list[FoundSubscription]:
    """All that the customer has and had."""
    params = {"customer": customer_id, "status": "all", "limit": PAGE}
    return [FoundSubscription.read(each) for each in all_pages(sdk().v1.subscriptions.list, params)]


@translated
def find_price(price_id: str) -> FoundPrice:
    return FoundPrice.read(sdk().v1.prices.retrieve(price_id).to_dict())


@translated
def owner_of_card(card: str) -> str:
    """The id of the customer whose card it is; empty where it is nobody's."""
    found = unless_missing(lambda: sdk().v1.payment_methods.retrieve(card).to_dict())
    customer = (found or {}).get("customer")
    return str(customer["id"] if isinstance(customer, dict) else customer or "")


@translated
def take_over(customer_id: str, price_id: str, card: str, next_payment: datetime, *, row: str) -> str:
    """A subscription that charges the card for the first time at ``next_payment``; answers its id.

    The time until then was paid for elsewhere, so nothing is charged for it. The same ``row`` makes the same one.
    """
    params = {
        "customer": customer_id,
        "items": [{"price": price_id, "quantity": 1}],
        "default_payment_method": card,
        "billing_cycle_anchor": int(next_payment.timestamp()),
        "proration_behavior": "none",
        "billing_mode": {"type": "flexible"},
        "metadata": {"moved_in_as": row},
    }
    return sdk().v1.subscriptions.create(loose(params), {"idempotency_key": f"moving in:{row}"}).id
