"""Credit notes, by which an invoice for tax is corrected."""

from __future__ import annotations

from typing import Any

from memberships.stripe.client import PAGE, all_pages, loose, sdk, translated
from memberships.stripe.credited import RemoteCreditNote
from memberships.stripe.returned import KEY


@translated
def credit_notes_of(invoice_id: str) -> list[RemoteCreditNote]:
    listed = sdk().v1.credit_notes.list
    return [RemoteCreditNote.read(each) for each in all_pages(listed, {"invoice": invoice_id, "limit": PAGE})]


@translated
def create_credit_note(invoice_id: str, refund_id: str, amount: int, *, key: str) -> RemoteCreditNote:
    """Document a refund that was made; the same ``key`` gives the same note. Stripe sends no mail about it: we do."""
    params: dict[str, Any] = {
        "invoice": invoice_id,
        "amount": amount,
        "refunds": [{"refund": refund_id, "amount_refunded": amount}],
        "email_type": "none",
        "metadata": {KEY: key},
    }
    note = sdk().v1.credit_notes.create(loose(params), {"idempotency_key": f"credit-note:{key}"})
    return RemoteCreditNote.read(note.to_dict())
