"""Which transition of a subscription is worth telling: decided from what was written here before and after.

Not from events, which come twice, late or never: a transition of ours happens once, under the customer's lock.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import Signal

from memberships import signals
from memberships.models import Invoice, Subscription
from memberships.subscriptions import NOT_BEGUN, OVER

_NOTHING = ""


def announce(before: Subscription | None, after: Subscription, newly_paid: Sequence[Invoice], at: datetime) -> None:
    """Send, once the transaction is through, what happened between the two states of one subscription."""
    told: list[tuple[Signal, dict[str, Any]]] = [*transitions(before, after)]
    told += [(signals.invoice_paid, {"invoice": invoice}) for invoice in newly_paid]
    for signal, facts in told:
        transaction.on_commit(partial(signal.send_robust, sender=__name__, at=at, **facts))


def transitions(before: Subscription | None, after: Subscription) -> Iterator[tuple[Signal, dict[str, Any]]]:
    """The signals to send, with their arguments, in the order in which things happened."""
    was = before.status if before else _NOTHING
    told = {"subscription": after}
    if after.status == "trialing" and was in {_NOTHING, *NOT_BEGUN}:
        yield signals.trial_started, told
    if after.status == "active" and _begins_to_pay(before):
        yield signals.subscription_started, told
    if after.status in {"past_due", "unpaid"} and was not in {"past_due", "unpaid"}:
        yield signals.payment_failed, {**told, "invoice": _latest_open_invoice(after)}
    if before and after.status not in OVER and before.cancel_at is None and after.cancel_at is not None:
        yield signals.subscription_cancelled, {**told, "until": after.cancel_at}
    if before and after.status not in OVER and before.cancel_at is not None and after.cancel_at is None:
        yield signals.subscription_resumed, told
    if after.status in OVER and was not in {_NOTHING, *NOT_BEGUN, *OVER}:
        yield signals.subscription_ended, told


def _begins_to_pay(before: Subscription | None) -> bool:
    """Whether being active is news: after nothing or a trial it is, after a failed renewal it is not."""
    if before is None or before.status in {"trialing", *NOT_BEGUN}:
        return True
    return before.status in {"past_due", "unpaid", "paused"} and not before.has_paid


def _latest_open_invoice(subscription: Subscription) -> Invoice | None:
    return subscription.invoices.filter(status="open").order_by("-issued_at").first()
