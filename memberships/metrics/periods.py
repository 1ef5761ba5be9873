"""The time somebody asks the numbers for, in whole days of the site's zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
KINDS = tuple(_MONTHS)
# Longer tables would be read by nobody.
LONGEST = timedelta(days=5 * 366)


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both within it."""

    first: date
    last: date

    @property
    def starts_at(self) -> datetime:
        return start_of(self.first)

    @property
    def ends_at(self) -> datetime:
        """The moment after it."""
        return start_of(self.last + timedelta(days=1))

    def months(self) -> Iterator[Period]:
        """Its months, the first and the last as far as they belong to it."""
        first = self.first
        while first <= self.last:
            following = month_after(first)
            yield Period(first, min(following - timedelta(days=1), self.last))
            first = following


def period_of(kind: str, at: datetime) -> Period:
    """The calendar month, quarter or year of the moment, up to its day; any other word is the year."""
    today = at.astimezone(zone()).date()
    span = _MONTHS.get(kind, 12)
    return Period(date(today.year, (today.month - 1) // span * span + 1, 1), today)


def month_after(day: date) -> date:
    """The first day of the month after the day's."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def start_of(day: date) -> datetime:
    return datetime.combine(day, time(), zone())


def zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)
