"""``/v1/disputes``. They are opened by a bank, which here is a button or a card, and never by the API."""

from typing import Any

from stripe.params import DisputeCloseParams, DisputeListParams, DisputeModifyParams, DisputeRetrieveParams

from newsroom.embedded.stripe.billing import disputes
from newsroom.embedded.stripe.errors import invalid
from newsroom.embedded.stripe.paging import page, same
from newsroom.embedded.stripe.routing import merged, route
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn


@route("GET", "/v1/disputes/{id}", DisputeRetrieveParams)
def retrieve(turn: Turn, params: dict[str, Any], dispute_id: str) -> Document:
    return turn.present(turn.find("dispute", dispute_id))


@route("GET", "/v1/disputes", DisputeListParams)
def list_all(turn: Turn, params: dict[str, Any]) -> Document:
    only = same(params, "payment_intent", "charge")
    return page(turn, "dispute", "/v1/disputes", params, owner=params.get("charge"), only=only)


@route("POST", "/v1/disputes/{id}", DisputeModifyParams, "intended_submission_method")
def update(turn: Turn, params: dict[str, Any], dispute_id: str) -> Document:
    """Evidence is kept as it comes, and goes to the bank unless ``submit`` is false."""
    dispute = _open(turn, dispute_id)
    dispute = merged(dispute, params, "metadata")
    if "evidence" in params:
        dispute["evidence"] = {**(dispute.get("evidence") or {}), **params["evidence"]}
        dispute["evidence_details"]["has_evidence"] = True
    if "evidence" in params and params.get("submit", True):
        disputes.submit(turn, dispute)
    else:
        turn.save(dispute, "charge.dispute.updated")
    return turn.present(turn.find("dispute", dispute_id))


@route("POST", "/v1/disputes/{id}/close", DisputeCloseParams)
def close(turn: Turn, params: dict[str, Any], dispute_id: str) -> Document:
    """Give in: the dispute is lost."""
    dispute = _open(turn, dispute_id)
    disputes.close(turn, dispute, "lost")
    return turn.present(dispute)


def _open(turn: Turn, dispute_id: str) -> Document:
    dispute = turn.find("dispute", dispute_id)
    if dispute["status"] not in disputes.OPEN:
        raise invalid("This dispute is already closed")
    return dispute
