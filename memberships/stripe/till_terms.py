"""The sentence above Stripe's button: what is charged first and when, what comes after, how to leave.

It is in the person's language and names the days where they live, as the page of the offer does.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from memberships.currencies import money
from memberships.discounts import reduced
from memberships.models import CheckoutAttempt, Promotion
from memberships.offers import after_gift


def terms(attempt: CheckoutAttempt) -> str:
    with override(attempt.user.language):
        said = _with(attempt.promotion, attempt) if attempt.promotion else _at_full_price(attempt)
        added = _("Tax is added where it is due.")
        return f"{said} {added}" if settings.STRIPE_TAX else said


def _at_full_price(attempt: CheckoutAttempt) -> str:
    plan = attempt.plan
    names = {"total": money(plan.amount, plan.currency), "days": str(plan.trial_days), "date": _first_day(attempt)}
    if attempt.begins_at is not None:
        said = _(
            "Nothing today. %(total)s on %(date)s, when your gift ends, and again each period until you cancel, in two "
            "clicks, on your membership page."
        )
    elif attempt.with_trial:
        said = _(
            "%(days)s days free. Then %(total)s on %(date)s and again each period until you cancel, in two clicks, on "
            "your membership page."
        )
    else:
        said = _("%(total)s now and again each period until you cancel, in two clicks, on your membership page.")
    return said % names


def _with(promotion: Promotion, attempt: CheckoutAttempt) -> str:
    plan = attempt.plan
    taken = reduced(promotion, plan, attempt.first_charge_at, attempt.created_at, zone=_zone(attempt))
    first = money(taken.first if taken else plan.amount, plan.currency)
    names = {"first": first, "days": str(plan.trial_days), "date": _first_day(attempt)}
    if attempt.begins_at is not None:
        said = after_gift(first, _first_day(attempt))
    elif attempt.with_trial and plan.trial_days:
        said = _("%(days)s days free. Then %(first)s on %(date)s.") % names
    else:
        said = _("%(first)s is charged today.") % names
    leave = _("It goes on each period until you cancel, in two clicks, on your membership page.")
    line = taken.line_with(promotion.code) if taken else ""
    return " ".join(part for part in (said, line, leave) if part)


def _first_day(attempt: CheckoutAttempt) -> str:
    return date_format(localtime(attempt.first_charge_at, _zone(attempt)), "DATE_FORMAT")


def _zone(attempt: CheckoutAttempt) -> ZoneInfo:
    return ZoneInfo(attempt.user.time_zone)
