"""Invoices that are not made yet: the real thing is done in a transaction that is always rolled back."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from newsroom.embedded.stripe.billing import catalogue, changes, life, standing
from newsroom.embedded.stripe.errors import StripeError, invalid
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn

_NOT_YET = {
    "status": "draft",
    "number": None,
    "hosted_invoice_url": None,
    "invoice_pdf": None,
    "attempted": False,
    "attempt_count": 0,
    "effective_at": None,
}


def _rehearse(turn: Turn, act: Callable[[], Document]) -> Document:
    with turn.store.transaction(keep=False):
        invoice = turn.present(act())
    return {**invoice, **_NOT_YET, "id": f"upcoming_{invoice['id']}"}


def upcoming(turn: Turn, subscription: Document) -> Document:
    """What the next renewal will be billed.

    Raises:
        StripeError: when there will be none.
    """
    if subscription["status"] in standing.OVER or standing.ends_with_period(subscription):
        message = f"No upcoming invoices for customer: '{subscription['customer']}'"
        raise StripeError(message, status=404, code="invoice_upcoming_none")
    then = replace(turn, at=standing.period_end(subscription))
    return _rehearse(turn, lambda: life.renew(then, subscription))


def changed(turn: Turn, subscription: Document, details: dict[str, Any]) -> Document:
    """What a change of the subscription would be billed, now or with the next renewal."""

    def act() -> Document:
        invoice = None
        if "trial_end" in details:
            invoice = changes.set_trial_end(turn, subscription, details["trial_end"])
        if "items" in details:
            bill = changes.change_items(turn, subscription, details["items"], details)
            invoice = changes.draft_of(turn, subscription, bill, details)
            if invoice is None and details.get("billing_cycle_anchor", {}).get("type") == "now":
                invoice = life.restart_period(turn, subscription, "subscription_update", [])
        return invoice or life.renew(replace(turn, at=standing.period_end(subscription)), subscription)

    return _rehearse(turn, act)


def first(turn: Turn, customer: Document, details: dict[str, Any]) -> Document:
    """What a new subscription would be billed at once."""
    if not details.get("items"):
        raise invalid(
            "Name a subscription, or subscription_details[items] for a new one.", "subscription_details[items]"
        )
    items = [
        catalogue.recurring_item(turn, item, f"subscription_details[items][{i}]")
        for i, item in enumerate(details["items"])
    ]
    fields = {
        "customer": customer["id"],
        "collection_method": "charge_automatically",
        "days_until_due": None,
        "billing_mode": {"type": "flexible"},
        "metadata": {},
        "test_clock": customer.get("test_clock"),
    }

    def act() -> Document:
        trial_end = life.trial_end_of(turn, details)
        subscription, _ = life.start(turn, fields, items, trial_end=trial_end, payment_behavior="default_incomplete")
        return turn.find("invoice", subscription["latest_invoice"])

    return _rehearse(turn, act)
