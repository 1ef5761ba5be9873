"""Which turn of a subscription is worth telling, and telling it: written with what happened, told once it is through.

What is worth telling is decided from what was written here before and after, not from Stripe's events, which come
twice, late or never: a turn of ours happens once, under the customer's lock. Its row is written in the same
transaction. Telling sends the signal of the row's kind and marks the row in one more, so that whatever a listener
writes is there exactly if the row says that it was told.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F

from memberships import alerts, clock, notices, price_moves, signals
from memberships.models import Alert, Customer, Happening, Invoice, PriceMove, PriceNotice, Refund, Subscription
from memberships.subscriptions import NOT_BEGUN, OVER

log = logging.getLogger(__name__)

Kind = Happening.Kind
_SIGNALS = {
    Kind.TRIAL_STARTED: signals.trial_started,
    Kind.GIFT_CONTINUED: signals.gift_continued,
    Kind.TRIAL_REFUSED: signals.trial_refused,
    Kind.SUBSCRIPTION_STARTED: signals.subscription_started,
    Kind.SUBSCRIPTION_CANCELLED: signals.subscription_cancelled,
    Kind.SUBSCRIPTION_RESUMED: signals.subscription_resumed,
    Kind.SUBSCRIPTION_ENDED: signals.subscription_ended,
    Kind.PAYMENT_FAILED: signals.payment_failed,
    Kind.INVOICE_PAID: signals.invoice_paid,
    Kind.PAYMENT_REFUNDED: signals.payment_refunded,
    Kind.TRIAL_ENDING: signals.trial_ending,
    Kind.PAYMENT_REMINDER: signals.payment_reminder,
    Kind.ACTION_REQUIRED: signals.action_required,
    Kind.CARD_EXPIRING: signals.card_expiring,
    Kind.RENEWAL_AHEAD: signals.renewal_ahead,
    Kind.PLAN_CHANGED: signals.plan_changed,
    Kind.SUBSCRIPTION_PAUSED: signals.subscription_paused,
    Kind.PAUSE_ENDING: signals.pause_ending,
    Kind.PRICE_CHANGES: signals.price_changes,
    Kind.STUDENT_ENDING: signals.student_ending,
}
_ABOUT_AN_INVOICE = frozenset((Kind.PAYMENT_FAILED, Kind.PAYMENT_REMINDER, Kind.ACTION_REQUIRED, Kind.PLAN_CHANGED))
_NOTHING = ""
_BATCH = 100
# What could not be told is tried again after a minute, two, four …, and staff hear of it when it failed so often.
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
_PATIENCE = 3


def note(before: Subscription | None, after: Subscription, newly_paid: Sequence[Invoice], at: datetime) -> None:
    """Write down what happened between two states of one subscription, and tell it once the transaction is through.

    What was so when its payer moved in from another system is no news to them, nor are the bills from before.
    """
    moved_in_at = after.customer.moved_in_at
    is_news = before is not None or not after.came_along
    wanted = [*_turns(before, after, at), *_changes(before, after, newly_paid, at)] if is_news else []
    news = [each for each in newly_paid if moved_in_at is None or each.issued_at > moved_in_at]
    wanted += [_row(after, Kind.INVOICE_PAID, at, invoice.stripe_id, invoice=invoice) for invoice in news]
    Happening.objects.bulk_create(wanted, ignore_conflicts=True)
    if wanted:
        # What this process does not live to tell, the next tick tells.
        transaction.on_commit(partial(_tell_of, after.pk), robust=True)


def note_refund(refund: Refund, at: datetime) -> None:
    """Write down that money was given back, once for each refund, and tell it once the transaction is through."""
    subscription = refund.invoice.subscription
    if subscription is not None:
        row = _row(subscription, Kind.PAYMENT_REFUNDED, at, str(refund.key), invoice=refund.invoice, refund=refund)
        Happening.objects.bulk_create([row], ignore_conflicts=True)
        transaction.on_commit(partial(_tell_of, subscription.pk), robust=True)


def note_failed_return(subscription: Subscription, at: datetime) -> None:
    """Write down that it could not go on after a rest because the charge failed; once for each invoice."""
    invoice = _latest_open_invoice(subscription)
    if invoice is not None:
        row = _row(subscription, Kind.PAYMENT_FAILED, at, invoice.stripe_id, invoice=invoice)
        Happening.objects.bulk_create([row], ignore_conflicts=True)


def note_due(subscription: Subscription, at: datetime) -> int:
    """Write down what the subscription's payer has to be told ahead of time by now; answers how much was new."""
    wanted = [
        _row(subscription, notice.kind, at, notice.period, invoice=notice.invoice)
        for notice in notices.due(subscription, subscription.invoices.owed().first(), at)
    ]
    known = subscription.happenings.filter(kind__in=notices.KINDS).values_list("kind", "period")
    new = [row for row in wanted if (row.kind, row.period) not in set(known)]
    Happening.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


@transaction.atomic
def note_price(subscription_id: int, move: PriceMove, at: datetime) -> PriceNotice | None:
    """Write down that the subscription's payer has to be told of the move, if they still have; once for a renewal."""
    Customer.objects.select_for_update().get(subscriptions=subscription_id)
    going_on = Subscription.objects.filter(price_moves.GOES_ON, pk=subscription_id, plan=move.from_plan)
    row = going_on.select_related("plan").first()
    renews_at = price_moves.due(row, move, at) if row else None
    if row is None or renews_at is None or row.price_notices.filter(move=move, renews_at__gt=at).exists():
        return None
    told = _row(row, Kind.PRICE_CHANGES, at, f"{move.pk} {renews_at.isoformat()}")
    told.save()
    return PriceNotice.objects.create(
        move=move,
        subscription=row,
        happening=told,
        renews_at=renews_at,
        amount_now=row.plan.amount * row.quantity,
        amount_then=move.to_plan.amount * row.quantity,
        currency=row.plan.currency,
    )


def note_student_ending(subscription: Subscription, proof_ended: str, until: datetime, at: datetime) -> None:
    """Write down that the ordinary price comes, from the renewal ``until`` on; once for each proof that ends."""
    row = _row(subscription, Kind.STUDENT_ENDING, at, proof_ended, until=until)
    Happening.objects.bulk_create([row], ignore_conflicts=True)
    transaction.on_commit(partial(_tell_of, subscription.pk), robust=True)


def note_confirmation(subscription: Subscription, invoice_id: str, at: datetime) -> None:
    """Write down that the bank wants a charge confirmed, if it still can be; once for each invoice."""
    invoice = subscription.invoices.filter(stripe_id=invoice_id).first()
    if notices.awaits_confirmation(subscription, invoice):
        row = _row(subscription, Kind.ACTION_REQUIRED, at, invoice_id, invoice=invoice)
        Happening.objects.bulk_create([row], ignore_conflicts=True)


def tell_waiting(at: datetime) -> int:
    """Tell what has not been told and is due, the oldest first; answers how many were told."""
    due = Happening.objects.untold(at).order_by("id").values_list("pk", flat=True)[:_BATCH]
    return sum(tell(pk, at) for pk in due)


def tell(pk: int, at: datetime) -> bool:
    """Tell one, unless somebody else does or did. What goes wrong is kept with it, never raised.

    A notice that was overtaken while it waited is let go: were it due again, it would be written again.
    """
    try:
        with transaction.atomic():
            rows = Happening.objects.select_for_update(skip_locked=True, of=("self",)).filter(told_at=None)
            related = (
                "subscription__customer__user",
                "subscription__customer__team__owner",
                "invoice",
                "refund",
                "former_plan",
            )
            row = rows.select_related("subscription__plan__product", *related).filter(pk=pk).first()
            if row is None:
                return False
            if not notices.still_holds(row, row.subscription.invoices.owed().first(), at):
                log.info("The happening %s was overtaken and is not told: %s.", pk, row)
                row.delete()
                return False
            _SIGNALS[Kind(row.kind)].send(sender=__name__, at=row.happened_at, **_facts(row))
            Happening.objects.filter(pk=pk).update(told_at=at, error="")
    except Exception as error:  # Whatever a listener ran into, the row keeps it and is told again.
        log.exception("The happening %s could not be told.", pk)
        _put_off(pk, f"{type(error).__name__}: {error}", at)
        return False
    return True


def _tell_of(subscription: int) -> None:
    at = clock.now()
    for pk in (
        Happening.objects.untold(at).filter(subscription=subscription).order_by("id").values_list("pk", flat=True)
    ):
        tell(pk, at)


@transaction.atomic
def _put_off(pk: int, error: str, at: datetime) -> None:
    row = Happening.objects.select_for_update().get(pk=pk)
    wait = min(_FIRST_WAIT * 2**row.attempts, _LONGEST_WAIT) if row.attempts < 12 else _LONGEST_WAIT
    Happening.objects.filter(pk=pk).update(attempts=F("attempts") + 1, error=error, not_before=at + wait)
    if row.attempts + 1 >= _PATIENCE:
        alerts.open_alert(Alert.Kind.UNTOLD, f"{row.kind} {row.pk}", f"{row}: {error}", at)


def _facts(row: Happening) -> dict[str, Any]:
    """The arguments of the kind's signal, see :mod:`memberships.signals`."""
    if row.kind == Kind.INVOICE_PAID:
        return {"invoice": row.invoice}
    if row.kind == Kind.PAYMENT_REFUNDED:
        return {"refund": row.refund}
    if row.kind == Kind.PRICE_CHANGES:
        return {"notice": row.price_notice}
    told: dict[str, Any] = {"subscription": row.subscription}
    if row.kind in _ABOUT_AN_INVOICE:
        told["invoice"] = row.invoice
    if row.kind == Kind.PLAN_CHANGED:
        told["former"] = row.former_plan
    if row.kind in {Kind.SUBSCRIPTION_CANCELLED, Kind.SUBSCRIPTION_PAUSED, Kind.STUDENT_ENDING}:
        told["until"] = row.until
    return told


def _turns(before: Subscription | None, after: Subscription, at: datetime) -> Iterator[Happening]:
    """In the order in which things happened."""
    was = before.status if before else _NOTHING
    is_refused = after.trial_refused_at is not None
    if after.status == "trialing" and was in {_NOTHING, *NOT_BEGUN} and not is_refused:
        yield _row(after, Kind.GIFT_CONTINUED if after.is_after_gift else Kind.TRIAL_STARTED, at)
    if after.status == "active" and _begins_to_pay(before):
        yield _row(after, Kind.SUBSCRIPTION_STARTED, at)
    if after.status in {"past_due", "unpaid"} and was not in {"past_due", "unpaid"}:
        invoice = _latest_open_invoice(after)
        yield _row(after, Kind.PAYMENT_FAILED, at, invoice.stripe_id if invoice else at.isoformat(), invoice=invoice)
    if before and after.status not in OVER and before.cancel_at is None and after.cancel_at is not None:
        yield _row(after, Kind.SUBSCRIPTION_CANCELLED, at, at.isoformat(), until=after.cancel_at)
    if before and after.status not in OVER and before.cancel_at is not None and after.cancel_at is None:
        yield _row(after, Kind.SUBSCRIPTION_RESUMED, at, at.isoformat())
    if after.status in OVER and was not in {_NOTHING, *NOT_BEGUN, *OVER}:
        yield _row(after, Kind.TRIAL_REFUSED if is_refused and was == "trialing" else Kind.SUBSCRIPTION_ENDED, at)


def _changes(
    before: Subscription | None, after: Subscription, newly_paid: Sequence[Invoice], at: datetime
) -> Iterator[Happening]:
    """Another plan, with what was charged for it at once, and a rest at the member's wish."""
    if before is None or after.status in {*NOT_BEGUN, *OVER}:
        return
    # A new price was told of before it came, and the receipt says what was charged.
    is_foretold = before.follows_by_move and before.next_plan_id == after.plan_id
    if before.plan_id != after.plan_id and not is_foretold:
        invoice = next((each for each in newly_paid if each.billing_reason == "subscription_update"), None)
        yield _row(after, Kind.PLAN_CHANGED, at, at.isoformat(), former_plan_id=before.plan_id, invoice=invoice)
    if before.status != "paused" and after.rests_by_wish:
        yield _row(after, Kind.SUBSCRIPTION_PAUSED, at, at.isoformat(), until=after.rests_until)


def _row(subscription: Subscription, kind: Kind, at: datetime, period: str = "", **facts: Any) -> Happening:
    return Happening(subscription=subscription, kind=kind, period=period, happened_at=at, **facts)


def _begins_to_pay(before: Subscription | None) -> bool:
    """Whether being active is news: after nothing or a trial it is, after a failed renewal it is not."""
    if before is None or before.status in {"trialing", *NOT_BEGUN}:
        return True
    return before.status in {"past_due", "unpaid", "paused"} and not before.has_paid


def _latest_open_invoice(subscription: Subscription) -> Invoice | None:
    return subscription.invoices.filter(status="open").order_by("-issued_at").first()
