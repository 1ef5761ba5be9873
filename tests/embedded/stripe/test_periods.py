"""Months and years end on the anchor's day; shares are to the nearest minor unit."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsroom.embedded.stripe.billing.money import per_interval, written
from newsroom.embedded.stripe.billing.periods import later, share


def moment(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("start", "interval", "count", "end"),
    [
        ("2026-11-22T10:00", "day", 7, "2026-11-29T10:00"),
        ("2026-11-22T10:00", "week", 2, "2026-12-06T10:00"),
        ("2026-01-31T10:00", "month", 1, "2026-02-28T10:00"),
        ("2026-11-30T10:00", "month", 3, "2027-02-28T10:00"),
        ("2026-12-05T10:00", "month", 1, "2027-01-05T10:00"),
        ("2028-02-29T10:00", "year", 1, "2029-02-28T10:00"),
        ("2026-11-22T10:00", "year", 1, "2027-11-22T10:00"),
    ],
)
def test_the_next_period_ends(start: str, interval: str, count: int, end: str) -> None:
    assert later(moment(start), interval, count) == moment(end)


def test_a_short_month_does_not_move_the_anchor() -> None:
    anchor = moment("2026-01-31T10:00")
    february = later(anchor, "month", 1, anchor)
    assert later(february, "month", 1, anchor) == moment("2026-03-31T10:00")


def test_a_share_is_by_the_second() -> None:
    assert share(30000, 0, 365, 0) == 30000
    assert share(30000, 0, 100, 75) == 7500
    assert share(30000, 0, 100, 100) == 0
    assert share(100, 0, 3, 1) == 67


def test_amounts_are_written_for_people() -> None:
    assert written(30000, "usd") == "$300.00"
    assert written(-1205, "eur") == "−€12.05"
    assert written(1200, "jpy") == "1,200 JPY"
    assert per_interval(2000, "usd", "month", 3) == "$20.00 every 3 months"
