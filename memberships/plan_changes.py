"""Which plans a member may change to, when each begins, and how that is said. Pure: facts in, terms out.

A longer period, or a dearer one of the same length, begins at once: what is left of the old period is taken off. A
shorter or a cheaper one begins with the next period, for what is paid for is read. In a trial nothing is charged and
its end stays where it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from memberships import selling
from memberships.currencies import money
from memberships.models import Plan, PlanChange, Subscription
from memberships.pauses import months_on
from memberships.selling import Buyer

Begins = PlanChange.Begins
# What was shown holds so long. Stripe counts from the moment of the look, so a later press would count old days twice.
LOOK_HOLDS = timedelta(minutes=10)


@dataclass(frozen=True)
class Look:
    """What somebody was shown of a change, to the cent, and brings back when they agree.

    ``amount`` is charged at once, in minor units of ``currency``; the rest of the period is counted from ``shown_at``.
    """

    key: UUID
    from_plan: str
    to_plan: str
    begins: Begins
    amount: int
    currency: str
    shown_at: datetime


@dataclass(frozen=True)
class Terms:
    """A look in words: the sentences above the button, and what stands on it."""

    lines: tuple[str, ...]
    button: str

    @property
    def words(self) -> str:
        return "\n".join((*self.lines, self.button))


def begins(subscription: Subscription, wanted: Plan) -> Begins:
    if subscription.status == "trialing":
        return Begins.IN_TRIAL
    length, its_length = _months(wanted), _months(subscription.plan)
    is_dearer = length == its_length and wanted.amount > subscription.plan.amount
    return Begins.NOW if length > its_length or is_dearer else Begins.RENEWAL


def is_open(subscription: Subscription) -> bool:
    """Whether its plan can be changed as it stands: it runs, goes on, is one person's, and no wish waits already."""
    runs = subscription.status == "active" or (
        subscription.status == "trialing" and not subscription.runs_on_refused_trial
    )
    is_theirs = subscription.customer.user_id is not None and subscription.collection_method == "charge_automatically"
    has_wish = subscription.next_plan_id is not None and not subscription.follows_by_move
    return runs and is_theirs and subscription.cancel_at is None and not has_wish


def choices(subscription: Subscription, on_sale: Iterable[Plan], buyer: Buyer) -> list[Plan]:
    """The plans of the same product and currency this buyer may change to, in the desk's order.

    Nobody is offered what they have at a higher price: a price never changes for who has it.
    """
    now = subscription.plan
    alike = [plan for plan in on_sale if (plan.product_id, plan.currency) == (now.product_id, now.currency)]
    return [plan for plan in selling.chosen_for(buyer, alike) if not _is_no_gain(plan, now)]


def first_charge_at(subscription: Subscription, look: Look, wanted: Plan) -> datetime:
    """When the whole price of the new plan is charged for the first time."""
    if look.begins == Begins.IN_TRIAL and subscription.trial_ends_at is not None:
        return subscription.trial_ends_at
    if look.begins == Begins.NOW and _months(wanted) != _months(subscription.plan):
        return months_on(look.shown_at, _months(wanted))
    return subscription.period_ends_at or look.shown_at


def terms(subscription: Subscription, look: Look, wanted: Plan) -> Terms:
    """What stands above the button, in the page's language."""
    per = _("%(total)s a year") if wanted.interval == Plan.Interval.YEAR else _("%(total)s a month")
    total = money(wanted.amount, wanted.currency)
    names = {
        "plan": wanted.name,
        "former": subscription.plan.name,
        "total": total,
        "per": per % {"total": total},
        "amount": money(look.amount, look.currency),
        "card": subscription.card_label,
        "date": _day(first_charge_at(subscription, look, wanted), subscription),
    }
    lines = [line % names for line in _lines(look, has_card=bool(subscription.card_label))]
    lines.append(_("On %(date)s %(total)s is charged, and again each period until you cancel.") % names)
    if settings.STRIPE_TAX:
        lines.append(_("Tax is added where it is due."))
    button = _("Change and pay %(amount)s now") if look.amount else _("Change to %(plan)s")
    return Terms(tuple(lines), button % names)


def _lines(look: Look, *, has_card: bool) -> list[str]:
    if look.begins == Begins.RENEWAL:
        return [
            _("%(plan)s, %(per)s, from %(date)s on."),
            _("Nothing is charged today. Until then you have %(former)s."),
        ]
    today = _("%(plan)s, %(per)s, from today on.")
    if look.begins == Begins.IN_TRIAL:
        return [today, _("Nothing is charged today. Your free trial ends on %(date)s as before.")]
    taken_off = _("What is left of your present period is taken off.")
    if has_card:
        return [today, _("Today %(amount)s is charged to your %(card)s."), taken_off]
    return [today, _("Today %(amount)s is charged."), taken_off]


def _is_no_gain(plan: Plan, now: Plan) -> bool:
    is_alike = (plan.audience, plan.interval) == (now.audience, now.interval)
    return plan == now or (is_alike and plan.amount >= now.amount)


def _months(plan: Plan) -> int:
    return 12 if plan.interval == Plan.Interval.YEAR else 1


def _day(moment: datetime, subscription: Subscription) -> str:
    """The day on which the moment falls where the payer lives."""
    user = subscription.customer.user
    return date_format(localtime(moment, ZoneInfo(user.time_zone) if user else None), "DATE_FORMAT")
