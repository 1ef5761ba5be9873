"""``/v1/subscriptions``."""

from typing import Any

from stripe.params import (
    SubscriptionCancelParams,
    SubscriptionCreateParams,
    SubscriptionListParams,
    SubscriptionPauseParams,
    SubscriptionResumeParams,
    SubscriptionRetrieveParams,
    SubscriptionUpdateParams,
)

from newsroom.embedded.stripe import cards
from newsroom.embedded.stripe.billing import catalogue, changes, discounts, life, methods, pausing, schedules, standing
from newsroom.embedded.stripe.cards import Decline
from newsroom.embedded.stripe.errors import invalid, missing_param, unmodelled
from newsroom.embedded.stripe.paging import page, same, within
from newsroom.embedded.stripe.routing import merged, route
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn

_WRITTEN = "description invoice_settings metadata payment_settings trial_settings automatic_tax"
_UNMODELLED = (
    "add_invoice_items application_fee_percent backdate_start_date billing_cycle_anchor_config billing_schedules "
    "billing_thresholds customer_account default_source default_tax_rates on_behalf_of pending_invoice_item_interval "
    "transfer_data trial_from_plan"
)


@route("POST", "/v1/subscriptions", SubscriptionCreateParams, f"{_UNMODELLED} currency")
def create(turn: Turn, params: dict[str, Any]) -> Document:
    for name in ("customer", "items"):
        if name not in params:
            raise missing_param(name)
    customer = turn.find("customer", params["customer"], "customer")
    turn = turn.under(customer)
    items = [catalogue.recurring_item(turn, item, f"items[{index}]") for index, item in enumerate(params["items"])]
    fields = {**_chosen(turn, customer, params), "test_clock": customer.get("test_clock")}
    fields["discounts"] = _redeemed(turn, params, customer["id"])
    subscription, decline = life.start(
        turn,
        fields,
        items,
        trial_end=life.trial_end_of(turn, params),
        anchor=life.anchor_of(turn, params, turn.find("price", items[0]["price"])),
        payment_behavior=params.get("payment_behavior", "allow_incomplete"),
    )
    _refuse_incomplete(decline, params)
    changes.set_cancellation(turn, subscription, params)
    return _saved(turn, subscription)


def _chosen(turn: Turn, customer: Document, params: dict[str, Any]) -> Document:
    blank: Document = {"metadata": {}, "description": None}
    fields = {**merged(blank, params, _WRITTEN), **_collection(params, {}), "customer": customer["id"]}
    given = params.get("billing_mode", {})
    fields["billing_mode"] = {"type": "flexible", "flexible": {"proration_discounts": "included"}, **given}
    if "default_payment_method" in params:
        fields["default_payment_method"] = _own_method(turn, customer, params["default_payment_method"])
    return fields


def _collection(params: dict[str, Any], current: Document) -> Document:
    how = params.get("collection_method", current.get("collection_method", "charge_automatically"))
    days = params.get("days_until_due", current.get("days_until_due"))
    if how == "send_invoice" and days is None:
        raise invalid(
            "You must provide `days_until_due` when the subscription is set to `collection_method=send_invoice`.",
            "days_until_due",
        )
    if how == "charge_automatically" and "days_until_due" in params:
        message = "You may only specify `days_until_due` if `collection_method` is `send_invoice`."
        raise invalid(message, "days_until_due")
    return {"collection_method": how, "days_until_due": days if how == "send_invoice" else None}


def _own_method(turn: Turn, customer: Document, identifier: str) -> str:
    method = methods.find(turn, identifier, "default_payment_method")
    if method["customer"] != customer["id"]:
        raise invalid(
            f"The customer does not have a payment method with the ID {identifier}. Attach it to the customer first.",
            "default_payment_method",
            "resource_missing",
        )
    return str(method["id"])


def _redeemed(turn: Turn, params: dict[str, Any], customer: str, **where: Any) -> list[str]:
    given = params.get("discounts") or []
    discounts.refuse_both(given)
    found = discounts.named(turn, given, customer, "discounts")
    return [discounts.redeem(turn, coupon, code, customer=customer, **where)["id"] for coupon, code in found]


def _refuse_incomplete(decline: Decline | None, params: dict[str, Any]) -> None:
    """With ``error_if_incomplete`` a declined card undoes the whole request."""
    if decline is not None and params.get("payment_behavior") == "error_if_incomplete":
        error = cards.error(decline)
        error.keeps = False
        raise error


def _saved(turn: Turn, subscription: Document) -> Document:
    if subscription["cancel_at_period_end"]:
        subscription["cancel_at"] = standing.period_end(subscription)
    standing.plan(turn, subscription)
    turn.save(subscription, "customer.subscription.updated")
    return turn.present(turn.find("subscription", subscription["id"]))


@route("GET", "/v1/subscriptions/{id}", SubscriptionRetrieveParams)
def retrieve(turn: Turn, params: dict[str, Any], subscription_id: str) -> Document:
    return turn.present(turn.find("subscription", subscription_id))


@route("POST", "/v1/subscriptions/{id}", SubscriptionUpdateParams, _UNMODELLED)
def update(turn: Turn, params: dict[str, Any], subscription_id: str) -> Document:
    subscription = turn.find("subscription", subscription_id)
    turn = turn.under(subscription)
    if subscription["status"] in standing.OVER:
        _update_over(turn, subscription, params)
        return turn.present(subscription)
    schedules.refuse_cancelling(subscription, params)
    customer = turn.find("customer", subscription["customer"])
    subscription = merged(subscription, params, f"{_WRITTEN} pause_collection") | _collection(params, subscription)
    if "default_payment_method" in params:
        subscription["default_payment_method"] = _own_method(turn, customer, params["default_payment_method"])
    if "discounts" in params:
        subscription["discounts"] = _redeemed(turn, params, customer["id"], subscription=subscription_id)
    decline = _rebill(turn, subscription, params)
    _refuse_incomplete(decline, params)
    changes.set_cancellation(turn, subscription, params)
    _note_reasons(subscription, params)
    return _saved(turn, subscription)


def _update_over(turn: Turn, subscription: Document, params: dict[str, Any]) -> None:
    """Of a subscription that has ended only the notes about it can still be written."""
    if set(params) - {"metadata", "cancellation_details"}:
        raise invalid("A canceled subscription can only update its cancellation_details and metadata.")
    subscription |= merged(subscription, params, "metadata")
    _note_reasons(subscription, params)
    turn.save(subscription, "customer.subscription.updated")


def _rebill(turn: Turn, subscription: Document, params: dict[str, Any]) -> Decline | None:
    """Change items, trial and anchor, and collect at once what that makes due at once."""
    if params.get("payment_behavior") == "pending_if_incomplete":
        raise unmodelled("payment_behavior")
    draft = None
    if "items" in params:
        bill = changes.change_items(turn, subscription, params["items"], params)
        draft = changes.draft_of(turn, subscription, bill, params)
    if "trial_end" in params:
        draft = changes.set_trial_end(turn, subscription, params["trial_end"]) or draft
    elif draft is None and params.get("billing_cycle_anchor", {}).get("type") == "now":
        draft = life.restart_period(turn, subscription, "subscription_update", [])
    return life.bill_now(turn, subscription, draft) if draft else None


def _note_reasons(subscription: Document, params: dict[str, Any]) -> None:
    given = params.get("cancellation_details", {})
    if given:
        details = subscription.get("cancellation_details") or {}
        subscription["cancellation_details"] = merged(details, given, "comment feedback feedback_option")


@route("DELETE", "/v1/subscriptions/{id}", SubscriptionCancelParams)
def cancel(turn: Turn, params: dict[str, Any], subscription_id: str) -> Document:
    if params.get("invoice_now") or params.get("prorate"):
        raise unmodelled("prorate" if params.get("prorate") else "invoice_now")
    subscription = turn.find("subscription", subscription_id)
    turn = turn.under(subscription)
    if subscription["status"] in standing.OVER:
        raise invalid(f"No such subscription: '{subscription_id}'", "id", "resource_missing")
    subscription["cancel_at_period_end"] = False
    _note_reasons(subscription, params)
    standing.end(turn, subscription, "cancellation_requested")
    return turn.present(subscription)


@route("POST", "/v1/subscriptions/{id}/pause", SubscriptionPauseParams)
def pause(turn: Turn, params: dict[str, Any], subscription_id: str) -> Document:
    subscription = turn.find("subscription", subscription_id)
    turn = turn.under(subscription)
    pausing.pause(turn, subscription, params)
    return turn.present(subscription)


@route("POST", "/v1/subscriptions/{id}/resume", SubscriptionResumeParams)
def resume(turn: Turn, params: dict[str, Any], subscription_id: str) -> Document:
    subscription = turn.find("subscription", subscription_id)
    turn = turn.under(subscription)
    decline = pausing.resume(turn, subscription, params)
    if decline is not None:
        raise cards.error(decline)
    return turn.present(subscription)


@route("GET", "/v1/subscriptions", SubscriptionListParams, "automatic_tax customer_account")
def list_all(turn: Turn, params: dict[str, Any]) -> Document:
    """Without a status those that are not over; "all" is everything, "ended" those that are."""
    if "customer" in params:
        turn.find("customer", params["customer"], "customer")
    matches = same(params, "customer", "collection_method")
    price = params.get("price", params.get("plan"))

    def wanted(row: Document) -> bool:
        return (
            matches(row)
            and _has_status(row["status"], params.get("status"))
            and (price is None or any(item["price"] == price for item in row["_items"]))
            and row.get("test_clock") == params.get("test_clock", row.get("test_clock"))
            and all(
                within(row["_items"][0][name], params.get(name))
                for name in ("current_period_start", "current_period_end")
            )
        )

    return page(turn, "subscription", "/v1/subscriptions", params, owner=params.get("customer"), only=wanted)


def _has_status(status: str, wanted: str | None) -> bool:
    if wanted in (None, "ended"):
        return (status in standing.OVER) == (wanted == "ended")
    return wanted in ("all", status)
