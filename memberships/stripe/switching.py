"""Changes the plan of a running subscription: looked at first, to the cent, then made, once.

A change is a row with its key before Stripe is asked. Whoever dies on the way leaves it to :func:`go_on`, which looks
whether Stripe made it and never makes it itself: what was counted from the moment of the look is soon no longer right.
"""

from __future__ import annotations

import logging
import uuid
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from memberships import audit, consents, students
from memberships.consents import Press
from memberships.fields import lines
from memberships.models import Customer, Plan, PlanChange, Subscription
from memberships.models.changes import Asked
from memberships.plan_changes import LOOK_HOLDS, Begins, Look, begins, first_charge_at, is_open
from memberships.stripe import catalogue, changes
from memberships.stripe.calls import changing, subscribing
from memberships.stripe.client import BillingError
from memberships.stripe.payload import Unusable
from memberships.stripe.reconcile import resynced
from memberships.stripe.remote import RemoteItem
from memberships.stripe.sync import sync_subscription

log = logging.getLogger(__name__)

_TOO_LATE = gettext_lazy("You saw this more than ten minutes ago. Please look once more.")


class SwitchRefused(Exception):
    """The plan stays as it is; the message says why and what to do instead."""


def look_at(subscription: Subscription, wanted: Plan, at: datetime) -> Look:
    """What the change would charge now, as Stripe says it.

    Raises:
        SwitchRefused: when the plan cannot be changed as the subscription stands.
        BillingError: when Stripe could not be asked.
    """
    if not is_open(subscription) or wanted == subscription.plan:
        raise SwitchRefused(_("Your plan cannot be changed just now. This is where you stand:"))
    begin, seen_at = begins(subscription, wanted), at.replace(microsecond=0)
    amount, currency = 0, wanted.currency
    if begin == Begins.NOW:
        amount, currency = _charged_at_once(subscription, wanted, seen_at)
    return Look(uuid.uuid4(), subscription.plan.lookup_key, wanted.lookup_key, begin, amount, currency, seen_at)


def change(subscription: Subscription, wanted: Plan, look: Look, press: Press, at: datetime) -> Subscription:
    """Change to the plan as it was shown. The same look brought twice changes once.

    Raises:
        SwitchRefused: it is no longer what was shown, or Stripe refused it; the plan is what it was.
        BillingError: Stripe did not answer. The same look may be brought again; else it is given up.
    """
    row = PlanChange.objects.filter(key=look.key, subscription=subscription).first()
    if row is not None:
        return _asked_again(row, at)
    _refuse_unless_as_shown(subscription, wanted, look, at)
    if wanted.audience == Plan.Audience.STUDENT and (user := subscription.customer.user):
        students.note_known_address(user, lines(wanted.domains), at)
    row = _written_down(subscription, wanted, look, press, at)
    _ask(row, at)
    return _settled(row, at)


def keep(subscription: Subscription, at: datetime) -> Subscription:
    """Take back the plan that was to follow. Doing it twice changes nothing.

    Raises:
        BillingError: when Stripe could not be asked; nothing was changed here.
    """
    changes.set_free(subscription.stripe_id)
    return sync_subscription(_customer_id(subscription), subscription.stripe_id, at)


def go_on(at: datetime) -> None:
    """Settle the changes whose process died: made where Stripe has them, else given up."""
    late = PlanChange.objects.filter(state=Asked.ASKED, asked_at__lt=at - LOOK_HOLDS)
    for row in late.select_related("subscription__customer", "to_plan"):
        subscription = row.subscription
        if resynced(subscription.customer.stripe_id or "", subscription.stripe_id, at):
            subscription.refresh_from_db()
            _settle(row, at, "" if _is_made(row, subscription) else _("Stripe never heard of it. Nothing was changed."))


def _asked_again(row: PlanChange, at: datetime) -> Subscription:
    """What came of a look that was brought before. Stripe is asked again only where it made nothing of it yet."""
    if row.state == Asked.REFUSED:
        raise SwitchRefused(row.failure)
    subscription = sync_subscription(_customer_id(row.subscription), row.subscription.stripe_id, at)
    if row.state == Asked.ASKED and not _is_made(row, subscription):
        if at >= row.asked_at + LOOK_HOLDS:
            raise SwitchRefused(_TOO_LATE)
        _ask(row, at)
    return _settled(row, at)


def _charged_at_once(subscription: Subscription, wanted: Plan, since: datetime) -> tuple[int, str]:
    price_id, item = catalogue.price_id_of(wanted), _item(subscription)
    restarts = wanted.interval != subscription.plan.interval
    charge = changing.preview_change(subscription.stripe_id, item, price_id, since, restarts=restarts)
    return max(charge.amount, 0), charge.currency


def _refuse_unless_as_shown(subscription: Subscription, wanted: Plan, look: Look, at: datetime) -> None:
    if not look.shown_at <= at < look.shown_at + LOOK_HOLDS:
        raise SwitchRefused(_TOO_LATE)
    is_as_shown = (subscription.plan.lookup_key, wanted.lookup_key) == (look.from_plan, look.to_plan)
    if not is_as_shown or not is_open(subscription) or begins(subscription, wanted) != look.begins:
        raise SwitchRefused(_("Your membership has changed meanwhile. Please look once more."))
    if look.begins == Begins.NOW:
        amount, currency = _charged_at_once(subscription, wanted, look.shown_at)
        if (amount, currency) != (look.amount, look.currency):
            raise SwitchRefused(_("The sum has changed since you saw it. Please look once more."))


@transaction.atomic
def _written_down(subscription: Subscription, wanted: Plan, look: Look, press: Press, at: datetime) -> PlanChange:
    """The change and the consent to it, under the lock of the customer's row."""
    Customer.objects.select_for_update().get(pk=subscription.customer_id)
    if PlanChange.objects.filter(subscription=subscription, state=Asked.ASKED).exists():
        raise SwitchRefused(_("Another change of yours is under way. Please try again in a few minutes."))
    row = PlanChange.objects.create(
        key=look.key,
        subscription=subscription,
        from_plan=subscription.plan,
        to_plan=wanted,
        begins=look.begins,
        amount=look.amount,
        currency=look.currency,
        counted_from=look.shown_at,
        asked_at=at,
    )
    user = subscription.customer.user
    if user is not None:
        consents.record_change(row, user, press, first_charge_at(subscription, look, wanted))
    audit.record(
        "plan change asked for",
        actor=user,
        subject_kind="subscription",
        subject_id=subscription.stripe_id[:64],
        subject_label=str(subscription),
        at=at,
        former=look.from_plan,
        wanted=look.to_plan,
        begins=look.begins,
        amount=look.amount,
        currency=look.currency,
    )
    return row


def _ask(row: PlanChange, at: datetime) -> None:
    """Have Stripe make it. What it refuses is refused for good; where it does not answer the row waits."""
    try:
        _ask_stripe(row)
    except BillingError as error:
        if error.is_retryable or error.is_unreadable:
            raise
        sentence = _("Your plan was not changed. %(reason)s") % {"reason": error}
        _settle(row, at, sentence)
        raise SwitchRefused(sentence) from error


def _ask_stripe(row: PlanChange) -> None:
    subscription, key = row.subscription, f"plan:{row.key}"
    price_id = catalogue.price_id_of(row.to_plan)
    changes.set_free(subscription.stripe_id)
    if row.begins == Begins.RENEWAL:
        changing.follow_with(subscription.stripe_id, price_id, row.to_plan.interval, key=key)
        return
    item = _item(subscription)
    if row.begins == Begins.IN_TRIAL and subscription.trial_ends_at is not None:
        changing.change_in_trial(subscription.stripe_id, item, price_id, subscription.trial_ends_at, key=key)
        return
    restarts = row.to_plan.interval != row.from_plan.interval
    changing.change_now(subscription.stripe_id, item, price_id, row.counted_from, restarts=restarts, key=key)


def _settled(row: PlanChange, at: datetime) -> Subscription:
    """What Stripe made of it, written down; a mirror that cannot be written now is written by the next look."""
    try:
        subscription = sync_subscription(_customer_id(row.subscription), row.subscription.stripe_id, at)
    except (BillingError, Unusable) as error:
        log.warning("The change %s is made, its mirror waits: %s", row.key, getattr(error, "detail", "") or error)
        subscription = row.subscription
    _settle(row, at, "")
    return subscription


def _settle(row: PlanChange, at: datetime, failure: str) -> None:
    state = Asked.REFUSED if failure else Asked.DONE
    PlanChange.objects.filter(pk=row.pk, state=Asked.ASKED).update(state=state, failure=failure, settled_at=at)


def _is_made(row: PlanChange, subscription: Subscription) -> bool:
    return row.to_plan_id in {subscription.plan_id, subscription.next_plan_id}


def _item(subscription: Subscription) -> RemoteItem:
    """The item at Stripe that is for the present plan.

    Raises:
        BillingError: there is none; our mirror is behind.
    """
    remote = subscribing.retrieve_subscription(subscription.stripe_id)
    for item in remote.items:
        if item.price_id == subscription.plan.stripe_id:
            return item
    raise BillingError(_("Your membership has changed meanwhile. Please look once more."))


def _customer_id(subscription: Subscription) -> str:
    return subscription.customer.stripe_id or ""
