"""How the account at Stripe is set up for us: what its portal may offer, and where it sends its events."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from memberships.stripe import client
from memberships.stripe.calls import setup
from memberships.stripe.catalogue import Step
from memberships.stripe.remote import RemoteEndpoint

# Stripe's own words for why somebody leaves, of which its portal shows those that are named.
REASONS = (
    *("too_expensive", "missing_features", "switched_service", "unused"),
    *("customer_service", "too_complex", "low_quality", "other"),
)


def ensure_portal(headline: str) -> Step:
    """Have the portal offer what our pages leave to it: card and address, invoices, cancelling with a reason.

    Plans and pauses go through our own pages. What else the account's own configuration says is left as it is.
    """
    wanted = _portal(headline)
    there = setup.default_portal()
    if there is not None and _is_within(wanted, there):
        return Step("billing portal", "there already")
    setup.write_portal(wanted, there["id"] if there else None)
    return Step("billing portal", "changed" if there else "configured")


def ensure_endpoint(url: str, events: Iterable[str]) -> tuple[list[Step], str]:
    """Have Stripe send these events to the address; answers what was done, and the secret where one was made.

    An endpoint keeps the API version it was made with, so another version needs another endpoint. The older one goes on
    sending until somebody takes it away at Stripe, who knows that the new secret is in use: an event that comes twice
    is taken in once.
    """
    wanted = sorted(events)
    ours = [each for each in setup.list_endpoints() if each.url == url]
    current = next((each for each in ours if each.api_version == client.API_VERSION), None)
    older = [
        Step("webhook endpoint", f"speaks {each.api_version or 'the version of the account'}: delete it", each.id)
        for each in ours
        if each.api_version != client.API_VERSION and each.is_enabled
    ]
    if current is None:
        endpoint_id, secret = setup.create_endpoint(url, wanted)
        return [Step("webhook endpoint", "made", endpoint_id), *older], secret
    return [_brought_up_to_date(current, wanted), *older], ""


def _brought_up_to_date(endpoint: RemoteEndpoint, events: list[str]) -> Step:
    if endpoint.events == frozenset(events) and endpoint.is_enabled:
        return Step("webhook endpoint", "there already", endpoint.id)
    setup.change_endpoint(endpoint.id, events)
    return Step("webhook endpoint", "changed", endpoint.id)


def _portal(headline: str) -> dict[str, Any]:
    return {
        "business_profile": {"headline": headline},
        "features": {
            "customer_update": {"enabled": True, "allowed_updates": ["address", "name", "tax_id"]},
            "invoice_history": {"enabled": True},
            "payment_method_update": {"enabled": True},
            "subscription_cancel": {
                "enabled": True,
                "mode": "at_period_end",
                "cancellation_reason": {"enabled": True, "options": list(REASONS)},
            },
            "subscription_update": {"enabled": False},
        },
    }


def _is_within(wanted: Any, there: Any) -> bool:
    """Whether everything that is wanted is there; the order of a list says nothing."""
    if isinstance(wanted, dict):
        return isinstance(there, dict) and all(_is_within(value, there.get(name)) for name, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(there, list) and sorted(wanted) == sorted(there)
    return bool(wanted == there)
