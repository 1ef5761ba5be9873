"""When a newsletter is due: on its weekdays but for its holidays, at its time of day, in its own time zone. Pure.

Where the clocks go forward over the time of day, the newsletter is due at the first moment after the gap; where they go
back over it, at the first of the two. So there is exactly one due moment for each of its days.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
# Longer than a year of holidays nobody looks ahead or back.
_MOST_DAYS = 400


@dataclass(frozen=True)
class Due:
    """A moment (UTC) and the day in the newsletter's zone whose edition it is."""

    at: datetime
    on: date


@dataclass(frozen=True)
class Timetable:
    """``days`` are weekdays, Monday 0; without any the newsletter goes out by hand only. On ``holidays`` it rests."""

    days: frozenset[int]
    send_at: time
    zone: ZoneInfo
    holidays: frozenset[date] = frozenset()

    def goes_out_on(self, day: date) -> bool:
        return day.weekday() in self.days and day not in self.holidays

    def due_on(self, day: date) -> datetime:
        """The moment in UTC at which an edition of that day is due, whether or not it is one of the days."""
        local = datetime.combine(day, self.send_at, self.zone)
        early, late = local.replace(fold=1).astimezone(UTC), local.astimezone(UTC)
        # In a gap the earlier of the two readings lies before it and the later one behind it; the clock shows neither.
        if early < late:
            return _change_between(early, late, self.zone)
        return late

    def last_until(self, moment: datetime) -> Due | None:
        """The latest due moment not after ``moment``."""
        return next((due for due in self._days_from(moment, -_DAY) if due.at <= moment), None)

    def next_after(self, moment: datetime) -> Due | None:
        """The first due moment after ``moment``."""
        return next(self._after(moment), None)

    def ahead(self, moment: datetime, number: int) -> list[Due]:
        """So many due moments after ``moment``."""
        return list(islice(self._after(moment), number))

    def _after(self, moment: datetime) -> Iterator[Due]:
        return (due for due in self._days_from(moment, _DAY) if due.at > moment)

    def _days_from(self, moment: datetime, step: timedelta) -> Iterator[Due]:
        """The due moments one after another, from two days on the other side of ``moment``: a zone may once have
        skipped a whole day."""
        day = moment.astimezone(self.zone).date() - 2 * step
        for _number in range(_MOST_DAYS):
            if self.goes_out_on(day):
                yield Due(self.due_on(day), day)
            day += step


def _change_between(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """The second in (early, late] at which the zone changes its offset."""
    before = early.astimezone(zone).utcoffset()
    low, high = 0, int((late - early).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        is_before = (early + timedelta(seconds=middle)).astimezone(zone).utcoffset() == before
        low, high = (middle, high) if is_before else (low, middle)
    return early + timedelta(seconds=high)
