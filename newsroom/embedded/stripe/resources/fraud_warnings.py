"""``/v1/radar/early_fraud_warnings``, to read."""

from typing import Any

from stripe.params.radar import EarlyFraudWarningListParams, EarlyFraudWarningRetrieveParams

from newsroom.embedded.stripe.paging import page, same
from newsroom.embedded.stripe.routing import route
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn

_KIND = "radar.early_fraud_warning"


@route("GET", "/v1/radar/early_fraud_warnings/{id}", EarlyFraudWarningRetrieveParams)
def retrieve(turn: Turn, params: dict[str, Any], warning_id: str) -> Document:
    return turn.present(turn.find(_KIND, warning_id))


@route("GET", "/v1/radar/early_fraud_warnings", EarlyFraudWarningListParams)
def list_all(turn: Turn, params: dict[str, Any]) -> Document:
    only = same(params, "payment_intent")
    return page(turn, _KIND, "/v1/radar/early_fraud_warnings", params, owner=params.get("charge"), only=only)
