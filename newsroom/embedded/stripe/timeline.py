"""What is due: steps stand in a table with their moment and are done one at a time, in order of time."""

import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace

from newsroom.embedded.stripe.account import Account
from newsroom.embedded.stripe.billing import checkout, collection, disputes, invoices, life, refunds, standing
from newsroom.embedded.stripe.billing.preview import upcoming
from newsroom.embedded.stripe.store import Document, Store
from newsroom.embedded.stripe.turn import Turn


@dataclass(frozen=True)
class Step:
    id: int
    due: int
    action: str
    target: str


def next_step(store: Store, until: int, clock: str = "") -> Step | None:
    """The earliest step due by ``until`` on a test clock, or on the one clock of everything else."""
    found = store.rows(
        "SELECT id, due, action, target FROM steps WHERE clock = ? AND broken = 0 AND due <= ?"
        " ORDER BY due, id LIMIT 1",
        clock,
        until,
    )
    return Step(**dict(found[0])) if found else None


def take(store: Store, step: Step, base_url: str) -> None:
    """Do the step, at its moment. One that fails is set aside, so that it does not hold up the others."""
    try:
        with store.transaction():
            store.run("DELETE FROM steps WHERE id = ?", step.id)
            target = store.get(step.target)
            if target is not None:
                _ACTIONS[step.action](Turn(store, step.due, base_url), target)
    except Exception:
        print(f"The step {step.action} of {step.target} failed and is set aside:", file=sys.stderr)
        traceback.print_exc(file=sys.stderr)
        store.run("UPDATE steps SET broken = 1 WHERE id = ?", step.id)


def _trial_will_end(turn: Turn, subscription: Document) -> None:
    if subscription["status"] == "trialing":
        subscription["_warned_of"] = subscription["trial_end"]
        turn.save(subscription)
        turn.emit("customer.subscription.trial_will_end", subscription)


def _cancel_subscription(turn: Turn, subscription: Document) -> None:
    if subscription["status"] not in standing.OVER:
        standing.end(turn, subscription, "cancellation_requested")


def _expire_incomplete(turn: Turn, subscription: Document) -> None:
    if subscription["status"] == "incomplete":
        standing.expire(turn, subscription)


def _renewal_comes(turn: Turn, subscription: Document) -> None:
    """The event carries an invoice that does not exist yet, and so has no id."""
    invoice = {name: value for name, value in upcoming(turn, subscription).items() if name != "id"}
    turn.tell("invoice.upcoming", invoice)


def _finalize_invoice(turn: Turn, invoice: Document) -> None:
    if invoice["status"] != "draft":
        return
    account = Account.of(turn.store)
    if account.next_invoice == "unfinished":
        replace(account, next_invoice="finished").write(turn.store)
        invoices.leave_unfinished(turn, invoice)
    else:
        collection.finalize(turn, invoice)


def _retry_invoice(turn: Turn, invoice: Document) -> None:
    if invoice["status"] == "open" and invoice["auto_advance"]:
        collection.pay(turn, invoice, on_session=False, retry=True)


def _invoice_falls_due(turn: Turn, invoice: Document) -> None:
    subscription = standing.subscription_of(turn, invoice)
    if invoice["status"] == "open" and subscription and subscription["status"] == "active":
        standing.fall_behind(turn, subscription)
        turn.schedule("invoice_stays_overdue", invoice, turn.at + collection.OVERDUE_FOR)


def _invoice_stays_overdue(turn: Turn, invoice: Document) -> None:
    subscription = standing.subscription_of(turn, invoice)
    if invoice["status"] == "open" and subscription and subscription["status"] == "past_due":
        standing.give_up_on(turn, subscription, Account.of(turn.store).when_overdue)


def _give_up_resuming(turn: Turn, invoice: Document) -> None:
    if invoice["status"] == "open" and not invoice["attempted"]:
        collection.void(turn, invoice)


def _expire_session(turn: Turn, session: Document) -> None:
    if session["status"] == "open":
        checkout.expire(turn, session)


def _expire_coupon(turn: Turn, coupon: Document) -> None:
    coupon["valid"] = False
    turn.save(coupon, "coupon.updated")


def _expire_promotion_code(turn: Turn, promotion: Document) -> None:
    promotion["active"] = False
    turn.save(promotion, "promotion_code.updated")


def _open_dispute(turn: Turn, charge: Document) -> None:
    if not charge["disputed"] and not charge["refunded"]:
        disputes.open_dispute(turn, charge, "fraudulent")


def _dispute_falls_due(turn: Turn, dispute: Document) -> None:
    """Whoever says nothing in time has lost."""
    if dispute["status"] == "needs_response":
        disputes.close(turn, dispute, "lost")


_ACTIONS: dict[str, Callable[[Turn, Document], None]] = {
    "cancel_subscription": _cancel_subscription,
    "dispute_falls_due": _dispute_falls_due,
    "expire_coupon": _expire_coupon,
    "expire_incomplete": _expire_incomplete,
    "expire_promotion_code": _expire_promotion_code,
    "expire_session": _expire_session,
    "finalize_invoice": _finalize_invoice,
    "give_up_resuming": _give_up_resuming,
    "invoice_falls_due": _invoice_falls_due,
    "invoice_stays_overdue": _invoice_stays_overdue,
    "open_dispute": _open_dispute,
    "period_ends": life.period_ends,
    "refund_is_decided": refunds.decide,
    "renewal_comes": _renewal_comes,
    "retry_invoice": _retry_invoice,
    "trial_will_end": _trial_will_end,
    "warn_of_fraud": disputes.warn,
}
