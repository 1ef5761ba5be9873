"""Changes to a running subscription: its items, its trial, its end. Each says what it costs, by the second."""

from dataclasses import dataclass
from typing import Any

from newsroom.embedded.stripe.billing import catalogue, invoices, life, standing
from newsroom.embedded.stripe.billing.periods import share
from newsroom.embedded.stripe.errors import invalid
from newsroom.embedded.stripe.routing import merged_metadata
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn


def set_cancellation(turn: Turn, subscription: Document, params: dict[str, Any]) -> None:
    """Schedule the end or take it back, as ``cancel_at`` and ``cancel_at_period_end`` ask."""
    if params.get("cancel_at") not in (None, "") and params.get("cancel_at_period_end"):
        raise invalid("You may only specify one of these parameters: cancel_at, cancel_at_period_end.", "cancel_at")
    if "cancel_at_period_end" in params:
        at_end = params["cancel_at_period_end"]
        _schedule_end(turn, subscription, standing.period_end(subscription) if at_end else None, at_period_end=at_end)
    if "cancel_at" in params:
        _schedule_end(turn, subscription, _moment(turn, subscription, params["cancel_at"]), at_period_end=False)


def _moment(turn: Turn, subscription: Document, value: int | str) -> int | None:
    if value == "":
        return None
    ends = [item["current_period_end"] for item in subscription["_items"]]
    words = {"min_period_end": min(ends), "max_period_end": max(ends), "max_billed_until": max(ends)}
    moment = words.get(value) if isinstance(value, str) else value
    if moment is None or moment <= turn.at:
        raise invalid("cancel_at must be in the future.", "cancel_at")
    return moment


def _schedule_end(turn: Turn, subscription: Document, moment: int | None, *, at_period_end: bool) -> None:
    details = {**(subscription.get("cancellation_details") or {})}
    details["reason"] = "cancellation_requested" if moment else None
    subscription |= {
        "cancel_at": moment,
        "cancel_at_period_end": at_period_end,
        "canceled_at": turn.at if moment else None,
        "cancellation_details": details if moment else {},
    }


@dataclass(frozen=True)
class Bill:
    """What a change of items costs: proration lines, and whether a new period begins now with them."""

    lines: list[Document]
    restarts: bool = False


def change_items(turn: Turn, subscription: Document, given: list[Document], params: dict[str, Any]) -> Bill:
    """Set quantities and prices of items, add some and drop some. Nothing is billed yet."""
    before = [dict(item) for item in subscription["_items"]]
    for index, change in enumerate(given):
        _change_item(turn, subscription, change, f"items[{index}]")
    if not subscription["_items"]:
        raise invalid("A subscription must have at least one active item.", "items")
    prorates = params.get("proration_behavior", "create_prorations") != "none"
    if subscription["status"] in ("trialing", "incomplete", "paused"):
        return Bill([])
    since = params.get("proration_date", turn.at)
    if _interval(turn, before[0]) != _interval(turn, subscription["_items"][0]):
        return Bill(prorations(turn, subscription, before, [], since) if prorates else [], restarts=True)
    return Bill(prorations(turn, subscription, before, subscription["_items"], since) if prorates else [])


def draft_of(turn: Turn, subscription: Document, bill: Bill, params: dict[str, Any]) -> Document | None:
    """The invoice that the change makes now; None when it waits for the next renewal or costs nothing."""
    if bill.restarts:
        return life.restart_period(turn, subscription, "subscription_update", bill.lines)
    if bill.lines and params.get("proration_behavior") == "always_invoice":
        return invoices.draft(turn, subscription, bill.lines, "subscription_update")
    if bill.lines:
        subscription["_pending"] = [*subscription.get("_pending", []), *bill.lines]
    return None


def _change_item(turn: Turn, subscription: Document, change: Document, param: str) -> None:
    items = subscription["_items"]
    if "id" not in change:
        if any(item["price"] == change.get("price") for item in items):
            raise invalid("Cannot add multiple subscription items with the same price: name the item by its id.", param)
        period = (turn.at, standing.period_end(subscription))
        items.append(life.new_item(turn, subscription["id"], catalogue.recurring_item(turn, change, param), period))
        return
    item = next((item for item in items if item["id"] == change["id"]), None)
    if item is None:
        raise invalid(f"No such subscription item: '{change['id']}'", f"{param}[id]", "resource_missing")
    if change.get("deleted"):
        items.remove(item)
        return
    if "price" in change or "price_data" in change:
        change = catalogue.recurring_item(turn, change, param)
    if "metadata" in change:
        item["metadata"] = merged_metadata(item["metadata"], change["metadata"])
    item |= {name: change[name] for name in ("price", "quantity") if name in change}


def _interval(turn: Turn, item: Document) -> tuple[str, int]:
    recurring = turn.find("price", item["price"])["recurring"]
    return recurring["interval"], recurring["interval_count"]


def prorations(
    turn: Turn, subscription: Document, before: list[Document], after: list[Document], since: int
) -> list[Document]:
    """A credit for the unused time of what was, and a charge for the remaining time of what is now."""
    unchanged = [item for item in before if item in after]
    lines = []
    for items, sign, words in ((before, -1, "Unused time on"), (after, 1, "Remaining time on")):
        for item in items:
            price = turn.find("price", item["price"])
            start, end = item["current_period_start"], item["current_period_end"]
            amount = sign * share(price["unit_amount"] * item["quantity"], start, end, since)
            if item in unchanged or amount == 0:
                continue
            product = turn.find("product", price["product"])["name"]
            text = f"{words} {item['quantity']} × {product}"
            period = (since, end)
            lines.append(
                invoices.line(turn, subscription, item, period, amount=amount, description=text, proration=True)
            )
    return lines


def set_trial_end(turn: Turn, subscription: Document, when: int | str) -> Document | None:
    """Move the end of the trial; "now" ends it and begins the first paid period, whose draft invoice is answered."""
    if when != "now":
        moment = life.trial_end_of(turn, {"trial_end": when})
        for item in subscription["_items"]:
            item["current_period_end"] = moment
        subscription |= {"status": "trialing", "trial_end": moment, "billing_cycle_anchor": moment}
        subscription["trial_start"] = subscription.get("trial_start") or turn.at
        return None
    if subscription["status"] != "trialing":
        return None
    subscription |= {"trial_end": turn.at, "status": "active"}
    turn.emit("customer.subscription.trial_will_end", subscription)
    return life.restart_period(turn, subscription, "subscription_update", [])
