"""Collecting an invoice: finalising it, charging for it, trying again, and what that means for its subscription."""

from newsroom.embedded.stripe.billing import charges, invoices, standing
from newsroom.embedded.stripe.billing.periods import DAY
from newsroom.embedded.stripe.cards import UNAUTHENTICATED, Decline
from newsroom.embedded.stripe.store import Document
from newsroom.embedded.stripe.turn import Turn

# Days after the first failure on which a charge is tried again; what follows the last one is the account's to say.
RETRY_DAYS = (1, 3, 5, 7, 9, 11, 14)
# How long a sent invoice may stay unpaid after its due date before the account acts on it.
OVERDUE_FOR = 30 * DAY


def finalize(turn: Turn, invoice: Document, *, collect: bool = True) -> Decline | None:
    """Finalise and, where it is due at once, collect. What the bank says, or None when nothing is left to pay now."""
    invoices.finalize(turn, invoice)
    if invoice["amount_due"] == 0:
        settle(turn, invoice)
        return None
    charges.prepare(turn, invoice)
    if invoice["collection_method"] == "send_invoice":
        turn.schedule("invoice_falls_due", invoice, invoice["due_date"])
        turn.emit("invoice.sent", invoice)
        return None
    return pay(turn, invoice, on_session=False) if collect else None


def settle(turn: Turn, invoice: Document, *, off_stripe: bool = False) -> None:
    """Nothing is left to pay: the invoice is paid, and its subscription learns of it."""
    invoices.mark_paid(turn, invoice, off_stripe=off_stripe)
    standing.after_payment(turn, invoice)


def pay_out_of_band(turn: Turn, invoice: Document) -> None:
    """Paid by other means, such as a bank transfer: no charge is made."""
    charges.release(turn, invoice, "automatic")
    settle(turn, invoice, off_stripe=True)


def pay(
    turn: Turn, invoice: Document, method: Document | None = None, *, on_session: bool, retry: bool = False
) -> Decline | None:
    """One attempt. A failure is told, counted and, on the automatic schedule, followed by the next one.

    Any first attempt counts; after it only the automatic retries do.
    """
    decline = charges.attempt(turn, invoice, method or default_method(turn, invoice), on_session=on_session)
    if retry or invoice["attempt_count"] == 0:
        invoice["attempt_count"] += 1
    invoice["attempted"] = True
    if decline is None:
        settle(turn, invoice)
        return None
    _plan_retry(turn, invoice)
    turn.save(invoice, "invoice.payment_failed")
    if decline is UNAUTHENTICATED:
        turn.emit("invoice.payment_action_required", invoice)
    standing.after_failure(turn, invoice, final=retry and invoice["next_payment_attempt"] is None)
    return decline


def void(turn: Turn, invoice: Document) -> None:
    invoices.close(turn, invoice, "void")
    charges.release(turn, invoice, "void_invoice")
    standing.after_closing(turn, invoice)


def _plan_retry(turn: Turn, invoice: Document) -> None:
    """Set when the charge is tried again; None once the schedule has run out.

    Nothing is tried again for an invoice that is sent, nor for the first one of a subscription that has not begun, nor
    for one that any attempt makes resume.
    """
    subscription = standing.subscription_of(turn, invoice)
    if invoice["collection_method"] == "send_invoice" or not invoice["auto_advance"]:
        return
    if subscription and (subscription["status"] == "incomplete" or standing.tried_to_resume(subscription, invoice)):
        return
    first = invoice.setdefault("_first_failure", turn.at)
    tries_left = RETRY_DAYS[invoice["attempt_count"] - 1 :]
    invoice["next_payment_attempt"] = first + tries_left[0] * DAY if tries_left else None
    turn.unschedule(invoice, "retry_invoice")
    if tries_left:
        turn.schedule("retry_invoice", invoice, invoice["next_payment_attempt"])


def default_method(turn: Turn, invoice: Document) -> Document | None:
    """The card an invoice is collected from: its own, its subscription's, its customer's, in this order."""
    subscription = turn.store.get(invoice["_subscription"]) or {}
    customer = turn.store.get(invoice["customer"]) or {}
    settings = customer.get("invoice_settings") or {}
    choices = (
        invoice.get("default_payment_method"),
        subscription.get("default_payment_method"),
        settings.get("default_payment_method"),
    )
    attached = (turn.store.get(choice, "payment_method") for choice in choices if choice)
    return next((method for method in attached if method and method["customer"] == invoice["customer"]), None)
