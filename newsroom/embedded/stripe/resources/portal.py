"""``/v1/billing_portal``: what the portal may do, and the sessions that open it."""

from typing import Any

from stripe.params.billing_portal import (
    ConfigurationCreateParams,
    ConfigurationListParams,
    ConfigurationRetrieveParams,
    ConfigurationUpdateParams,
    SessionCreateParams,
)

from newsroom.embedded.stripe.errors import invalid, missing_param, unmodelled
from newsroom.embedded.stripe.paging import page, same
from newsroom.embedded.stripe.routing import merged, route
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn

_URL = "/v1/billing_portal/configurations"
_FLOWS = ("payment_method_update", "subscription_cancel")
_OFF: Document = {
    "customer_update": {"allowed_updates": [], "enabled": False},
    "invoice_history": {"enabled": False},
    "payment_method_update": {"enabled": False},
    "subscription_cancel": {
        "cancellation_reason": {"enabled": False, "options": []},
        "enabled": False,
        "mode": "at_period_end",
        "proration_behavior": "none",
    },
    "subscription_pause": {"duration": {"interval_options": [], "type": "indefinite"}, "enabled": False},
    "subscription_update": {
        "default_allowed_updates": [],
        "enabled": False,
        "proration_behavior": "none",
        "schedule_at_period_end": {"conditions": []},
        "trial_update_behavior": "continue_trial",
    },
}


@route("POST", _URL, ConfigurationCreateParams)
def create_configuration(turn: Turn, params: dict[str, Any]) -> Document:
    """The first one made is the default: sessions that name none use it."""
    first = not any(turn.select("billing_portal.configuration"))
    fields = {
        "active": True,
        "business_profile": {},
        "features": _features(_OFF, params["features"]),
        "is_default": first,
        "login_page": {"enabled": False},
        "metadata": {},
        "updated": turn.at,
    }
    configuration = turn.new(
        "billing_portal.configuration", merged(fields, params, "business_profile name metadata default_return_url")
    )
    turn.emit("billing_portal.configuration.created", configuration)
    return turn.present(configuration)


def _features(current: Document, given: Document) -> Document:
    """The given features over the current ones, each field by itself."""
    if given.get("subscription_update", {}).get("enabled"):
        raise unmodelled("features[subscription_update]")
    if given.get("subscription_pause", {}).get("duration", {}).get("type", "indefinite") != "indefinite":
        raise unmodelled("features[subscription_pause][duration]")
    features = {name: {**current[name], **given.get(name, {})} for name in current}
    cancelling = features["subscription_cancel"]
    cancelling["cancellation_reason"] = {
        **current["subscription_cancel"]["cancellation_reason"],
        **cancelling["cancellation_reason"],
    }
    updating = features["customer_update"]
    updating["allowed_updates"] = updating["allowed_updates"] or []
    return features


@route("GET", f"{_URL}/{{id}}", ConfigurationRetrieveParams)
def retrieve_configuration(turn: Turn, params: dict[str, Any], configuration_id: str) -> Document:
    return turn.present(turn.find("billing_portal.configuration", configuration_id))


@route("POST", f"{_URL}/{{id}}", ConfigurationUpdateParams)
def update_configuration(turn: Turn, params: dict[str, Any], configuration_id: str) -> Document:
    configuration = turn.find("billing_portal.configuration", configuration_id)
    if configuration["is_default"] and params.get("active") is False:
        raise invalid("The default configuration cannot be made inactive.", "active")
    changed = merged(configuration, params, "active business_profile default_return_url metadata name")
    changed |= {"features": _features(configuration["features"], params.get("features", {})), "updated": turn.at}
    turn.save(changed, "billing_portal.configuration.updated")
    return turn.present(changed)


@route("GET", _URL, ConfigurationListParams)
def list_configurations(turn: Turn, params: dict[str, Any]) -> Document:
    return page(turn, "billing_portal.configuration", _URL, params, only=same(params, "active", "is_default"))


@route("POST", "/v1/billing_portal/sessions", SessionCreateParams, "after_expiration customer_account on_behalf_of")
def create_session(turn: Turn, params: dict[str, Any]) -> Document:
    if "customer" not in params:
        raise missing_param("customer")
    customer = turn.find("customer", params["customer"], "customer")
    configuration = _configuration(turn, params)
    fields = {
        "configuration": configuration["id"],
        "customer": customer["id"],
        "flow": _flow(turn, configuration, customer, params["flow_data"]) if "flow_data" in params else None,
        "locale": params.get("locale"),
        "return_url": params.get("return_url", configuration.get("default_return_url")),
    }
    session = {**turn.sketch("billing_portal.session"), **fields}
    session["url"] = f"{turn.base_url}/p/session/{session['id']}"
    turn.store.put(session, customer["id"])
    turn.emit("billing_portal.session.created", session)
    return turn.present(session)


def _configuration(turn: Turn, params: dict[str, Any]) -> Document:
    if "configuration" in params:
        configuration = turn.find("billing_portal.configuration", params["configuration"], "configuration")
        if not configuration["active"]:
            raise invalid("This portal configuration is not active.", "configuration")
        return configuration
    for configuration in turn.select("billing_portal.configuration"):
        if configuration["is_default"]:
            return configuration
    raise invalid(
        "No configuration provided and your test mode default configuration has not been created. Create one with "
        "POST /v1/billing_portal/configurations.",
        "configuration",
    )


def _flow(turn: Turn, configuration: Document, customer: Document, given: Document) -> Document:
    kind = given["type"]
    if kind not in _FLOWS:
        raise unmodelled("flow_data[type]")
    if not configuration["features"][kind]["enabled"]:
        raise invalid(f"The portal configuration does not enable {kind}.", "flow_data[type]")
    after = given.get("after_completion", {"type": "portal_homepage"})
    flow: Document = {"type": kind, "after_completion": after}
    if kind == "subscription_cancel":
        if "subscription_cancel" not in given:
            raise missing_param("flow_data[subscription_cancel]")
        param = "flow_data[subscription_cancel][subscription]"
        subscription = turn.find("subscription", given["subscription_cancel"]["subscription"], param)
        if subscription["customer"] != customer["id"] or subscription["status"] == "canceled":
            raise invalid("The subscription is not one of this customer that can be cancelled.", param)
        if subscription.get("cancel_at"):
            raise invalid("The subscription is already set to be cancelled.", param)
        flow["subscription_cancel"] = {"subscription": subscription["id"]}
    return flow
