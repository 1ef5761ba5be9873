"""Has the ordinary price follow a student's whose proof runs out, and takes that back when another proof comes.

Each is looked at again at Stripe first: somebody who has cancelled is told nothing. Told comes before done, so whoever
dies in between leaves a student's price that lasts longer, never a dearer one that nobody was told of.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db.models import Max, Q

from memberships import audit, happenings, selling, student_prices, students
from memberships.fields import lines
from memberships.models import Happening, Plan, Subscription
from memberships.stripe import catalogue, changes
from memberships.stripe.calls import changing
from memberships.stripe.client import BillingError
from memberships.stripe.payload import Unusable
from memberships.stripe.reconcile import resynced
from memberships.stripe.sync import sync_subscription

log = logging.getLogger(__name__)

# Each asks Stripe a few times, and a task has five minutes.
_BATCH = 50
_STUDENT = Plan.Audience.STUDENT


def go_on(at: datetime) -> int:
    """Tell, move and take back what is due by now, some fifty at the most; answers how many."""
    done = 0
    for row, proof_ends in _candidates():
        try:
            done += _see_to(row, proof_ends, at)
        except (BillingError, Unusable) as error:
            log.warning("The price of %s waits for Stripe: %s", row.stripe_id, getattr(error, "detail", "") or error)
        if done >= _BATCH:
            break
    return done


def _candidates() -> list[tuple[Subscription, datetime | None]]:
    """Every student's subscription that renews by itself, with the end of the last proof."""
    rows = Subscription.objects.filter(
        plan__audience=_STUDENT,
        status="active",
        cancel_at=None,
        collection_method="charge_automatically",
        customer__user__is_active=True,
        customer__stripe_id__isnull=False,
    )
    proved = Max("customer__user__student_proofs__ends_at", filter=Q(customer__user__student_proofs__state="proved"))
    known = rows.annotate(proof_ends=proved).select_related("customer__user", "plan", "next_plan").order_by("?")
    return [(row, row.proof_ends) for row in known]  # type: ignore[attr-defined]


def _see_to(row: Subscription, proof_ends: datetime | None, at: datetime) -> bool:
    """Do the one thing that is due of it, if one is."""
    if not student_prices.is_ending(proof_ends, at):
        return student_prices.follows_for_want_of_proof(row) and _take_back(row, at)
    if row.next_plan is not None and row.next_plan.audience != _STUDENT:
        return False
    user = row.customer.user
    if proof_ends is None and user and students.note_known_address(user, lines(row.plan.domains), at):
        return False
    ordinary = student_prices.ordinary_of(row.next_plan or row.plan, selling.on_sale(at))
    if ordinary is None:
        return False
    told = Happening.objects.filter(
        subscription=row, kind=Happening.Kind.STUDENT_ENDING, period=student_prices.period_of(proof_ends)
    ).first()
    if told is None:
        return _tell(row, proof_ends, at)
    return student_prices.may_move(row, proof_ends, told) and _move(row, ordinary, at)


def _tell(row: Subscription, proof_ends: datetime | None, at: datetime) -> bool:
    if not _is_as_known(row, at):
        return False
    until = student_prices.moves_at(row, proof_ends, at)
    happenings.note_student_ending(row, student_prices.period_of(proof_ends), until, at)
    return True


def _move(row: Subscription, ordinary: Plan, at: datetime) -> bool:
    """Have the ordinary plan follow with the next period; nothing is charged before."""
    if not _is_as_known(row, at):
        return False
    price_id = catalogue.price_id_of(ordinary)
    changes.set_free(row.stripe_id)
    key = f"student:{row.public_id}:{at.isoformat()}"
    changing.follow_with(row.stripe_id, price_id, ordinary.interval, key=key)
    _record("student price ends", row, at, follows=ordinary.lookup_key)
    return _read(row, at)


def _take_back(row: Subscription, at: datetime) -> bool:
    changes.set_free(row.stripe_id)
    _record("student price goes on", row, at)
    return _read(row, at)


def _is_as_known(row: Subscription, at: datetime) -> bool:
    """Whether Stripe still says what made it due."""
    before = (row.status, row.cancel_at, row.plan_id, row.next_plan_id, row.period_ends_at)
    if not resynced(row.customer.stripe_id or "", row.stripe_id, at):
        return False
    row.refresh_from_db()
    return before == (row.status, row.cancel_at, row.plan_id, row.next_plan_id, row.period_ends_at)


def _read(row: Subscription, at: datetime) -> bool:
    sync_subscription(row.customer.stripe_id or "", row.stripe_id, at)
    return True


def _record(verb: str, row: Subscription, at: datetime, **details: str) -> None:
    audit.record(
        verb,
        actor=None,
        subject_kind="subscription",
        subject_id=row.stripe_id[:64],
        subject_label=str(row),
        at=at,
        **details,
    )
