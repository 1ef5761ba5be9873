"""A pause that was asked for, and the way back out of any pause.

While a subscription is paused it gives no service, makes no invoices and passes into no further period. What is
credited for the time that was paid and is not had, and what the rest of a running period costs on the way back, are
prorations like those of a change of items.
"""

from typing import Any

from newsroom.embedded.stripe.billing import changes, collection, invoices, life, standing
from newsroom.embedded.stripe.billing.periods import HOUR, later
from newsroom.embedded.stripe.cards import Decline
from newsroom.embedded.stripe.errors import invalid
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn

TIME_TO_PAY = 23 * HOUR


def pause(turn: Turn, subscription: Document, params: dict[str, Any]) -> None:
    """Pause at the customer's wish; the unused time is credited from now unless ``bill_for`` says otherwise."""
    if subscription["status"] != "active":
        raise invalid(f"Only active subscriptions can be paused. This one is {subscription['status']}.")
    if subscription["billing_mode"]["type"] != "flexible":
        raise invalid("Only subscriptions with the flexible billing mode can be paused.")
    lines = _unused(turn, subscription, params.get("bill_for", {}).get("unused_time_from", {}).get("type", "now"))
    subscription["_credited"] = bool(lines)
    if lines and params.get("invoicing_behavior") == "invoice":
        invoice = invoices.draft(turn, subscription, lines, "subscription_update")
        turn.store.put(subscription)
        collection.finalize(turn, invoice)
    elif lines:
        subscription["_pending"] = [*subscription.get("_pending", []), *lines]
    standing.pause(turn, subscription, "pause_requested")


def _unused(turn: Turn, subscription: Document, since: str) -> list[Document]:
    if since == "none":
        return []
    starts = min(item["current_period_start"] for item in subscription["_items"])
    moment = starts if since == "item_current_period_start" else turn.at
    return changes.prorations(turn, subscription, subscription["_items"], [], moment)


def resume(turn: Turn, subscription: Document, params: dict[str, Any]) -> Decline | None:
    """Make the invoice that resumes the subscription, if it costs anything to, and collect it if that was asked for.

    Without an invoice it is active at once. With one it is when that is paid, and on ``resume_on_payment_attempt`` past
    due when that fails; after 23 hours without an attempt the invoice is voided, and the pause goes on.
    """
    if subscription["status"] != "paused":
        raise invalid("Only paused subscriptions can be resumed.")
    if subscription["collection_method"] == "send_invoice":
        raise invalid("Only subscriptions that are charged automatically can be resumed.")
    _withdraw(turn, subscription)
    invoice = _invoice(turn, subscription, params)
    if invoice is None:
        standing.restore(turn, subscription, "active")
        return None
    on_success = params.get("payment_behavior") == "resume_on_payment_success"
    subscription |= {"_resuming": invoice["id"], "_resumes_when": "paid" if on_success else "tried"}
    turn.save(subscription, "customer.subscription.updated")
    decline = collection.finalize(turn, invoice, collect=on_success)
    if invoice["status"] == "open":
        turn.schedule("give_up_resuming", invoice, turn.at + TIME_TO_PAY)
    subscription |= turn.find("subscription", subscription["id"])
    return decline


def _withdraw(turn: Turn, subscription: Document) -> None:
    """An earlier try that was never paid makes room for this one."""
    earlier = turn.store.get(subscription.get("_resuming") or "", "invoice")
    if earlier and earlier["status"] == "open":
        collection.void(turn, earlier)
        subscription |= turn.find("subscription", subscription["id"])


def _invoice(turn: Turn, subscription: Document, params: dict[str, Any]) -> Document | None:
    if params.get("billing_cycle_anchor", {}).get("type") != "unchanged":
        return life.restart_period(turn, subscription, "subscription_update", [])
    moved = _catch_up(turn, subscription)
    how = params.get("proration_behavior", "create_prorations")
    owes = (moved or subscription.get("_credited")) and how != "none"
    since = params.get("proration_date", turn.at)
    lines = changes.prorations(turn, subscription, [], subscription["_items"], since) if owes else []
    pending = [*subscription.pop("_pending", []), *lines]
    if how == "always_invoice" and pending:
        return invoices.draft(turn, subscription, pending, "subscription_update")
    subscription["_pending"] = pending
    return None


def _catch_up(turn: Turn, subscription: Document) -> bool:
    """Move the items to the period the unchanged cycle is in now; whether that is a later one than they were in."""
    moved = False
    for item in subscription["_items"]:
        recurring = turn.find("price", item["price"])["recurring"]
        step = (recurring["interval"], recurring["interval_count"], subscription["billing_cycle_anchor"])
        while item["current_period_end"] <= turn.at:
            item["current_period_start"] = item["current_period_end"]
            item["current_period_end"] = later(item["current_period_end"], *step)
            moved = True
    return moved
