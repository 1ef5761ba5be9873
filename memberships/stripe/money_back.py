"""Finishes refunds that somebody left half-way, and finds refunds and disputes nobody told us of."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.utils.translation import gettext as _

from memberships import alerts
from memberships.models import Alert, Dispute, Refund
from memberships.stripe import disputes, refunds, voucher_money
from memberships.stripe.calls import paying
from memberships.stripe.client import BillingError
from memberships.stripe.payload import Unusable
from memberships.stripe.refunds import RefundRefused
from memberships.stripe.returned import RemoteRefund

log = logging.getLogger(__name__)

# Longer than any card gives money back or any bank takes to decide. A hundred are one question, and a refund nobody
# told us of stays missing in the sums for ever, whatever the nights before found.
_LOOK_BACK = timedelta(days=3 * 366)
# A refund that waits longer than this is one for staff.
_PATIENCE = timedelta(hours=1)


def go_on(at: datetime) -> int:
    """Carry on with every refund that is not finished; answers how many are now."""
    waiting = Refund.objects.unfinished().select_related("invoice__subscription__customer", "invoice__customer")
    return sum(_carried_out(refund, at) for refund in waiting.order_by("id"))


def compare(at: datetime) -> int:
    """Mirror every refund and dispute that differs from Stripe's; answers how many of ours did.

    Raises:
        BillingError: when Stripe could not be asked for its lists.
    """
    made, unreadable = paying.list_refunds(at - _LOOK_BACK)
    known = dict(Refund.objects.exclude(stripe_id=None).values_list("stripe_id", "status"))
    differing = [partial(_sync_refund, each, at) for each in made if known.get(each.id) != each.status]
    opened, unreadable_too = paying.list_disputes(at - _LOOK_BACK)
    held = dict(Dispute.objects.values_list("stripe_id", "status"))
    differing += [partial(_sync_dispute, each.id, at) for each in opened if held.get(each.id) != each.status]
    for refused in [*unreadable, *unreadable_too]:
        alerts.open_alert(Alert.Kind.UNREADABLE, refused.id, refused.why, at)
    return sum(_done(sync) for sync in differing)


def _sync_refund(remote: RemoteRefund, at: datetime) -> bool:
    return voucher_money.sync_payment(remote.intent_id, at) or refunds.sync_refund(remote.id, at)


def _sync_dispute(dispute_id: str, at: datetime) -> bool:
    return disputes.sync_dispute(dispute_id, at) or voucher_money.sync_dispute(dispute_id, at)


def _done(sync: Callable[[], bool]) -> bool:
    """Whether it was ours and went through; one that does not never keeps the others from being looked at."""
    try:
        return sync()
    except (BillingError, Unusable) as error:
        log.warning("Money that went back could not be compared: %s", getattr(error, "detail", "") or error)
        return False


def _carried_out(refund: Refund, at: datetime) -> bool:
    try:
        refunds.carry_out(refund, at)
    except RefundRefused as refusal:
        alerts.open_alert(Alert.Kind.REFUND_FAILED, str(refund.key), f"{refund}: {refusal}", at)
        return False
    except (BillingError, Unusable) as error:
        log.warning("The refund %s waits: %s", refund.key, getattr(error, "detail", "") or error)
        if at - refund.asked_at > _PATIENCE:
            sentence = _("The refund of invoice %(invoice)s waits for Stripe: %(why)s")
            names = {"invoice": refund.invoice, "why": str(error)}
            alerts.open_alert(Alert.Kind.REFUND_FAILED, str(refund.key), sentence % names, at)
        return False
    alerts.settle_itself(Alert.Kind.REFUND_FAILED, str(refund.key), at)
    return True
