"""One person moves in: an account, the customer at Stripe, what they may read, and what newsletters hear of them.

First, for whom a shop charged, a subscription is made at Stripe; then everything of ours is written in one transaction;
last the subscriptions are read from Stripe as always. Whoever dies in between leaves a row that says how far it came.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from memberships import entitlements, identity, signals, trials
from memberships.entitlements import Origin
from memberships.importing import looking
from memberships.importing.verdicts import Outcome, Why
from memberships.models import Customer, Entitlement, MovingIn, MovingRow, Plan, Subscription, User
from memberships.stripe import catalogue, client
from memberships.stripe.calls import moving
from memberships.stripe.client import BillingError
from memberships.stripe.payload import Unusable
from memberships.stripe.sync import ForeignPrice, sync_subscription
from memberships.subscriptions import STANDING

State = MovingRow.State
_OPENED_HERE = frozenset((Why.GIVEN, Why.RUNS_OUT))


class CannotMove(Exception):
    """Why somebody is not moved in after all, as a sentence for staff."""


def move(row: MovingRow, moving_in: MovingIn, at: datetime) -> None:
    """Move the person in, or go on with it; what cannot be done is written on the row.

    Raises:
        BillingError: Stripe does not answer just now; the row goes on with the next try.
    """
    try:
        if row.state == State.LOOKED and row.why == Why.CONTINUES:
            _have_charged_on(row, moving_in)
        if row.state == State.LOOKED:
            row = _take(row.pk, at)
        if row.state == State.TAKEN:
            _bring_subscriptions(row, moving_in, at)
    except BillingError as error:
        if error.is_retryable:
            raise
        fail(row, error.detail or str(error))
    except (CannotMove, Unusable) as refusal:
        fail(row, str(refusal))


def _have_charged_on(row: MovingRow, moving_in: MovingIn) -> None:
    """Have Stripe charge the card from the next payment on, unless the customer has a subscription by now."""
    plan = Plan.objects.select_related("product").filter(lookup_key=moving_in.mapping.get(row.plan_name, "")).first()
    if plan is None or row.paid_until is None:
        raise CannotMove(f"There is no plan for “{row.plan_name}” any more.")
    price = catalogue.price_id_of(plan)
    found = moving.subscriptions_of(row.customer_ref)
    if not any(each.remote.status in STANDING and each.prices and each.prices[0].id == price for each in found):
        moving.take_over(row.customer_ref, price, row.card_ref, row.paid_until, row=str(row.pk))


@transaction.atomic
def _take(pk: int, at: datetime) -> MovingRow:
    row = MovingRow.objects.select_for_update(of=("self",)).select_related("moving_in__product").get(pk=pk)
    if row.state != State.LOOKED:  # Somebody else was first.
        return row
    moving_in = row.moving_in
    user, _is_new = identity.open_account(row.email_as_typed, row.joined_at or at, name=row.name)
    if not user.is_active:
        raise CannotMove(str(Why.CLOSED.label))
    if row.why in looking.WITH_CUSTOMER:
        _attach(row.customer_ref, user, at)
    if row.why in _OPENED_HERE:
        origin = Origin(Entitlement.Source.COMP, f"moved in:{user.public_id}")
        reason = f"{moving_in.get_source_display()}: {row.plan_name or row.get_claim_display()}"[:255]
        entitlements.settle(user, moving_in.product, origin, until=row.until, at=at, reason=reason)
    if row.claim == MovingRow.Claim.PAID:
        trials.record_elsewhere(user, moving_in.product, row.joined_at or at)
    signals.moved_in.send(sender=__name__, user=user, row=row, at=at)
    row.user, row.state = user, State.TAKEN if row.why in looking.WITH_CUSTOMER else State.MOVED
    row.save(update_fields=["user", "state"])
    return row


def _attach(customer_ref: str, user: User, at: datetime) -> None:
    """Make Stripe's customer this person's, and the one in use unless another of theirs is charged already."""
    known = Customer.objects.select_related("user").filter(stripe_id=customer_ref).first()
    if known is not None:
        if known.user_id != user.pk:
            raise CannotMove(str(Why.TAKEN.label))
        return
    in_use = Customer.objects.select_for_update().filter(user=user, is_in_use=True).first()
    stays = in_use is not None and Subscription.objects.filter(customer=in_use, status__in=STANDING).exists()
    if in_use is not None and not stays:
        Customer.objects.filter(pk=in_use.pk).update(is_in_use=False)
    Customer.objects.create(
        user=user,
        is_in_use=not stays,
        stripe_id=customer_ref,
        stripe_key_hash=client.key_hash(),
        moved_in_at=at,
        created_at=at,
    )


def _bring_subscriptions(row: MovingRow, moving_in: MovingIn, at: datetime) -> None:
    """Read what the customer has at Stripe now; the right to read follows from it as it always does."""
    for found in moving.subscriptions_of(row.customer_ref):
        try:
            mirrored = sync_subscription(row.customer_ref, found.remote.id, at)
        except ForeignPrice:
            continue
        if found.began_as and not mirrored.has_paid:
            # The shop was paid: a first charge of ours that fails is a renewal that fails, and is given the same time.
            Subscription.objects.filter(pk=mirrored.pk).update(has_paid=True)
    row.state = State.MOVED
    live = Entitlement.objects.live(at).filter(user=row.user)
    if row.outcome == Outcome.READS and not live.exists():
        row.outcome, row.why, row.until = Outcome.LOSES, Why.ENDED, None
    row.save(update_fields=["state", "outcome", "why", "until"])


def fail(row: MovingRow, sentence: str) -> None:
    """Keep on the row why the person is not moved in; staff see it and may try again."""
    unfinished = MovingRow.objects.filter(pk=row.pk, state__in=[State.LOOKED, State.TAKEN])
    unfinished.update(state=State.FAILED, detail=sentence[:500])
