"""A plan that follows at the end of the period: the phases of a subscription's schedule, and entering them."""

from typing import Any

from newsroom.embedded.stripe.billing import catalogue, standing
from newsroom.embedded.stripe.billing.periods import later
from newsroom.embedded.stripe.errors import invalid, unmodelled
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn

_MODELLED = {"items", "start_date", "end_date", "duration", "discounts", "proration_behavior"}


def schedule_of(turn: Turn, subscription: Document) -> Document | None:
    """The schedule that manages the subscription now."""
    return turn.store.get(subscription.get("schedule") or "", "subscription_schedule")


def phase_now(subscription: Document) -> Document:
    """The period that runs, as the phase a schedule made from the subscription begins with."""
    items = [{"price": item["price"], "quantity": item["quantity"]} for item in subscription["_items"]]
    return {
        "start_date": min(item["current_period_start"] for item in subscription["_items"]),
        "end_date": standing.period_end(subscription),
        "currency": subscription["currency"],
        "items": items,
        "discounts": [{"discount": discount} for discount in subscription["discounts"]],
        "proration_behavior": "create_prorations",
    }


def phases_of(turn: Turn, subscription: Document, given: list[dict[str, Any]]) -> list[Document]:
    """The phases that are asked for, each beginning where the one before it ends."""
    phases: list[Document] = []
    for index, asked in enumerate(given):
        if strange := set(asked) - _MODELLED:
            raise unmodelled(f"phases[{index}][{min(strange)}]")
        phases.append(_phase(turn, subscription, asked, f"phases[{index}]", phases[-1] if phases else None))
    running = phase_now(subscription)
    first = [(item["price"], item["quantity"]) for item in phases[0]["items"]]
    if first != [(item["price"], item["quantity"]) for item in running["items"]]:
        raise unmodelled("phases[0][items]")
    if phases[0]["end_date"] != running["end_date"]:
        raise unmodelled("phases[0][end_date]")
    return phases


def _phase(turn: Turn, subscription: Document, asked: dict[str, Any], param: str, before: Document | None) -> Document:
    items = [
        catalogue.recurring_item(turn, item, f"{param}[items][{number}]") for number, item in enumerate(asked["items"])
    ]
    start = before["end_date"] if before else asked.get("start_date", turn.at)
    if asked.get("start_date", start) != start:
        raise invalid("The start of a phase must be the end of the phase before it.", f"{param}[start_date]")
    end = asked.get("end_date")
    if end is None and "duration" in asked:
        end = later(start, asked["duration"]["interval"], asked["duration"].get("interval_count", 1))
    if end is None:
        raise invalid("Say when the phase ends, by end_date or duration.", f"{param}[end_date]")
    return {
        "start_date": start,
        "end_date": end,
        "currency": subscription["currency"],
        "items": [{"price": item["price"], "quantity": item.get("quantity", 1)} for item in items],
        "discounts": asked.get("discounts") or [],
        "proration_behavior": asked.get("proration_behavior", "create_prorations"),
    }


def enter(turn: Turn, subscription: Document) -> None:
    """The period is over: the items become those of the phase that begins now; after the last one the schedule lets go.

    Prices change with the period, so there is nothing to prorate.
    """
    schedule = schedule_of(turn, subscription)
    if schedule is None:
        return
    ends = standing.period_end(subscription)
    phase = next((phase for phase in schedule["phases"] if phase["start_date"] == ends), None)
    if phase is not None:
        for item, wanted in zip(subscription["_items"], phase["items"], strict=True):
            item |= {"price": wanted["price"], "quantity": wanted["quantity"]}
        schedule["current_phase"] = {"start_date": phase["start_date"], "end_date": phase["end_date"]}
        turn.save(schedule, "subscription_schedule.updated")
    elif schedule["current_phase"]["end_date"] <= ends:
        release(turn, schedule, subscription)


def release(turn: Turn, schedule: Document, subscription: Document) -> None:
    """The subscription goes on as it is, and what was to follow does not."""
    subscription["schedule"] = None
    released = {"status": "released", "released_at": turn.at, "released_subscription": subscription["id"]}
    schedule |= {**released, "subscription": None, "current_phase": None}
    turn.save(schedule, "subscription_schedule.released")


def refuse_cancelling(subscription: Document, params: dict[str, Any]) -> None:
    """What a schedule manages is not ended beside it."""
    if subscription.get("schedule") and {"cancel_at", "cancel_at_period_end"} & set(params):
        raise invalid(
            f"The subscription is managed by the subscription schedule `{subscription['schedule']}`, and updating any "
            "cancelation behavior directly is not allowed. Please update the schedule instead."
        )
