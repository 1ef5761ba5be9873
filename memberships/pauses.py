"""A rest at the member's own wish: how long, how often, and what stands against it.

One to three months, once in twelve, for somebody who has paid and owes nothing. While it lasts nothing is charged and
nothing is opened; what was paid for that time is taken off the next charges.
"""

from __future__ import annotations

import calendar
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from memberships.models import Pause, Subscription, User
from memberships.models.changes import Asked

MONTHS = (1, 2, 3)
# From the beginning of one to the beginning of the next.
APART = 12


def months_on(moment: datetime, months: int, day: int | None = None) -> datetime:
    """So many calendar months later, at the same time of that day or of the same; the last of a month too short."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(day or moment.day, last))


def refusal(subscription: Subscription, at: datetime) -> str:
    """Why this subscription cannot rest now, as a sentence for its payer; empty where it can. One query at most."""
    user = subscription.customer.user
    if user is None or subscription.collection_method != "charge_automatically":
        return _("The membership of a team cannot rest. Write to us.")
    if subscription.status == "trialing":
        return _("A free trial cannot rest. You can cancel it, and nothing is charged.")
    if subscription.status != "active":
        return _("Only a membership that is paid for can rest.")
    if subscription.cancel_at is not None:
        return _("Your membership is about to end. Take the cancellation back first.")
    if subscription.next_plan_id is not None and not subscription.follows_by_move:
        return _("Your plan is about to change. Keep your present plan first.")
    last = Pause.objects.filter(subscription__customer__user=user).exclude(state=Asked.REFUSED).first()
    if last is not None and last.state == Asked.DONE and (again := months_on(last.asked_at, APART)) > at:
        return _("A membership rests once in twelve months. Yours can again from %(date)s on.") % {
            "date": _day(again, user)
        }
    return ""


def settle(subscription: Subscription, at: datetime) -> datetime | None:
    """Have the rests follow what Stripe says of the subscription, and answer until when it rests.

    Belongs to the writing of the mirror, under the lock of the customer's row.
    """
    if subscription._state.adding:
        return None
    rests = subscription.pauses.filter(ended_at=None).exclude(state=Asked.REFUSED)
    if not subscription.rests_by_wish:
        rests.filter(state=Asked.DONE).update(ended_at=at)
        return None
    rests.filter(state=Asked.ASKED).update(state=Asked.DONE)
    return rests.values_list("until", flat=True).first()


def _day(moment: datetime, user: User) -> str:
    """The day on which the moment falls where the person lives."""
    return date_format(localtime(moment, ZoneInfo(user.time_zone)), "DATE_FORMAT")
