"""``/v1/subscription_items``: the items as they stand inside their subscriptions."""

from typing import Any

from stripe.params import SubscriptionItemListParams, SubscriptionItemRetrieveParams, SubscriptionItemUpdateParams

from newsroom.embedded.stripe.errors import no_such
from newsroom.embedded.stripe.paging import page_of
from newsroom.embedded.stripe.resources import subscriptions
from newsroom.embedded.stripe.routing import route
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn


def _find(turn: Turn, item_id: str) -> Document:
    owner = turn.store.note(f"item {item_id}")
    subscription = turn.store.get(owner, "subscription") or {"_items": []}
    for item in subscription["_items"]:
        if item["id"] == item_id:
            return dict(item)
    raise no_such("subscription_item", item_id)


@route("GET", "/v1/subscription_items/{id}", SubscriptionItemRetrieveParams)
def retrieve(turn: Turn, params: dict[str, Any], item_id: str) -> Document:
    return turn.present(_find(turn, item_id))


@route(
    "POST", "/v1/subscription_items/{id}", SubscriptionItemUpdateParams, "billing_thresholds current_trial discounts"
)
def update(turn: Turn, params: dict[str, Any], item_id: str) -> Document:
    """The same as changing the item through its subscription."""
    change = {name: params[name] for name in ("metadata", "price", "price_data", "quantity") if name in params}
    how = {
        name: params[name]
        for name in ("payment_behavior", "proration_behavior", "proration_date", "off_session")
        if name in params
    }
    item = _find(turn, item_id)
    subscriptions.update(turn, {**how, "items": [{"id": item_id, **change}]}, item["subscription"])
    return turn.present(_find(turn, item_id))


@route("GET", "/v1/subscription_items", SubscriptionItemListParams)
def list_all(turn: Turn, params: dict[str, Any]) -> Document:
    subscription = turn.find("subscription", params["subscription"], "subscription")
    items = [turn.present(item) for item in subscription["_items"]]
    return page_of(items, "/v1/subscription_items", params)
