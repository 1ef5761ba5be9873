"""Where a subscription stands: its status after a payment or a failure, its end, and what the clock holds for it."""

from newsroom.embedded.stripe.account import Account
from newsroom.embedded.stripe.billing import charges, invoices
from newsroom.embedded.stripe.billing.periods import DAY, HOUR
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn

TRIAL_WARNING = 3 * DAY
RENEWAL_WARNING = 7 * DAY
TIME_TO_PAY_FIRST = 23 * HOUR
OVER = ("canceled", "incomplete_expired")
_PLANNED = ("trial_will_end", "period_ends", "cancel_subscription", "renewal_comes", "expire_incomplete")


def period_end(subscription: Document) -> int:
    """The earliest end of the items' current periods."""
    return min(int(item["current_period_end"]) for item in subscription["_items"])


def ends_with_period(subscription: Document) -> bool:
    """Whether it is set to end by the end of the current period, so that there will be no renewal."""
    cancel_at = subscription["cancel_at"]
    return cancel_at is not None and cancel_at <= period_end(subscription)


def plan(turn: Turn, subscription: Document) -> None:
    """Put on the timeline what comes next for this subscription, in place of what stood there."""
    turn.unschedule(subscription, *_PLANNED)
    status = subscription["status"]
    if status in OVER:
        return
    if status == "incomplete":
        turn.schedule("expire_incomplete", subscription, subscription["created"] + TIME_TO_PAY_FIRST)
        return
    if status == "trialing":
        _plan_trial_warning(turn, subscription)
    if subscription["cancel_at"]:
        turn.schedule("cancel_subscription", subscription, subscription["cancel_at"])
    if status != "paused" and not ends_with_period(subscription):
        _plan_renewal(turn, subscription)


def _plan_renewal(turn: Turn, subscription: Document) -> None:
    ends = period_end(subscription)
    if ends - RENEWAL_WARNING > turn.at:
        turn.schedule("renewal_comes", subscription, ends - RENEWAL_WARNING)
    turn.schedule("period_ends", subscription, ends)


def _plan_trial_warning(turn: Turn, subscription: Document) -> None:
    """Three days before; a trial that is shorter, or was made shorter, is warned of at once, and each end only once."""
    if subscription.get("_warned_of") == subscription["trial_end"]:
        return
    turn.schedule("trial_will_end", subscription, max(turn.at, subscription["trial_end"] - TRIAL_WARNING))


def subscription_of(turn: Turn, invoice: Document) -> Document | None:
    return turn.store.get(invoice["_subscription"], "subscription")


def after_payment(turn: Turn, invoice: Document) -> None:
    """An invoice was paid: the first one starts the subscription, the last overdue one restores it."""
    subscription = subscription_of(turn, invoice)
    if subscription is None or subscription["status"] not in ("incomplete", "past_due", "unpaid", "paused"):
        return
    if subscription["status"] == "paused" and subscription.get("_resuming") != invoice["id"]:
        return
    if subscription["status"] != "incomplete" and _owes(turn, subscription):
        return
    restore(turn, subscription, "active")
    set_delinquent(turn, subscription, owes=False)


def restore(turn: Turn, subscription: Document, status: str) -> None:
    """It runs, or runs on, in this status; the end of a pause is told as ``customer.subscription.resumed`` as well."""
    was_paused = subscription["status"] == "paused"
    subscription |= {"status": status, "_resuming": None, "status_details": None}
    plan(turn, subscription)
    turn.save(subscription, "customer.subscription.updated")
    if was_paused:
        turn.emit("customer.subscription.resumed", subscription)


def pause(turn: Turn, subscription: Document, why: str) -> None:
    """No service and no invoices until it is resumed: told as updated and as ``customer.subscription.paused``."""
    paused = {"type": "subscription", "transitioned_at": turn.at, "subscription": {"type": why}}
    subscription |= {"status": "paused", "status_details": {"paused": paused}}
    plan(turn, subscription)
    turn.save(subscription, "customer.subscription.updated")
    turn.emit("customer.subscription.paused", subscription)


def after_closing(turn: Turn, invoice: Document) -> None:
    """An invoice was voided or written off: nothing is owed on it, but a subscription it was to start never begins."""
    subscription = subscription_of(turn, invoice)
    if subscription is not None and subscription["status"] == "incomplete":
        expire(turn, subscription)
        return
    if subscription is not None and subscription["status"] == "paused" and invoice["status"] == "void":
        _keep_credit(turn, subscription, invoice)
        return
    after_payment(turn, invoice)


def _keep_credit(turn: Turn, subscription: Document, invoice: Document) -> None:
    """The pause goes on, and what was credited for it waits for the next way out of it."""
    if subscription.get("_resuming") == invoice["id"]:
        credit = [line for line in invoice["_lines"] if line["amount"] < 0]
        turn.save(subscription | {"_resuming": None, "_pending": [*subscription.get("_pending", []), *credit]})


def _owes(turn: Turn, subscription: Document) -> bool:
    """Whether an invoice is still open that was tried, or is past its due date."""
    return any(
        row["status"] == "open" and (row["attempted"] if row["due_date"] is None else row["due_date"] <= turn.at)
        for row in turn.select("invoice", subscription["customer"])
        if row["_subscription"] == subscription["id"]
    )


def after_failure(turn: Turn, invoice: Document, *, final: bool) -> None:
    """A charge failed: a running subscription is past due; after the final retry the account decides about it."""
    subscription = subscription_of(turn, invoice)
    if subscription is None:
        return
    if tried_to_resume(subscription, invoice):
        restore(turn, subscription, "past_due")
    if subscription["status"] not in ("active", "trialing", "past_due"):
        return
    if final:
        give_up_on(turn, subscription, Account.of(turn.store).after_retries)
        return
    fall_behind(turn, subscription)


def give_up_on(turn: Turn, subscription: Document, what: str) -> None:
    """What the account does with a subscription that nobody pays for: one of the words of ``account.py``."""
    if what == "cancel":
        end(turn, subscription, "payment_failed")
    elif what == "pause":
        pause(turn, subscription, "final_payment_failure")
    elif what == "unpaid":
        subscription["status"] = "unpaid"
        turn.save(subscription, "customer.subscription.updated")
    else:
        fall_behind(turn, subscription)


def tried_to_resume(subscription: Document, invoice: Document) -> bool:
    """Whether an attempt to pay the invoice, successful or not, is to end the subscription's pause."""
    resuming = subscription["status"] == "paused" and subscription.get("_resuming") == invoice["id"]
    return bool(resuming and subscription["_resumes_when"] == "tried")


def fall_behind(turn: Turn, subscription: Document) -> None:
    subscription["status"] = "past_due"
    plan(turn, subscription)
    turn.save(subscription, "customer.subscription.updated")
    set_delinquent(turn, subscription, owes=True)


def set_delinquent(turn: Turn, subscription: Document, *, owes: bool) -> None:
    customer = turn.find("customer", subscription["customer"])
    customer["delinquent"] = owes
    turn.save(customer, "customer.updated")


def end(turn: Turn, subscription: Document, reason: str | None) -> None:
    """Over, now: told as ``customer.subscription.deleted``; its open invoices advance no further."""
    details = subscription.get("cancellation_details") or {}
    subscription |= {
        "status": "canceled",
        "ended_at": turn.at,
        "canceled_at": subscription.get("canceled_at") or turn.at,
        "cancellation_details": {**details, "reason": details.get("reason") or reason},
        "status_details": None,
        "schedule": None,
    }
    _end_schedule(turn, subscription)
    plan(turn, subscription)
    for invoice in list(turn.select("invoice", subscription["customer"])):
        if invoice["_subscription"] == subscription["id"] and invoice["status"] in ("draft", "open"):
            invoices.stop_collecting(turn, invoice)
    turn.save(subscription, "customer.subscription.deleted")


def _end_schedule(turn: Turn, subscription: Document) -> None:
    """What was to follow does not follow any more."""
    for schedule in list(turn.select("subscription_schedule", subscription["customer"])):
        if schedule["subscription"] == subscription["id"]:
            schedule |= {"status": "canceled", "canceled_at": turn.at, "current_phase": None}
            turn.save(schedule, "subscription_schedule.canceled")


def end_all(turn: Turn, customer: Document) -> None:
    """The customer goes: every subscription that still lives ends at once."""
    for subscription in list(turn.select("subscription", customer["id"])):
        if subscription["status"] not in OVER:
            end(turn, subscription, "cancellation_requested")


def expire(turn: Turn, subscription: Document) -> None:
    """The first invoice was never paid: it is voided and the subscription never began."""
    subscription |= {"status": "incomplete_expired", "ended_at": turn.at}
    plan(turn, subscription)
    turn.save(subscription, "customer.subscription.updated")
    invoice = turn.find("invoice", subscription["latest_invoice"])
    if invoice["status"] == "open":
        charges.release(turn, invoice, "void_invoice")
        invoices.close(turn, invoice, "void")
