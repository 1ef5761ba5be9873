"""``/v1/test_helpers/test_clocks``: time of their own for the customers made under them.

Everything else lives by the install's one clock, which the control page moves.
"""

from typing import Any

from stripe.params.test_helpers import (
    TestClockAdvanceParams,
    TestClockCreateParams,
    TestClockDeleteParams,
    TestClockListParams,
    TestClockRetrieveParams,
)

from newsroom.embedded.stripe.billing import standing
from newsroom.embedded.stripe.billing.periods import DAY
from newsroom.embedded.stripe.errors import invalid
from newsroom.embedded.stripe.paging import page
from newsroom.embedded.stripe.routing import route
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn

KEPT_FOR = 30 * DAY
FURTHEST = 731 * DAY
_KIND = "test_helpers.test_clock"
_URL = "/v1/test_helpers/test_clocks"


@route("POST", _URL, TestClockCreateParams, "customer")
def create(turn: Turn, params: dict[str, Any]) -> Document:
    fields = {
        "deletes_after": turn.at + KEPT_FOR,
        "frozen_time": params["frozen_time"],
        "name": params.get("name"),
        "status": "ready",
        "status_details": {},
    }
    clock = turn.new(_KIND, fields)
    turn.emit("test_helpers.test_clock.created", clock)
    return turn.present(clock)


@route("GET", f"{_URL}/{{id}}", TestClockRetrieveParams)
def retrieve(turn: Turn, params: dict[str, Any], clock_id: str) -> Document:
    return turn.present(turn.find(_KIND, clock_id))


@route("POST", f"{_URL}/{{id}}/advance", TestClockAdvanceParams)
def advance(turn: Turn, params: dict[str, Any], clock_id: str) -> Document:
    """Starts the advance, which goes on in the background: poll until the clock is ready again."""
    clock = turn.find(_KIND, clock_id)
    target = params["frozen_time"]
    if clock["status"] != "ready":
        raise invalid("The test clock is still advancing: wait until it is ready.", None, "test_clock_advancing")
    if not clock["frozen_time"] < target <= clock["frozen_time"] + FURTHEST:
        raise invalid(
            "frozen_time must be after the clock's current time, and at most two years after it.", "frozen_time"
        )
    clock |= {"status": "advancing", "status_details": {"advancing": {"target_frozen_time": target}}}
    turn.save(clock)
    turn.emit("test_helpers.test_clock.advancing", clock)
    return turn.present(clock)


@route("DELETE", f"{_URL}/{{id}}", TestClockDeleteParams)
def delete(turn: Turn, params: dict[str, Any], clock_id: str) -> Document:
    """The customers made under the clock go with it."""
    clock = turn.find(_KIND, clock_id)
    for customer in list(turn.select("customer")):
        if customer.get("test_clock") == clock_id:
            standing.end_all(turn.under(customer), customer)
            turn.remove(customer, "customer.deleted")
    return turn.remove(clock, "test_helpers.test_clock.deleted")


@route("GET", _URL, TestClockListParams)
def list_all(turn: Turn, params: dict[str, Any]) -> Document:
    return page(turn, _KIND, _URL, params)
