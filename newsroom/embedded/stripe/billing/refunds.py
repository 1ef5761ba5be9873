"""Money on its way back to a card: there at once, there later, or not taken by the bank. A refund ends nothing.

What is on its way counts as refunded; what fails or is called off counts as kept again.
"""

from typing import Any

from newsroom.embedded.stripe import cards
from newsroom.embedded.stripe.billing import disputes
from newsroom.embedded.stripe.billing.money import written
from newsroom.embedded.stripe.billing.periods import DAY
from newsroom.embedded.stripe.errors import StripeError, invalid
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn

# How long a bank thinks about a refund that is not decided at once.
TAKES = DAY
TIME_TO_ANSWER = 45 * DAY
_MAY_BECOME = {
    "pending": ("succeeded", "failed", "requires_action"),
    "requires_action": ("succeeded", "failed", "canceled"),
    "succeeded": ("failed",),
}


def make(turn: Turn, charge: Document, amount: int | None, params: dict[str, Any]) -> Document:
    """Refund a charge, in part or all that is left of it, and put on the timeline what its card does later.

    Raises:
        StripeError: when there is not so much left of it, or a dispute holds it.
    """
    amount = _amount(charge, amount)
    if not all(dispute["is_charge_refundable"] for dispute in turn.select("dispute", charge["id"])):
        raise invalid(f"Charge {charge['id']} has been charged back; cannot issue a refund.", None, "charge_disputed")
    method = turn.store.get(charge["payment_method"], "payment_method")
    later = cards.fate(method).refund if method else "succeeds"
    fields = {
        "amount": amount,
        "charge": charge["id"],
        "currency": charge["currency"],
        "destination_details": {"type": "card", "card": {"type": "refund", "reference_status": "pending"}},
        "metadata": params.get("metadata") or {},
        "payment_intent": charge["payment_intent"],
        "pending_reason": "processing" if later == "pends" else None,
        "reason": params.get("reason"),
        "status": "pending" if later == "pends" else "succeeded",
    }
    refund = turn.new("refund", fields, owner=charge["id"])
    _count(charge, amount)
    turn.emit("refund.created", refund)
    turn.save(charge, "charge.refunded")
    if charge["refunded"]:
        disputes.settle_warnings(turn, charge)
    if later != "succeeds":
        turn.schedule("refund_is_decided", refund, turn.at + TAKES)
    return refund


def _amount(charge: Document, asked: int | None) -> int:
    left: int = charge["amount_captured"] - charge["amount_refunded"]
    if left <= 0:
        raise invalid(f"Charge {charge['id']} has already been refunded.", None, "charge_already_refunded")
    amount = left if asked is None else asked
    if amount <= 0:
        raise invalid("Invalid positive integer", "amount")
    if amount > left:
        sizes = f"Refund amount ({written(amount, charge['currency'])}) is greater than unrefunded amount on charge"
        raise invalid(f"{sizes} ({written(left, charge['currency'])})", "amount")
    return amount


def _count(charge: Document, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]


def decide(turn: Turn, refund: Document) -> None:
    """The bank has thought about it: what was on its way has arrived, what seemed to have arrived comes back."""
    move(turn, refund, "succeeded" if refund["status"] == "pending" else "failed")


def may_become(refund: Document) -> tuple[str, ...]:
    """The statuses that can follow the one it has."""
    return _MAY_BECOME.get(refund["status"], ())


def move(turn: Turn, refund: Document, status: str) -> None:
    """Take the refund to a status that can follow the one it has.

    Raises:
        StripeError: for any other.
    """
    if status not in may_become(refund):
        raise StripeError(f"A refund that is {refund['status']} does not become {status}.", status=409)
    turn.unschedule(refund, "refund_is_decided")
    refund |= {"status": status, "pending_reason": None, "next_action": None}
    if status == "failed":
        refund["failure_reason"] = "expired_or_canceled_card"
    if status == "requires_action":
        refund["next_action"] = _question(turn, refund)
    turn.save(refund, "refund.updated")
    turn.emit("charge.refund.updated", refund)
    if status == "failed":
        turn.emit("refund.failed", refund)
    if status in ("failed", "canceled"):
        charge = turn.find("charge", refund["charge"])
        _count(charge, -refund["amount"])
        turn.save(charge, "charge.updated")


def _question(turn: Turn, refund: Document) -> Document:
    """The customer is asked by mail where the money is to go."""
    charge = turn.find("charge", refund["charge"])
    customer = turn.store.get(charge["customer"] or "") or {}
    sent = {"email_sent_at": turn.at, "email_sent_to": customer.get("email") or ""}
    return {
        "type": "display_details",
        "display_details": {"email_sent": sent, "expires_at": turn.at + TIME_TO_ANSWER},
    }
