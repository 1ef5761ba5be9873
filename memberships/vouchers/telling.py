"""Tells of gifts: each thing once, in one transaction with the date that says so.

What is owed is read from the rows themselves, so that nobody has to live to tell it. A row is locked, looked at once
more, its signal sent and its date written together: listeners write messages into the ledger of this database, and a
process that dies in between leaves neither. What goes wrong is kept with the row and tried again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.dispatch import Signal

from memberships import alerts, clock, signals
from memberships.models import Alert, Subscription, Voucher
from memberships.querysets import VoucherQuerySet
from memberships.subscriptions import STANDING
from memberships.vouchers import links

log = logging.getLogger(__name__)

# The buyer hears a month ahead that a gift runs out, the reader two weeks ahead that it ends.
WAITING_LEAD, ENDING_LEAD = timedelta(days=30), timedelta(days=14)
_BATCH = 100
_FIRST_WAIT, _LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
_PATIENCE = 3


@dataclass(frozen=True)
class Errand:
    """One thing to tell: of which rows, by which signal, and the column that says when it was."""

    column: str
    signal: Signal
    owed: Callable[[VoucherQuerySet, datetime], VoucherQuerySet]
    facts: Callable[[Voucher], dict[str, Any]] = lambda voucher: {}
    is_worth_telling: Callable[[Voucher, datetime], bool] = lambda voucher, at: True


def _goes_on_already(voucher: Voucher, at: datetime) -> bool:
    """Whether the reader pays for what comes after, or has another gift for it."""
    of_reader = Q(customer__user=voucher.claimed_by, plan__product=voucher.plan.product_id)
    if Subscription.objects.filter(of_reader, status__in=STANDING, cancel_at=None).exists():
        return True
    later = Voucher.objects.in_hand(at).filter(claimed_by=voucher.claimed_by, plan__product=voucher.plan.product_id)
    return later.filter(ends_at__gt=voucher.ends_at or at).exists()


RECEIPT = Errand("receipt_told_at", signals.voucher_bought, lambda rows, at: rows.receipt_owed())
DELIVERY = Errand(
    "delivered_at",
    signals.voucher_delivered,
    lambda rows, at: rows.to_deliver(at),
    facts=lambda voucher: {"token": links.new_token(voucher)},
)
CLAIM = Errand(
    "claim_told_at",
    signals.voucher_claimed,
    lambda rows, at: rows.claim_untold(),
    is_worth_telling=lambda voucher, at: voucher.buyer_id != voucher.claimed_by_id,
)
WAITING = Errand("waiting_told_at", signals.voucher_waiting, lambda rows, at: rows.waiting_long(at, at + WAITING_LEAD))
ENDING = Errand(
    "ending_told_at",
    signals.voucher_ending,
    lambda rows, at: rows.ending(at, at + ENDING_LEAD),
    is_worth_telling=lambda voucher, at: not _goes_on_already(voucher, at),
)
REFUND = Errand("refund_told_at", signals.voucher_refunded, lambda rows, at: rows.refund_untold())
# A gift is delivered after one more look at Stripe, see :mod:`memberships.stripe.voucher_money`.
_WITHOUT_A_LOOK = (RECEIPT, CLAIM, WAITING, ENDING, REFUND)


def tell_waiting(at: datetime) -> int:
    """Tell all that is owed, but for deliveries; answers how much was told."""
    return sum(tell(pk, errand, at) for errand in _WITHOUT_A_LOOK for pk in waiting(errand, at))


def waiting(errand: Errand, at: datetime) -> list[int]:
    """The primary keys of the rows of which it is owed and not put off, the oldest first."""
    rows = errand.owed(Voucher.objects.filter(Q(not_before=None) | Q(not_before__lte=at)), at)
    return list(rows.order_by("id").values_list("pk", flat=True)[:_BATCH])


def tell(pk: int, errand: Errand, at: datetime) -> bool:
    """Tell one, if it is owed still and nobody else is at it. What goes wrong is kept with the row, never raised."""
    try:
        with transaction.atomic():
            rows = errand.owed(Voucher.objects.select_for_update(skip_locked=True, of=("self",)), at)
            voucher = rows.select_related("plan__product", "buyer", "claimed_by").filter(pk=pk).first()
            if voucher is None:
                return False
            is_told = errand.is_worth_telling(voucher, at)
            if is_told:
                errand.signal.send(sender=__name__, voucher=voucher, at=at, **errand.facts(voucher))
            Voucher.objects.filter(pk=pk).update(**{errand.column: at}, attempts=0, not_before=None, error="")
    except Exception as error:  # Whatever a listener ran into, the row keeps it and is told again.
        log.exception("What happened to the gift %s could not be told.", pk)
        put_off(pk, f"{type(error).__name__}: {error}", at)
        return False
    return is_told


def tell_soon(voucher: Voucher, errand: Errand) -> None:
    """Tell it as soon as this transaction is through; what this process does not live to tell, the next tick tells."""
    transaction.on_commit(partial(_tell_now, voucher.pk, errand), robust=True)


@transaction.atomic
def put_off(pk: int, error: str, at: datetime) -> None:
    """Try again after a minute, two, four …; staff hear of it when it failed so often."""
    voucher = Voucher.objects.select_for_update(of=("self",)).get(pk=pk)
    wait = min(_FIRST_WAIT * 2 ** min(voucher.attempts, 12), _LONGEST_WAIT)
    Voucher.objects.filter(pk=pk).update(attempts=F("attempts") + 1, error=error, not_before=at + wait)
    if voucher.attempts + 1 >= _PATIENCE:
        alerts.open_alert(Alert.Kind.UNTOLD, f"voucher {voucher.public_id}", f"{voucher}: {error}", at)


def _tell_now(pk: int, errand: Errand) -> None:
    tell(pk, errand, clock.now())
