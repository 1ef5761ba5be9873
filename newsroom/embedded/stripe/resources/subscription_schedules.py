"""``/v1/subscription_schedules`` of subscriptions that run already."""

from typing import Any

from stripe.params import (
    SubscriptionScheduleCreateParams,
    SubscriptionScheduleReleaseParams,
    SubscriptionScheduleRetrieveParams,
    SubscriptionScheduleUpdateParams,
)

from newsroom.embedded.stripe.billing import schedules, standing
from newsroom.embedded.stripe.errors import invalid, missing_param
from newsroom.embedded.stripe.routing import merged, route
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn


@route(
    "POST",
    "/v1/subscription_schedules",
    SubscriptionScheduleCreateParams,
    "billing_mode customer customer_account default_settings end_behavior pause_schedules phases start_date",
)
def create(turn: Turn, params: dict[str, Any]) -> Document:
    """One that begins with the period of the subscription that runs."""
    if "from_subscription" not in params:
        raise missing_param("from_subscription")
    subscription = turn.find("subscription", params["from_subscription"], "from_subscription")
    turn = turn.under(subscription)
    if subscription["status"] in standing.OVER or subscription.get("schedule"):
        raise invalid("You cannot migrate a subscription that is over or attached to a schedule.", "from_subscription")
    phase = schedules.phase_now(subscription)
    chosen = {
        "customer": subscription["customer"],
        "subscription": subscription["id"],
        "status": "active",
        "end_behavior": "release",
        "default_settings": {
            "billing_cycle_anchor": "automatic",
            "invoice_settings": {"issuer": {"type": "self"}},
        },
        "billing_mode": {"type": subscription["billing_mode"]["type"]},
        "metadata": params.get("metadata") or {},
        "phases": [phase],
        "current_phase": {"start_date": phase["start_date"], "end_date": phase["end_date"]},
        "test_clock": subscription.get("test_clock"),
    }
    schedule = turn.new("subscription_schedule", chosen)
    turn.emit("subscription_schedule.created", schedule)
    subscription["schedule"] = schedule["id"]
    turn.save(subscription, "customer.subscription.updated")
    return turn.present(schedule)


@route("GET", "/v1/subscription_schedules/{id}", SubscriptionScheduleRetrieveParams)
def retrieve(turn: Turn, params: dict[str, Any], schedule_id: str) -> Document:
    return turn.present(turn.find("subscription_schedule", schedule_id))


@route(
    "POST",
    "/v1/subscription_schedules/{id}",
    SubscriptionScheduleUpdateParams,
    "default_settings pause_schedules proration_behavior",
)
def update(turn: Turn, params: dict[str, Any], schedule_id: str) -> Document:
    """Other phases; the first has to be what runs already."""
    schedule, subscription = _managing(turn, schedule_id)
    turn = turn.under(subscription)
    if params.get("end_behavior", "release") != "release":
        raise invalid("Only release is modelled as the end of a schedule.", "end_behavior")
    schedule = merged(schedule, params, "metadata")
    if "phases" in params:
        schedule["phases"] = schedules.phases_of(turn, subscription, params["phases"])
    turn.save(schedule, "subscription_schedule.updated")
    return turn.present(schedule)


@route("POST", "/v1/subscription_schedules/{id}/release", SubscriptionScheduleReleaseParams, "preserve_cancel_date")
def release(turn: Turn, params: dict[str, Any], schedule_id: str) -> Document:
    schedule, subscription = _managing(turn, schedule_id)
    turn = turn.under(subscription)
    schedules.release(turn, schedule, subscription)
    turn.save(subscription, "customer.subscription.updated")
    return turn.present(schedule)


def _managing(turn: Turn, schedule_id: str) -> tuple[Document, Document]:
    schedule = turn.find("subscription_schedule", schedule_id)
    if schedule["status"] != "active":
        raise invalid(f"You cannot change a subscription schedule that is {schedule['status']}.")
    return schedule, turn.find("subscription", schedule["subscription"])
