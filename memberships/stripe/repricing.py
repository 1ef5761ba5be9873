"""Moves running subscriptions to a new price: announced first, and then put at Stripe for the renewal it was told for.

Nothing here is remembered but what was announced. Each tick looks what our mirror says is still to be done, reads the
subscription again and does it, so whoever dies at any line leaves it to the next tick; a schedule left half-made is let
go first. Where Stripe cannot be told before the renewal, the old price is charged once more and a later one announced.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from itertools import islice
from typing import TypeVar

from memberships import happenings, price_moves
from memberships.models import PriceMove, PriceNotice, Subscription
from memberships.stripe import catalogue, changes
from memberships.stripe.calls import changing, subscribing
from memberships.stripe.client import BillingError
from memberships.stripe.reconcile import resynced
from memberships.stripe.sync import sync_subscription

log = logging.getLogger(__name__)

# Each is a few questions to Stripe, and a task has five minutes.
_BATCH = 40
# So many that cannot be done in a row mean that Stripe is away: the next tick tries again.
_MOST_FAILURES = 3
_Row = TypeVar("_Row")


def go_on(at: datetime) -> None:
    """What is due by now of every move: taking back, announcing, and putting it at Stripe."""
    _each(price_moves.to_take_back(at).order_by("?"), partial(_take_back, at))
    for move in PriceMove.objects.filter(withdrawn_at=None).select_related("from_plan", "to_plan"):
        _each(price_moves.to_announce(move, at), partial(_announce, move, at))
    _each(price_moves.to_put(at).order_by("?"), partial(_put, at))


def _each(rows: Iterable[_Row], act: Callable[[_Row], bool]) -> None:
    """Do it for some of them; one that cannot be done keeps no other waiting."""
    failures = 0
    for row in islice(rows, _BATCH):
        failures = 0 if act(row) else failures + 1
        if failures == _MOST_FAILURES:
            log.warning("New prices wait: Stripe does not answer.")
            return


def _announce(move: PriceMove, at: datetime, row: Subscription) -> bool:
    if not _read(row, at):
        return False
    happenings.note_price(row.pk, move, at)
    return True


def _put(at: datetime, notice: PriceNotice) -> bool:
    row = notice.subscription
    if not _read(row, at):
        return False
    # What was just read may say that they cancelled, or chose another plan.
    if not price_moves.to_put(at).filter(pk=notice.pk).exists():
        return True
    remote = subscribing.retrieve_subscription(row.stripe_id)
    return remote.next_price_id != "" or _done(row, lambda: _have_follow(row, notice), at)


def _have_follow(row: Subscription, notice: PriceNotice) -> None:
    to_plan = notice.move.to_plan
    changes.set_free(row.stripe_id)
    # A key of its own each time: what was put before may have been taken away since, by a cancellation or a rest.
    changing.follow_with(
        row.stripe_id, catalogue.price_id_of(to_plan), to_plan.interval, key=f"move:{notice.pk}:{uuid.uuid4()}"
    )


def _take_back(at: datetime, notice: PriceNotice) -> bool:
    row = notice.subscription
    if not _read(row, at):
        return False
    if not price_moves.to_take_back(at).filter(pk=notice.pk).exists():
        return True
    return _done(row, lambda: changes.set_free(row.stripe_id), at)


def _done(row: Subscription, act: Callable[[], object], at: datetime) -> bool:
    try:
        act()
        sync_subscription(row.customer.stripe_id or "", row.stripe_id, at)
    except BillingError as error:
        log.warning("The price of %s waits: %s", row.stripe_id, error.detail or error)
        return False
    return True


def _read(row: Subscription, at: datetime) -> bool:
    return resynced(row.customer.stripe_id or "", row.stripe_id, at)
