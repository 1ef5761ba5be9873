"""``/v1/webhook_endpoints``. The secret is shown once, when the endpoint is created."""

import secrets
from typing import Any

from stripe.params import (
    WebhookEndpointCreateParams,
    WebhookEndpointDeleteParams,
    WebhookEndpointListParams,
    WebhookEndpointRetrieveParams,
    WebhookEndpointUpdateParams,
)

from newsroom.embedded.stripe.errors import invalid
from newsroom.embedded.stripe.paging import page
from newsroom.embedded.stripe.routing import merged, route
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn

MOST = 16


@route("POST", "/v1/webhook_endpoints", WebhookEndpointCreateParams, "connect")
def create(turn: Turn, params: dict[str, Any]) -> Document:
    _check_url(params["url"])
    if len(list(turn.select("webhook_endpoint"))) >= MOST:
        raise invalid(f"You have reached the maximum of {MOST} test webhook endpoints.")
    endpoint = register(turn, params["url"], f"whsec_{secrets.token_hex(16)}", params)
    return {**turn.present(endpoint), "secret": endpoint["_secret"]}


def register(turn: Turn, url: str, secret: str, params: dict[str, Any]) -> Document:
    blank: Document = {"enabled_events": ["*"], "metadata": {}, "status": "enabled", "url": url, "api_version": None}
    fields = merged(blank, params, "api_version description enabled_events metadata")
    return turn.new("webhook_endpoint", {**fields, "_secret": secret})


def _check_url(url: str) -> None:
    if not url.startswith(("http://", "https://")):
        raise invalid("Invalid URL: An explicit scheme (such as https) must be provided.", "url", "url_invalid")


@route("GET", "/v1/webhook_endpoints/{id}", WebhookEndpointRetrieveParams)
def retrieve(turn: Turn, params: dict[str, Any], endpoint_id: str) -> Document:
    return turn.present(turn.find("webhook_endpoint", endpoint_id))


@route("POST", "/v1/webhook_endpoints/{id}", WebhookEndpointUpdateParams)
def update(turn: Turn, params: dict[str, Any], endpoint_id: str) -> Document:
    endpoint = merged(turn.find("webhook_endpoint", endpoint_id), params, "description enabled_events metadata url")
    _check_url(endpoint["url"])
    if "disabled" in params:
        endpoint["status"] = "disabled" if params["disabled"] else "enabled"
    turn.save(endpoint)
    return turn.present(endpoint)


@route("DELETE", "/v1/webhook_endpoints/{id}", WebhookEndpointDeleteParams)
def delete(turn: Turn, params: dict[str, Any], endpoint_id: str) -> Document:
    turn.store.run("DELETE FROM deliveries WHERE endpoint = ?", endpoint_id)
    return turn.remove(turn.find("webhook_endpoint", endpoint_id))


@route("GET", "/v1/webhook_endpoints", WebhookEndpointListParams)
def list_all(turn: Turn, params: dict[str, Any]) -> Document:
    return page(turn, "webhook_endpoint", "/v1/webhook_endpoints", params)
