"""A cardholder's bank takes money back, or warns that it may: disputes and early fraud warnings."""

from newsroom.embedded.stripe.billing.periods import DAY
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn

OPEN = ("needs_response", "under_review")
_TIME_TO_ANSWER = 10 * DAY
_FEE = 1500


def open_dispute(turn: Turn, charge: Document, reason: str) -> Document:
    """The whole charge is disputed and what was not given back of it is withdrawn at once."""
    amount = charge["amount_captured"] - charge["amount_refunded"]
    dispute = turn.new(
        "dispute",
        {
            "amount": amount,
            "balance_transactions": [_movement(turn, charge, -amount, _FEE)],
            "charge": charge["id"],
            "currency": charge["currency"],
            "evidence_details": {"due_by": turn.at + _TIME_TO_ANSWER, "submission_method": "manual"},
            "is_charge_refundable": False,
            "metadata": {},
            "payment_intent": charge["payment_intent"],
            "reason": reason,
            "status": "needs_response",
        },
        owner=charge["id"],
    )
    charge["disputed"] = True
    turn.save(charge, "charge.updated")
    turn.emit("charge.dispute.created", dispute)
    turn.emit("charge.dispute.funds_withdrawn", dispute)
    turn.schedule("dispute_falls_due", dispute, dispute["evidence_details"]["due_by"])
    settle_warnings(turn, charge)
    return dispute


def submit(turn: Turn, dispute: Document) -> None:
    """The evidence goes to the bank, which judges it; two words in it are the bank's verdict at once."""
    dispute["status"] = "under_review"
    dispute["evidence_details"]["submission_count"] = dispute["evidence_details"].get("submission_count", 0) + 1
    turn.unschedule(dispute, "dispute_falls_due")
    turn.save(dispute, "charge.dispute.updated")
    verdicts = {"winning_evidence": "won", "losing_evidence": "lost"}
    verdict = verdicts.get((dispute.get("evidence") or {}).get("uncategorized_text") or "")
    if verdict:
        close(turn, dispute, verdict)


def close(turn: Turn, dispute: Document, verdict: str) -> None:
    """``won`` brings the money back, ``lost`` leaves it where it is."""
    dispute["status"] = verdict
    turn.unschedule(dispute, "dispute_falls_due")
    if verdict == "won":
        charge = turn.find("charge", dispute["charge"])
        dispute["balance_transactions"].append(_movement(turn, charge, dispute["amount"], -_FEE))
        dispute["is_charge_refundable"] = True
    turn.save(dispute)
    turn.emit("charge.dispute.closed", dispute)
    if verdict == "won":
        turn.emit("charge.dispute.funds_reinstated", dispute)


def warn(turn: Turn, charge: Document) -> None:
    """The bank suspects fraud; whoever refunds now has no dispute to fear."""
    warning = turn.new(
        "radar.early_fraud_warning",
        {
            "actionable": not (charge["refunded"] or charge["disputed"]),
            "charge": charge["id"],
            "fraud_type": "unauthorized_use_of_card",
            "payment_intent": charge["payment_intent"],
        },
        owner=charge["id"],
    )
    turn.emit("radar.early_fraud_warning.created", warning)


def settle_warnings(turn: Turn, charge: Document) -> None:
    """Nothing is left to be done about warnings of a charge that is refunded or disputed."""
    for warning in list(turn.select("radar.early_fraud_warning", charge["id"])):
        warning["actionable"] = False
        turn.save(warning, "radar.early_fraud_warning.updated")


def _movement(turn: Turn, charge: Document, amount: int, fee: int) -> Document:
    moved = {
        "amount": amount,
        "available_on": turn.at,
        "balance_type": "payments",
        "currency": charge["currency"],
        "fee": fee,
        "net": amount - fee,
        "reporting_category": "dispute" if amount < 0 else "dispute_reversal",
        "source": charge["id"],
        "status": "available",
        "type": "adjustment",
    }
    return {**turn.sketch("balance_transaction"), **moved}
