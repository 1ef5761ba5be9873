"""``/v1/events``: what happened, the newest first."""

from typing import Any

from stripe.params import EventListParams, EventRetrieveParams

from newsroom.embedded.stripe.billing.periods import DAY
from newsroom.embedded.stripe.errors import invalid
from newsroom.embedded.stripe.paging import page
from newsroom.embedded.stripe.routing import route
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn

MOST_TYPES = 20
KEPT_FOR = 30 * DAY


@route("GET", "/v1/events/{id}", EventRetrieveParams)
def retrieve(turn: Turn, params: dict[str, Any], event_id: str) -> Document:
    return turn.present(turn.find("event", event_id))


@route("GET", "/v1/events", EventListParams)
def list_all(turn: Turn, params: dict[str, Any]) -> Document:
    """Of the last thirty days; ``type`` may end in a star; ``delivery_success=false`` some endpoint has not taken."""
    types = params.get("types", [])
    if types and "type" in params:
        raise invalid("You may only specify one of these parameters: type, types.", "types")
    if len(types) > MOST_TYPES:
        raise invalid(f"You may name up to {MOST_TYPES} types.", "types")
    patterns = types or ([params["type"]] if "type" in params else [])
    taken = params.get("delivery_success")
    waiting = {row["event"] for row in turn.store.rows("SELECT event FROM deliveries WHERE state != 'done'")}

    def wanted(event: Document) -> bool:
        return (
            event["created"] >= turn.at - KEPT_FOR
            and (not patterns or any(_is(event["type"], pattern) for pattern in patterns))
            and (taken is None or (event["id"] not in waiting) == taken)
        )

    return page(turn, "event", "/v1/events", params, only=wanted)


def _is(name: str, pattern: str) -> bool:
    return name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern
