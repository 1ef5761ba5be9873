"""When a newsletter is due: on its weekdays, at its time of day, in its own time zone. Pure.

Where the clocks go forward over the time of day, the newsletter is due at the first moment after the gap; where they go
back over it, at the first of the two. So there is exactly one due moment for each of its days.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Due:
    """A moment (UTC) and the day in the newsletter's zone whose edition it is."""

    at: datetime
    on: date


@dataclass(frozen=True)
class Timetable:
    """``days`` are weekdays, Monday 0; without any the newsletter goes out by hand only."""

    days: frozenset[int]
    send_at: time
    zone: ZoneInfo

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
        return max((due for due in self._around(moment) if due.at <= moment), key=_moment, default=None)

    def next_after(self, moment: datetime) -> Due | None:
        """The first due moment after ``moment``."""
        return min((due for due in self._around(moment) if due.at > moment), key=_moment, default=None)

    def _around(self, moment: datetime) -> Iterator[Due]:
        """Every due moment of at least a week to both sides; a zone may once have skipped a whole day."""
        today = moment.astimezone(self.zone).date()
        for distance in range(-9, 10):
            day = today + distance * _DAY
            if day.weekday() in self.days:
                yield Due(self.due_on(day), day)


def _moment(due: Due) -> datetime:
    return due.at


def _change_between(early: datetime, late: datetime, zone: ZoneInfo) -> datetime:
    """The second in (early, late] at which the zone changes its offset."""
    before = early.astimezone(zone).utcoffset()
    low, high = 0, int((late - early).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        is_before = (early + timedelta(seconds=middle)).astimezone(zone).utcoffset() == before
        low, high = (middle, high) if is_before else (low, middle)
    return early + timedelta(seconds=high)
