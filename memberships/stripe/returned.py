"""What Stripe says of money that goes back, as our own dataclasses; read as strictly as in :mod:`.remote`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from memberships.stripe.payload import Payload

REFUND_STATUSES = frozenset(("pending", "requires_action", "succeeded", "failed", "canceled"))
# A bank's question before a dispute has the three of ``warning``; the bank has decided after each of the last four.
DECIDED = frozenset(("won", "lost", "warning_closed", "prevented"))
DISPUTE_STATUSES = DECIDED | {
    "needs_response", "under_review", "appeal_needs_response", "appeal_under_review", "warning_needs_response",
    "warning_under_review",
}  # fmt: skip
# The metadata by which a refund made here is known again.
KEY = "refund_key"


@dataclass(frozen=True)
class RemotePayment:
    """A payment of an invoice. ``intent_id`` is empty for one outside Stripe."""

    invoice_id: str
    intent_id: str
    status: str

    @classmethod
    def read(cls, content: object) -> RemotePayment:
        payload = Payload(content)
        return cls(
            invoice_id=payload.reference("invoice"),
            intent_id=payload.part("payment").reference("payment_intent"),
            status=payload.required("status"),
        )


@dataclass(frozen=True)
class RemoteRefund:
    """``key`` is that of a refund made here, else empty."""

    id: str
    status: str
    amount: int
    currency: str
    intent_id: str
    reason: str
    failure: str
    made_at: datetime
    key: str

    @classmethod
    def read(cls, content: object) -> RemoteRefund:
        """Raises Unreadable for one that is cut short or in a state nobody here knows."""
        payload = Payload(content)
        return cls(
            id=payload.required("id"),
            status=payload.required_word("status", REFUND_STATUSES),
            amount=payload.required_integer("amount"),
            currency=payload.required("currency"),
            intent_id=payload.reference("payment_intent"),
            reason=payload.text("reason"),
            failure=payload.text("failure_reason"),
            made_at=payload.required_moment("created"),
            key=payload.part("metadata").text(KEY),
        )


@dataclass(frozen=True)
class RemoteDispute:
    id: str
    status: str
    amount: int
    currency: str
    intent_id: str
    reason: str
    is_refundable: bool
    due_at: datetime | None
    opened_at: datetime

    @classmethod
    def read(cls, content: object) -> RemoteDispute:
        """Raises Unreadable for one that is cut short or in a state nobody here knows."""
        payload = Payload(content)
        return cls(
            id=payload.required("id"),
            status=payload.required_word("status", DISPUTE_STATUSES),
            amount=payload.required_integer("amount"),
            currency=payload.required("currency"),
            intent_id=payload.reference("payment_intent"),
            reason=payload.text("reason"),
            is_refundable=payload.required_flag("is_charge_refundable"),
            due_at=payload.part("evidence_details").moment("due_by"),
            opened_at=payload.required_moment("created"),
        )


@dataclass(frozen=True)
class RemoteWarning:
    """A bank expects a dispute; ``is_actionable`` while a refund would still spare it."""

    id: str
    intent_id: str
    is_actionable: bool

    @classmethod
    def read(cls, content: object) -> RemoteWarning:
        payload = Payload(content)
        return cls(payload.required("id"), payload.reference("payment_intent"), payload.required_flag("actionable"))
