"""Carries out withdrawals: the subscription ends at once, or the gift is void, and all that was paid for it goes back.

May run any number of times, and twice at once: ending twice is ending once, and a refund is a row with its key before
Stripe is asked, see :mod:`.refunds`. The refund's own message tells of the money.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from memberships import alerts, withdrawals
from memberships.models import Alert, Invoice, Refund, Subscription, Voucher, Withdrawal
from memberships.stripe import changes, refunds, voucher_money
from memberships.stripe.client import BillingError
from memberships.stripe.payload import Unusable
from memberships.stripe.refunds import Order, RefundRefused

log = logging.getLogger(__name__)

# A withdrawal that waits for Stripe longer than this is one for staff to know of.
_PATIENCE = timedelta(hours=1)


def go_on(at: datetime) -> int:
    """Carry on with every confirmed withdrawal; answers how many are settled now."""
    waiting = Withdrawal.objects.to_carry_out().select_related("subscription__customer", "voucher")
    return sum(_carried_out(row, at) for row in waiting.order_by("id"))


def _carried_out(withdrawal: Withdrawal, at: datetime) -> bool:
    try:
        is_done = _took_back(withdrawal.voucher, at) if withdrawal.voucher else _ended(withdrawal.subscription, at)
    except RefundRefused as refusal:
        log.warning("The withdrawal %s needs a person: %s", withdrawal.key, refusal)
        withdrawals.refer(withdrawal, Withdrawal.Referral.UNPAYABLE, at)
        return False
    except (BillingError, Unusable) as error:
        _wait(withdrawal, error, at)
        return False
    confirmed = Withdrawal.objects.to_carry_out().filter(pk=withdrawal.pk)
    if not is_done or not confirmed.update(state=Withdrawal.State.SETTLED, settled_at=at):
        return False
    alerts.settle_itself(Alert.Kind.WITHDRAWAL, str(withdrawal.key), at)
    return True


def _ended(subscription: Subscription | None, at: datetime) -> bool:
    """Whether it is over and all that was paid for it goes back."""
    assert subscription is not None  # noqa: S101 - the database holds it for what is confirmed.
    changes.end(subscription, at, at_once=True)
    gone_back = [_gave_back(invoice, at) for invoice in _paid(subscription)]
    return all(gone_back)


def _took_back(voucher: Voucher, at: datetime) -> bool:
    """Whether the gift is void; its refund was written down with the confirmation.

    Raises:
        RefundRefused: Stripe refused it for good, now or before.
    """
    if voucher.state != Voucher.State.VOID:
        if voucher.refund_key is None:
            raise RefundRefused(voucher.error)
        voucher_money.carry_out(voucher, at)
    return Voucher.objects.filter(pk=voucher.pk, state=Voucher.State.VOID).exists()


def _paid(subscription: Subscription) -> list[Invoice]:
    return list(subscription.invoices.filter(amount_paid__gt=0).select_related("subscription").order_by("id"))


def _gave_back(invoice: Invoice, at: datetime) -> bool:
    """Whether nothing of the invoice is left to give; a refund under way is gone on with by itself.

    Raises:
        RefundRefused: it cannot be given back without a person.
        BillingError: Stripe could not be asked.
    """
    if (left := refunds.left_of(invoice)) > 0:
        order = Order(left, left, Refund.Then.NOTHING, Refund.Reason.REQUESTED, str(withdrawals.WITHDREW))
        try:
            refunds.ask(invoice, order, None, at)
        except RefundRefused:
            if refunds.left_of(invoice) == left and not _is_under_way(invoice):
                raise
    return refunds.left_of(invoice) <= 0 and not _is_under_way(invoice)


def _is_under_way(invoice: Invoice) -> bool:
    return invoice.refunds.filter(status=Refund.Ours.ASKED).exists()


def _wait(withdrawal: Withdrawal, error: Exception, at: datetime) -> None:
    log.warning("The withdrawal %s waits: %s", withdrawal.key, getattr(error, "detail", "") or error)
    if withdrawal.confirmed_at is not None and at - withdrawal.confirmed_at > _PATIENCE:
        sentence = _("The withdrawal of %(who)s waits for Stripe: %(why)s")
        names = {"who": withdrawal.email, "why": str(error)}
        alerts.open_alert(Alert.Kind.WITHDRAWAL, str(withdrawal.key), sentence % names, at)
