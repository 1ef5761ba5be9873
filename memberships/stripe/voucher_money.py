"""The money of gifts that goes back, and the look at it before a gift is delivered.

As with memberships (:mod:`memberships.stripe.refunds`) a refund, of the desk or of a withdrawal, is written down with
its key before Stripe is asked, and may be carried on by anybody: it is looked for by the key first, made if it is not
there, and the gift is void once all of its money is on its way. A gift that is being given back can be neither
delivered nor claimed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from memberships import alerts
from memberships.currencies import money
from memberships.metrics import revenue
from memberships.models import Alert, User, Voucher
from memberships.stripe import voucher_till
from memberships.stripe.calls import paying
from memberships.stripe.client import BillingError
from memberships.stripe.ordering import in_order_of
from memberships.stripe.payload import Unusable
from memberships.stripe.refunds import RefundRefused
from memberships.stripe.returned import DECIDED, RemoteDispute, RemoteRefund
from memberships.vouchers import ending, telling

log = logging.getLogger(__name__)

State = Voucher.State
_CAME_HOME = frozenset(("failed", "canceled"))
_REASON = "requested_by_customer"
# A refund that waits longer than this is one for staff.
_PATIENCE = timedelta(hours=1)
_Said = TypeVar("_Said")
_Written = TypeVar("_Written")


def give_back(voucher: Voucher, note: str, by: User, at: datetime) -> Voucher:
    """Give back all that was paid for a gift. Where Stripe does not answer, the row waits and goes on by itself.

    Raises:
        RefundRefused: there is nothing to give back, the bank holds the money, or Stripe refused.
    """
    row = _written_down(voucher, note, by, at)
    try:
        carry_out(row, at)
    except (BillingError, Unusable) as error:
        log.warning("The refund of the gift %s waits: %s", row.pk, getattr(error, "detail", "") or error)
    return Voucher.objects.get(pk=row.pk)


def refuse_refund(voucher: Voucher) -> None:
    """Raises RefundRefused where a gift's money cannot be given back."""
    if voucher.paid_at is None:
        raise RefundRefused(_("Nothing was paid for this gift, so there is nothing to give back."))
    if voucher.state == State.DISPUTED:
        raise RefundRefused(
            _("The bank holds this money while the payment is disputed. Answer the dispute, or give in to it, instead.")
        )
    if voucher.refund_key is not None and voucher.state != State.VOID:
        raise RefundRefused(_("A refund of this gift is under way. Wait until Stripe has answered."))
    if voucher.state == State.VOID or voucher.given_back >= voucher.amount:
        raise RefundRefused(_("All that was paid for this gift has been given back."))


def carry_out(voucher: Voucher, at: datetime) -> None:
    """Take a refund as far as it goes.

    Raises:
        RefundRefused: Stripe refused it for good; the gift is as it was before it was asked for.
        BillingError, Unusable: Stripe could not be asked; the row waits.
    """
    if voucher.payment_ref is None:
        return
    if not sync_refunds(voucher, at):
        _create(voucher)
        sync_refunds(voucher, at)


def go_on(at: datetime) -> int:
    """Carry on with every refund of a gift that is not finished; answers how many are now."""
    return sum(_carried_out(row, at) for row in Voucher.objects.refund_unfinished().order_by("id"))


def sync_payment(intent_id: str, at: datetime) -> bool:
    """Make the mirror of what was given back of a payment equal to Stripe's; whether it was for a gift."""
    voucher = voucher_till.paid_by(intent_id, at)
    if voucher is not None and voucher.payment_ref is not None:
        sync_refunds(voucher, at)
    return voucher is not None


def sync_refunds(voucher: Voucher, at: datetime) -> bool:
    """The same for one gift; whether the refund that staff asked for is among them."""
    intent = voucher.payment_ref or ""
    row = Voucher.objects.filter(pk=voucher.pk)
    return in_order_of(row, lambda: paying.refunds_of(intent), lambda said: _follow(_write, voucher.pk, said, at))


def sync_dispute(dispute_id: str, at: datetime) -> bool:
    """Hold a gift while its payment is disputed; whether the dispute is of a gift.

    Lost, its money is gone and it is void; decided in our favour, it is what it was. A bank's question alone only
    tells staff.
    """
    voucher = voucher_till.paid_by(paying.retrieve_dispute(dispute_id).intent_id, at)
    if voucher is None:
        return False
    row, pk = Voucher.objects.filter(pk=voucher.pk), voucher.pk
    in_order_of(row, lambda: paying.retrieve_dispute(dispute_id), lambda said: _follow(_write_dispute, pk, said, at))
    return True


def sync_warning(warning_id: str, at: datetime) -> bool:
    """Propose to give a gift's money back while that spares the dispute; whether the warning is of a gift."""
    warning = paying.retrieve_warning(warning_id)
    voucher = voucher_till.paid_by(warning.intent_id, at)
    if voucher is None:
        return False
    if not warning.is_actionable:
        alerts.settle_itself(Alert.Kind.FRAUD_WARNING, warning.id, at)
        return True
    sentence = _(
        "The bank suspects fraud in the payment of %(amount)s for a gift membership by %(who)s. Give it all back now, "
        "before it becomes a dispute."
    )
    alerts.open_alert(Alert.Kind.FRAUD_WARNING, warning.id, sentence % _names(voucher, voucher.amount), at)
    return True


def deliver_due(at: datetime) -> int:
    """Deliver the gifts whose day it is, each after one more look at its money; answers how many went."""
    return sum(_delivered(pk, at) for pk in telling.waiting(telling.DELIVERY, at))


def _delivered(pk: int, at: datetime) -> bool:
    try:
        sync_refunds(Voucher.objects.get(pk=pk), at)
    except (BillingError, Unusable) as error:
        telling.put_off(pk, getattr(error, "detail", "") or str(error), at)
        return False
    return telling.tell(pk, telling.DELIVERY, at)


@transaction.atomic
def _written_down(voucher: Voucher, note: str, by: User, at: datetime) -> Voucher:
    row = Voucher.objects.select_for_update(of=("self",)).get(pk=voucher.pk)
    refuse_refund(row)
    ending.ask_back(row, note, by, at)
    return row


def _create(voucher: Voucher) -> None:
    left = voucher.amount - Voucher.objects.values_list("given_back", flat=True).get(pk=voucher.pk)
    try:
        paying.create_refund(voucher.payment_ref or "", left, _REASON, key=str(voucher.refund_key))
    except BillingError as error:
        if error.is_retryable or error.is_unreadable:
            raise
        asked = Voucher.objects.filter(pk=voucher.pk, refund_key=voucher.refund_key).exclude(state=State.VOID)
        asked.update(refund_key=None, refund_asked_at=None, error=error.detail or str(error))
        raise RefundRefused(str(error)) from error


def _carried_out(row: Voucher, at: datetime) -> bool:
    try:
        carry_out(row, at)
    except RefundRefused as refusal:
        alerts.open_alert(Alert.Kind.REFUND_FAILED, str(row.public_id), f"{row}: {refusal}", at)
        return False
    except (BillingError, Unusable) as error:
        log.warning("The refund of the gift %s waits: %s", row.pk, getattr(error, "detail", "") or error)
        if row.refund_asked_at and at - row.refund_asked_at > _PATIENCE:
            sentence = _("The refund of the gift of %(who)s waits for Stripe: %(why)s") % {
                "who": row.buyer_name,
                "why": getattr(error, "detail", "") or str(error),
            }
            alerts.open_alert(Alert.Kind.REFUND_FAILED, str(row.public_id), sentence, at)
        return False
    return True


def _follow(write: Callable[[int, _Said, datetime], _Written], pk: int, said: _Said, at: datetime) -> _Written:
    """Write what Stripe said of a gift's money, and have the days of the revenue follow. Under the lock of the row."""
    with revenue.following_gift(pk):
        return write(pk, said, at)


def _write(pk: int, said: Sequence[RemoteRefund], at: datetime) -> bool:
    """Under the lock of the row; whether the refund that staff asked for was made."""
    voucher = Voucher.objects.get(pk=pk)
    was = voucher.given_back
    voucher.given_back = sum(each.amount for each in said if each.status not in _CAME_HOME)
    voucher.given_back_at = at if voucher.given_back > was else voucher.given_back_at
    voucher.save(update_fields=["given_back", "given_back_at"])
    for each in said:
        if each.status in _CAME_HOME:
            sentence = _("%(amount)s of the gift of %(who)s could not be given back. Ask them where to transfer it.")
            _alert_once(Alert.Kind.REFUND_FAILED, each.id, sentence % _names(voucher, each.amount), at)
    if voucher.given_back >= voucher.amount > 0:
        if ending.void(voucher, at, "given back"):
            telling.tell_soon(voucher, telling.REFUND)
    elif voucher.given_back > was:
        sentence = _(
            "%(amount)s of the gift of %(who)s was given back in Stripe's dashboard. The gift stays good: give all of "
            "it back at the desk if it should not."
        )
        subject = str(voucher.public_id)
        names = _names(voucher, voucher.given_back)
        alerts.open_alert(Alert.Kind.REFUNDED_ELSEWHERE, subject, sentence % names, at)
    return any(each.key == str(voucher.refund_key) for each in said)


def _write_dispute(pk: int, said: RemoteDispute, at: datetime) -> None:
    """Under the lock of the row."""
    voucher = Voucher.objects.select_related("plan__product", "claimed_by").get(pk=pk)
    if said.status == "lost":
        ending.void(voucher, at, "dispute lost")
    elif said.status in DECIDED:
        ending.release(voucher, at)
    elif not said.status.startswith("warning_"):
        ending.hold(voucher, said.id, at)
    if said.status in DECIDED:
        alerts.settle_itself(Alert.Kind.DISPUTED, said.id, at)
        return
    sentence = _(
        "The bank of %(who)s disputes %(amount)s of a gift membership (%(reason)s). Answer in Stripe's dashboard; "
        "until then nobody reads with it."
    )
    names = {**_names(voucher, said.amount), "reason": said.reason.replace("_", " ")}
    _alert_once(Alert.Kind.DISPUTED, said.id, sentence % names, at)


def _alert_once(kind: Alert.Kind, subject: str, sentence: str, at: datetime) -> None:
    """Staff who have settled it are not told again by each look at what has not changed."""
    if not Alert.objects.filter(kind=kind, subject=subject).exists():
        alerts.open_alert(kind, subject, sentence, at)


def _names(voucher: Voucher, amount: int) -> dict[str, object]:
    return {"amount": money(amount, voucher.currency), "who": f"{voucher.buyer_name} ({voucher.buyer_email})"}
