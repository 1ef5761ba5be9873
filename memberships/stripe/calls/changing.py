"""Another plan for a subscription, now or with its next period, and its rest."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from memberships.stripe.client import loose, sdk, translated
from memberships.stripe.payload import Payload, Unreadable
from memberships.stripe.remote import RemoteCharge, RemoteItem


def _to_price(item: RemoteItem, price_id: str, since: datetime, *, restarts: bool) -> dict[str, Any]:
    """The change as it is previewed and made, word for word: so both come to the same sum."""
    change: dict[str, Any] = {
        "items": [{"id": item.id, "price": price_id, "quantity": item.quantity}],
        "proration_behavior": "always_invoice",
        "proration_date": int(since.timestamp()),
    }
    return {**change, "billing_cycle_anchor": {"type": "now"}} if restarts else change


@translated
def preview_change(
    subscription_id: str, item: RemoteItem, price_id: str, since: datetime, *, restarts: bool
) -> RemoteCharge:
    """What a change of price would charge at once, counted from ``since``; ``restarts`` begins a new period with it."""
    details = _to_price(item, price_id, since, restarts=restarts)
    asked = {"subscription": subscription_id, "subscription_details": details}
    return RemoteCharge.read(sdk().v1.invoices.create_preview(loose(asked)).to_dict())


@translated
def change_now(
    subscription_id: str, item: RemoteItem, price_id: str, since: datetime, *, restarts: bool, key: str
) -> None:
    """Make the change and charge for it at once. Where the charge fails nothing is changed."""
    change = _to_price(item, price_id, since, restarts=restarts)
    asked = {**change, "payment_behavior": "error_if_incomplete"}
    sdk().v1.subscriptions.update(subscription_id, loose(asked), {"idempotency_key": key})


@translated
def change_in_trial(subscription_id: str, item: RemoteItem, price_id: str, trial_ends: datetime, *, key: str) -> None:
    """Another price for what is charged when the trial ends, which it does when it would have."""
    asked = {
        "items": [{"id": item.id, "price": price_id, "quantity": item.quantity}],
        "proration_behavior": "none",
        "trial_end": int(trial_ends.timestamp()),
    }
    sdk().v1.subscriptions.update(subscription_id, loose(asked), {"idempotency_key": key})


@translated
def follow_with(subscription_id: str, price_id: str, interval: str, *, key: str) -> None:
    """Have another price follow when the period that runs is over, by a schedule that lets go after that."""
    schedule = sdk().v1.subscription_schedules.create(
        {"from_subscription": subscription_id}, {"idempotency_key": f"{key}:schedule"}
    )
    made = Payload(schedule.to_dict())
    running = made.entries("phases")
    if not running:
        raise Unreadable(f"The schedule {made.text('id')} has no phase.")
    phase = running[0]
    item = phase.entries("items")[0]
    quantity = item.number("quantity") or 1
    kept = [{"discount": discount} for each in phase.entries("discounts") if (discount := each.reference("discount"))]
    shared: dict[str, Any] = {"discounts": kept} if kept else {}
    phases = [
        {
            "items": [{"price": item.reference("price"), "quantity": quantity}],
            "start_date": phase.integer("start_date"),
            "end_date": phase.integer("end_date"),
            **shared,
        },
        {
            "items": [{"price": price_id, "quantity": quantity}],
            "duration": {"interval": interval, "interval_count": 1},
            "proration_behavior": "none",
            **shared,
        },
    ]
    asked = {"end_behavior": "release", "phases": phases}
    sdk().v1.subscription_schedules.update(made.required("id"), loose(asked), {"idempotency_key": f"{key}:phases"})


@translated
def release(schedule_id: str) -> None:
    """Let the subscription go on as it is: what was to follow by the schedule does not."""
    sdk().v1.subscription_schedules.release(schedule_id)


@translated
def pause(subscription_id: str, *, key: str) -> None:
    """Stop service and charges now. What was paid for the rest of the period is credited."""
    asked = {"type": "subscription", "bill_for": {"unused_time_from": {"type": "now"}}}
    how = {**asked, "invoicing_behavior": "pending_invoice_item"}
    sdk().v1.subscriptions.pause(subscription_id, loose(how), {"idempotency_key": key})


@translated
def go_on(subscription_id: str, *, restarts: bool = False) -> None:
    """Have service and charges go on in the same cycle, or with a new period that begins now.

    The rest of the period is charged less what was credited; where that charge fails the pause goes on.
    """
    how = {
        "billing_cycle_anchor": {"type": "now" if restarts else "unchanged"},
        "proration_behavior": "always_invoice",
        "payment_behavior": "resume_on_payment_success",
    }
    sdk().v1.subscriptions.resume(subscription_id, loose(how))
