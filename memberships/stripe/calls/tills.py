"""Customers, the tills they pay at and the portal they keep their cards in."""

from __future__ import annotations

from typing import Any

from memberships.stripe.client import loose, sdk, translated, unless_missing
from memberships.stripe.remote import RemoteCheckout


@translated
def create_customer(email: str, name: str, *, metadata: dict[str, str], key: str) -> str:
    """The id of a new customer; the same ``key`` gives the same customer."""
    params = {"email": email, "metadata": metadata, **({"name": name} if name else {})}
    customer = sdk().v1.customers.create(loose(params), {"idempotency_key": key})
    return customer.id


@translated
def has_customer(customer_id: str) -> bool:
    """Whether the account of the key in use knows the customer, and has not deleted it."""
    found = unless_missing(lambda: sdk().v1.customers.retrieve(customer_id).to_dict())
    return found is not None and found.get("deleted") is not True


@translated
def rename_customer(customer_id: str, email: str) -> None:
    """Have Stripe write to this address from now on."""
    sdk().v1.customers.update(customer_id, {"email": email})


@translated
def delete_customer(customer_id: str) -> None:
    """Final: what still runs ends at once, cards are gone, invoices stay. One that is gone already is left so."""
    unless_missing(lambda: sdk().v1.customers.delete(customer_id))


@translated
def create_checkout(params: dict[str, Any], *, key: str) -> RemoteCheckout:
    session = sdk().v1.checkout.sessions.create(loose(params), {"idempotency_key": key})
    return RemoteCheckout.read(session.to_dict())


@translated
def retrieve_checkout(session_id: str) -> RemoteCheckout:
    return RemoteCheckout.read(sdk().v1.checkout.sessions.retrieve(session_id).to_dict())


@translated
def expire_checkout(session_id: str) -> RemoteCheckout:
    """Close a session so that nobody can pay in it any more; an error when it is not open."""
    return RemoteCheckout.read(sdk().v1.checkout.sessions.expire(session_id).to_dict())


@translated
def open_portal(customer_id: str, return_url: str, *, to_change_card: bool = False) -> str:
    """The address of a billing portal session. It signs its bearer in: never store or log it.

    With ``to_change_card`` it asks for the new card at once and comes back when it has one.
    """
    params: dict[str, Any] = {"customer": customer_id, "return_url": return_url}
    if to_change_card:
        back = {"type": "redirect", "redirect": {"return_url": return_url}}
        params["flow_data"] = {"type": "payment_method_update", "after_completion": back}
    return sdk().v1.billing_portal.sessions.create(loose(params)).url
