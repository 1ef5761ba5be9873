"""What a member changed about their membership, and what was announced to them, in one list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from memberships.currencies import money
from memberships.models import Pause, Plan, PlanChange, PriceNotice, User


@dataclass(frozen=True)
class Changed:
    """One of them: a sentence, how far it is, and its page at the desk."""

    at: datetime
    sentence: str
    state: str
    url: str


def changes_of(user: User, most: int) -> list[Changed]:
    """The newest first; three queries."""
    found = [*_plans(user, most), *_rests(user, most), *_prices(user, most)]
    return sorted(found, key=lambda row: row.at, reverse=True)[:most]


def _plans(user: User, most: int) -> list[Changed]:
    rows = PlanChange.objects.filter(subscription__customer__user=user).select_related("from_plan", "to_plan")
    return [
        Changed(
            row.asked_at,
            " → ".join(_named(plan) for plan in (row.from_plan, row.to_plan)),
            f"{row.get_begins_display()} · {row.get_state_display()}",
            reverse("admin:memberships_planchange_change", args=[row.pk]),
        )
        for row in rows[:most]
    ]


def _rests(user: User, most: int) -> list[Changed]:
    rows = Pause.objects.filter(subscription__customer__user=user)
    return [
        Changed(
            row.asked_at,
            ngettext("Rest of %d month", "Rest of %d months", row.months) % row.months,
            f"{row.get_state_display()} · {_day(row.ended_at or row.until)}",
            reverse("admin:memberships_pause_change", args=[row.pk]),
        )
        for row in rows[:most]
    ]


def _prices(user: User, most: int) -> list[Changed]:
    rows = PriceNotice.objects.filter(subscription__customer__user=user).select_related("happening")
    return [
        Changed(
            row.happening.happened_at,
            _("New price announced: %(now)s → %(then)s") % {"now": money(*row.now), "then": money(*row.then)},
            _("from %(date)s on") % {"date": _day(row.renews_at)},
            reverse("admin:memberships_pricenotice_change", args=[row.pk]),
        )
        for row in rows.order_by("-renews_at")[:most]
    ]


def _named(plan: Plan) -> str:
    """With its price, for two plans may have one name."""
    return f"{plan.name} ({money(plan.amount, plan.currency)})"


def _day(moment: datetime) -> str:
    return date_format(localtime(moment), "DATE_FORMAT")
