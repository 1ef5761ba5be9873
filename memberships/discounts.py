"""What a promotion makes of a price: which charges it takes how much off. Pure; amounts are in minor units."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from memberships.currencies import money
from memberships.models import Plan, Promotion

_MONTHS = {Plan.Interval.MONTH: 1, Plan.Interval.YEAR: 12}


@dataclass(frozen=True)
class Reduced:
    """``first`` is the next charge, ``full`` what it would be. ``times`` charges are reduced; ``None`` means all.

    ``until`` is when a discount of some months is over, said as the day it is in ``zone``.
    """

    first: int
    full: int
    currency: str
    times: int | None
    until: datetime | None
    zone: ZoneInfo | None = None

    @property
    def line(self) -> str:
        """All of it in one or two sentences."""
        names = {"first": money(self.first, self.currency), "full": money(self.full, self.currency)}
        if self.times is None:
            return _("Each charge is %(first)s instead of %(full)s, for as long as you stay.") % names
        if self.times == 1 or self.until is None:
            return _("The first charge is %(first)s instead of %(full)s. After that each is %(full)s.") % names
        names["date"] = date_format(localtime(self.until, self.zone), "DATE_FORMAT")
        return _("Each charge before %(date)s is %(first)s instead of %(full)s. After that each is %(full)s.") % names

    @property
    def line_after(self) -> str:
        """What becomes of the charges after the next one, which was named already."""
        full = money(self.full, self.currency)
        if self.times is None:
            return _("So is every later charge, for as long as you stay.")
        if self.times == 1 or self.until is None:
            return _("After that each charge is %(full)s.") % {"full": full}
        date = date_format(localtime(self.until, self.zone), "DATE_FORMAT")
        return _("So is each charge before %(date)s. After that each is %(full)s.") % {"date": date, "full": full}

    def line_with(self, code: str) -> str:
        return _("With the code “%(code)s”: %(line)s") % {"code": code, "line": self.line}

    @property
    def terms(self) -> str:
        """The same without words."""
        until = f"{localtime(self.until, self.zone):%Y-%m-%d}" if self.until else ""
        return f"{self.first}:{self.times or 'all'}:{until}"


def size_in_words(promotion: Promotion) -> str:
    """How much it takes off and how long, without a price: “25% off the first charge”."""
    size = _("%(percent)d%%") % {"percent": promotion.percent} if promotion.percent else _of_amount(promotion)
    if promotion.duration == Promotion.Duration.FOREVER:
        return _("%(size)s off every charge") % {"size": size}
    if promotion.months is None:
        return _("%(size)s off the first charge") % {"size": size}
    words = ngettext(
        "%(size)s off every charge for %(months)d month",
        "%(size)s off every charge for %(months)d months",
        promotion.months,
    )
    return words % {"size": size, "months": promotion.months}


def reduced(
    promotion: Promotion,
    plan: Plan,
    first_at: datetime,
    at: datetime,
    *,
    quantity: int = 1,
    zone: ZoneInfo | None = None,
) -> Reduced | None:
    """The plan with the promotion taken at ``at`` and first charged at ``first_at``.

    ``None`` where it takes nothing off: its amount is in another currency, or its months are over by the first charge.
    """
    full = plan.amount * quantity
    first = full - _taken_off(promotion, full, plan.currency)
    times, until = _times(promotion, plan, first_at, at)
    return None if first == full or times == 0 else Reduced(first, full, plan.currency, times, until, zone)


def _of_amount(promotion: Promotion) -> str:
    return money(promotion.amount or 0, promotion.currency)


def _taken_off(promotion: Promotion, full: int, currency: str) -> int:
    if promotion.percent is not None:
        share = Decimal(full) * promotion.percent / 100
        return int(share.quantize(Decimal(1), ROUND_HALF_UP))
    return min(promotion.amount or 0, full) if promotion.currency == currency else 0


def _times(promotion: Promotion, plan: Plan, first_at: datetime, at: datetime) -> tuple[int | None, datetime | None]:
    if promotion.duration == Promotion.Duration.FOREVER:
        return None, None
    if promotion.duration == Promotion.Duration.ONCE or promotion.months is None:
        return 1, None
    until, every = _later(at, promotion.months), _MONTHS[Plan.Interval(plan.interval)]
    times = 0
    while _later(first_at, times * every) < until:
        times += 1
    return times, until


def _later(moment: datetime, months: int) -> datetime:
    """The same day so many months later; the last of the month where it has no such day, as Stripe counts."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)
