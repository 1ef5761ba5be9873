"""From what is stored to what is answered: parts that live elsewhere are put in, then the SDK's shape is filled.

A stored document holds ids where the API shows whole objects (the price of a subscription's item) and keeps its own
lists under an underscore (``_items``, ``_lines``), so that nothing is written down twice.
"""

from collections.abc import Callable
from typing import Any

from newsroom.embedded.stripe.shapes import complete
from newsroom.embedded.stripe.store import Document, Store


def present(store: Store, document: Document) -> Document:
    """The whole object as the API answers it; of a deleted one only the stub is left."""
    if document.get("deleted"):
        return document
    hydrate = _HYDRATE.get(document["object"])
    return complete(hydrate(store, document) if hydrate else document)


def listing(data: list[Document], url: str, *, has_more: bool = False) -> Document:
    return {"object": "list", "data": data, "has_more": has_more, "url": url}


def plan_of(price: Document) -> Document:
    """The legacy plan every recurring price still carries beside itself."""
    recurring = price["recurring"]
    shared = ("active", "billing_scheme", "created", "currency", "id", "livemode", "metadata", "nickname", "product")
    return {
        "object": "plan",
        **{name: price[name] for name in shared},
        "amount": price["unit_amount"],
        "amount_decimal": price["unit_amount_decimal"],
        "interval": recurring["interval"],
        "interval_count": recurring["interval_count"],
        "usage_type": recurring["usage_type"],
    }


def item_of(store: Store, item: Document) -> Document:
    """A stored subscription item with its price and plan put in."""
    price = store.get(item["price"], "price") or {}
    whole = present(store, price)
    return {**item, "price": whole, "plan": plan_of(whole)}


def _subscription(store: Store, document: Document) -> Document:
    items = [item_of(store, item) for item in document["_items"]]
    return {**document, "items": listing(items, f"/v1/subscription_items?subscription={document['id']}")}


def _invoice(store: Store, document: Document) -> Document:
    return {**document, "lines": listing(document["_lines"], f"/v1/invoices/{document['id']}/lines")}


def _credit_note(store: Store, document: Document) -> Document:
    return {**document, "lines": listing(document["_lines"], f"/v1/credit_notes/{document['id']}/lines")}


def _event(store: Store, document: Document) -> Document:
    waiting = "SELECT count(*) FROM deliveries WHERE event = ? AND state != 'done'"
    return {**document, "pending_webhooks": store.rows(waiting, document["id"])[0][0]}


_HYDRATE: dict[str, Callable[[Store, Document], Document]] = {
    "subscription": _subscription,
    "subscription_item": item_of,
    "invoice": _invoice,
    "credit_note": _credit_note,
    "event": _event,
}


def difference(before: Any, after: Document) -> Document:
    """What an update changed, as ``previous_attributes`` has it: the old value of every changed leaf."""
    changed: Document = {}
    for name, value in after.items():
        old = before.get(name)
        if old == value:
            continue
        nested = isinstance(old, dict) and isinstance(value, dict) and "object" not in value
        changed[name] = difference(old, value) if nested else old
    gone = {name: value for name, value in before.items() if name not in after}
    return {**changed, **gone}
