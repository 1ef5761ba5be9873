"""How the account at Stripe is set up: the portal and the endpoints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from memberships.stripe.client import API_VERSION, PAGE, all_pages, loose, sdk, translated
from memberships.stripe.remote import RemoteEndpoint


@translated
def default_portal() -> dict[str, Any] | None:
    """The configuration of the portal as Stripe holds it; ``None`` where there is none: then it opens no portal."""
    found = sdk().v1.billing_portal.configurations.list({"is_default": True, "limit": 1}).data
    return found[0].to_dict() if found else None


@translated
def write_portal(params: dict[str, Any], portal_id: str | None) -> None:
    """Make a configuration, the first being the default, or change the one there is."""
    configurations = sdk().v1.billing_portal.configurations
    if portal_id is None:
        configurations.create(loose(params))
    else:
        configurations.update(portal_id, loose(params))


@translated
def list_endpoints() -> list[RemoteEndpoint]:
    listed = sdk().v1.webhook_endpoints.list
    return [RemoteEndpoint.read(each) for each in all_pages(listed, {"limit": PAGE})]


@translated
def create_endpoint(url: str, events: Sequence[str]) -> tuple[str, str]:
    """An endpoint that speaks the version of our SDK: its id, and its secret, which Stripe says this once."""
    params = {"url": url, "enabled_events": list(events), "api_version": API_VERSION}
    made = sdk().v1.webhook_endpoints.create(loose(params))
    return made.id, made.secret or ""


@translated
def change_endpoint(endpoint_id: str, events: Sequence[str]) -> None:
    """Have it send these events, and send at all."""
    params = {"enabled_events": list(events), "disabled": False}
    sdk().v1.webhook_endpoints.update(endpoint_id, loose(params))
