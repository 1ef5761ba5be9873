"""The turning points of a subscription: it starts, its period ends, it renews."""

from typing import Any

from newsroom.embedded.stripe.billing import collection, invoices, schedules, standing
from newsroom.embedded.stripe.billing.periods import DAY, later
from newsroom.embedded.stripe.cards import Decline
from newsroom.embedded.stripe.errors import invalid, unmodelled
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn

LONGEST_TRIAL = 730 * DAY


def trial_end_of(turn: Turn, params: dict[str, Any]) -> int | None:
    """When the trial that is asked for ends; None without one.

    Raises:
        StripeError: for a trial that ends in the past or lasts more than two years.
    """
    if "trial_end" in params and "trial_period_days" in params:
        raise invalid("You may only specify one of these parameters: trial_end, trial_period_days.", "trial_end")
    if "trial_period_days" in params:
        if params["trial_period_days"] < 1:
            raise invalid("Invalid trial_period_days: must be at least 1.", "trial_period_days")
        ends: int = turn.at + params["trial_period_days"] * DAY
    elif params.get("trial_end") in (None, "now"):
        return None
    else:
        ends = params["trial_end"]
    if not turn.at < ends <= turn.at + LONGEST_TRIAL:
        raise invalid("The trial must end in the future, within two years.", "trial_end")
    return ends


def anchor_of(turn: Turn, params: dict[str, Any], price: Document) -> int | None:
    """From when on the periods are counted, where the time until then is not charged; None without that.

    Raises:
        StripeError: for one in the past, one later than the first period would end, or one whose time is charged.
    """
    anchor: int | None = params.get("billing_cycle_anchor")
    if anchor is None:
        return None
    if params.get("proration_behavior") != "none":
        raise unmodelled("billing_cycle_anchor")
    natural = later(turn.at, price["recurring"]["interval"], price["recurring"]["interval_count"])
    if not turn.at < anchor <= natural:
        message = "billing_cycle_anchor must be in the future and not later than the next natural billing date."
        raise invalid(message, "billing_cycle_anchor")
    return anchor


def new_item(turn: Turn, subscription_id: str, given: Document, period: tuple[int, int]) -> Document:
    """A subscription item to be kept inside its subscription, and a note of where to find it by its id."""
    item = {
        **turn.sketch("subscription_item"),
        "current_period_start": period[0],
        "current_period_end": period[1],
        "discounts": [],
        "metadata": given.get("metadata") or {},
        "price": given["price"],
        "quantity": given.get("quantity", 1),
        "subscription": subscription_id,
        "tax_rates": [],
    }
    turn.store.write_note(f"item {item['id']}", subscription_id)
    return item


def start(
    turn: Turn,
    fields: Document,
    items: list[Document],
    *,
    trial_end: int | None = None,
    anchor: int | None = None,
    payment_behavior: str = "allow_incomplete",
    on_session: bool = False,
) -> tuple[Document, Decline | None]:
    """A new subscription with its first invoice, and what the bank said when that was to be paid at once.

    ``fields`` are those of the subscription that were chosen; ``items`` hold a price id and a quantity each. Until an
    ``anchor`` it is active without an invoice.
    """
    price = turn.find("price", items[0]["price"])
    recurring = price["recurring"]
    begins = trial_end or anchor
    period = (turn.at, begins or later(turn.at, recurring["interval"], recurring["interval_count"]))
    sending = fields["collection_method"] == "send_invoice"
    subscription = {
        **turn.sketch("subscription"),
        "automatic_tax": {"enabled": False},
        "billing_cycle_anchor": begins or turn.at,
        "cancel_at_period_end": False,
        "cancellation_details": {},
        "currency": price["currency"],
        "discounts": [],
        "invoice_settings": {"issuer": {"type": "self"}},
        "payment_settings": {"save_default_payment_method": "off"},
        "start_date": turn.at,
        "status": "trialing" if trial_end else "active" if sending or anchor else "incomplete",
        "trial_start": turn.at if trial_end else None,
        "trial_end": trial_end,
        **fields,
    }
    subscription["_items"] = [new_item(turn, subscription["id"], item, period) for item in items]
    turn.store.put(subscription, subscription["customer"])
    turn.emit("customer.subscription.created", subscription)
    if anchor is not None:
        standing.plan(turn, subscription)
        return subscription, None
    decline = _first_invoice(turn, subscription, period, payment_behavior, on_session=on_session)
    subscription = turn.find("subscription", subscription["id"])
    standing.plan(turn, subscription)
    return subscription, decline


def _first_invoice(
    turn: Turn, subscription: Document, period: tuple[int, int], payment_behavior: str, *, on_session: bool
) -> Decline | None:
    trial = subscription["trial_end"] is not None
    make = invoices.trial_line if trial else invoices.line
    lines = [make(turn, subscription, item, period) for item in subscription["_items"]]
    invoice = invoices.draft(turn, subscription, lines, "subscription_create")
    turn.store.put(subscription)
    if subscription["collection_method"] == "send_invoice" and not trial:
        turn.schedule("finalize_invoice", invoice, invoice["automatically_finalizes_at"])
        return None
    decline = collection.finalize(turn, invoice, collect=False)
    if invoice["status"] == "paid" or payment_behavior == "default_incomplete":
        return decline
    return collection.pay(turn, invoice, on_session=on_session)


def period_ends(turn: Turn, subscription: Document) -> None:
    """The current period, or the trial, is over and no end was set: it renews, or for want of a card ends or waits."""
    if subscription["status"] == "trialing" and _lacks_card(turn, subscription):
        behavior = ((subscription.get("trial_settings") or {}).get("end_behavior") or {}).get("missing_payment_method")
        if behavior == "cancel":
            standing.end(turn, subscription, None)
            return
        if behavior == "pause":
            standing.pause(turn, subscription, "trial_end_without_payment_method")
            return
    renew(turn, subscription)


def _lacks_card(turn: Turn, subscription: Document) -> bool:
    if subscription["collection_method"] == "send_invoice":
        return False
    stub = {"_subscription": subscription["id"], "customer": subscription["customer"]}
    return collection.default_method(turn, stub) is None


def renew(turn: Turn, subscription: Document) -> Document:
    """Open the next period with a draft invoice that is finalised an hour later."""
    ended = (subscription["_items"][0]["current_period_start"], standing.period_end(subscription))
    schedules.enter(turn, subscription)
    for item in subscription["_items"]:
        recurring = turn.find("price", item["price"])["recurring"]
        item["current_period_start"] = item["current_period_end"]
        item["current_period_end"] = later(
            item["current_period_end"],
            recurring["interval"],
            recurring["interval_count"],
            subscription["billing_cycle_anchor"],
        )
    if subscription["status"] == "trialing":
        subscription["status"] = "active"
    lines = [*subscription.pop("_pending", []), *_renewal_lines(turn, subscription)]
    invoice = invoices.draft(turn, subscription, lines, "subscription_cycle", ended)
    standing.plan(turn, subscription)
    turn.save(subscription, "customer.subscription.updated")
    if subscription["status"] == "unpaid":
        # Nothing more is collected until what is open was paid: the drafts pile up, to be sent by hand or dropped.
        invoices.stop_collecting(turn, invoice)
        return invoice
    if _collection_paused(turn, subscription, invoice):
        return invoice
    turn.schedule("finalize_invoice", invoice, invoice["automatically_finalizes_at"])
    return invoice


def _renewal_lines(turn: Turn, subscription: Document) -> list[Document]:
    return [
        invoices.line(turn, subscription, item, (item["current_period_start"], item["current_period_end"]))
        for item in subscription["_items"]
    ]


def _collection_paused(turn: Turn, subscription: Document, invoice: Document) -> bool:
    """With ``pause_collection`` the invoice is made and then kept, voided or written off instead of collected."""
    pausing = subscription.get("pause_collection")
    if not pausing or (pausing.get("resumes_at") or turn.at + 1) <= turn.at:
        return False
    if pausing["behavior"] == "keep_as_draft":
        invoices.stop_collecting(turn, invoice)
        return True
    invoices.finalize(turn, invoice)
    invoices.close(turn, invoice, "void" if pausing["behavior"] == "void" else "uncollectible")
    return True


def restart_period(turn: Turn, subscription: Document, reason: str, owed: list[Document]) -> Document:
    """Begin a period now, on which the cycle is anchored from here on; its draft invoice, with what is owed before."""
    for item in subscription["_items"]:
        recurring = turn.find("price", item["price"])["recurring"]
        item["current_period_start"] = turn.at
        item["current_period_end"] = later(turn.at, recurring["interval"], recurring["interval_count"])
    subscription["billing_cycle_anchor"] = turn.at
    lines = [*subscription.pop("_pending", []), *owed, *_renewal_lines(turn, subscription)]
    return invoices.draft(turn, subscription, lines, reason)


def bill_now(turn: Turn, subscription: Document, invoice: Document) -> Decline | None:
    """Save the subscription, collect its draft at once, and bring the copy in hand up to date with the result."""
    standing.plan(turn, subscription)
    turn.save(subscription, "customer.subscription.updated")
    decline = collection.finalize(turn, invoice)
    subscription |= turn.find("subscription", subscription["id"])
    return decline
