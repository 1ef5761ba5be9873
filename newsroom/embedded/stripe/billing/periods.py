"""Billing periods in calendar months and years, in UTC, and shares of them."""

import calendar
from datetime import UTC, datetime, timedelta

HOUR = 3600
DAY = 24 * HOUR


def later(moment: int, interval: str, count: int, anchor: int | None = None) -> int:
    """The moment ``count`` intervals on. Months keep the anchor's day, or the last day of a month too short for it."""
    start = datetime.fromtimestamp(moment, UTC)
    if interval in ("day", "week"):
        return int((start + timedelta(days=count * (7 if interval == "week" else 1))).timestamp())
    months = start.year * 12 + start.month - 1 + count * (12 if interval == "year" else 1)
    year, month = divmod(months, 12)
    wanted = datetime.fromtimestamp(moment if anchor is None else anchor, UTC).day
    day = min(wanted, calendar.monthrange(year, month + 1)[1])
    return int(start.replace(year=year, month=month + 1, day=day).timestamp())


def share(amount: int, start: int, end: int, since: int) -> int:
    """The part of an amount for [start, end) that falls on [since, end), to the nearest minor unit."""
    if end <= start or since >= end:
        return 0
    return round(amount * (end - max(since, start)) / (end - start))
