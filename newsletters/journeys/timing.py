"""When a letter of a journey is due, where its reader is. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def moment_of(since: datetime, wait: timedelta, hour: time | None, zone: str) -> datetime:
    """So long after ``since``; with an hour, the first time after that at which it is that hour in the zone."""
    due = since + wait
    if hour is None:
        return due
    day = day_of(due, zone)
    first = _at(day, hour, zone)
    return first if first >= due else _at(day + timedelta(days=1), hour, zone)


def next_day(at: datetime, hour: time | None, zone: str) -> datetime:
    """Tomorrow in the zone, at the hour or at the time of day it is now."""
    return _at(day_of(at, zone) + timedelta(days=1), hour or at.astimezone(ZoneInfo(zone)).time(), zone)


def day_of(at: datetime, zone: str) -> date:
    """Which day it is in the zone."""
    return at.astimezone(ZoneInfo(zone)).date()


def _at(day: date, hour: time, zone: str) -> datetime:
    """In UTC, for two moments of one zone are compared by their clock hands, and those are turned twice a year."""
    return datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)
