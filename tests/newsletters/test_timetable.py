from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletters.timetable import Timetable

ZONES = [
    "UTC",
    "Asia/Beirut",
    "America/New_York",
    "Europe/Istanbul",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "Asia/Kathmandu",
]
timetables = st.builds(
    Timetable,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.times().map(lambda value: value.replace(microsecond=0)),
    st.sampled_from(ZONES).map(ZoneInfo),
)
# Days before and after the moment that is looked at; most of two months may be holidays.
holidays = st.frozensets(st.integers(-30, 30), max_size=55)
moments = st.integers(1577836800, 2051222400).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
every_day = frozenset(range(7))
ny = ZoneInfo("America/New_York")


def resting(timetable: Timetable, moment: datetime, distances: frozenset[int]) -> Timetable:
    return replace(timetable, holidays=frozenset(moment.date() + timedelta(days=days) for days in distances))


@pytest.mark.parametrize(
    ("day", "send_at", "expected"),
    [
        (date(2026, 3, 7), time(2, 30), datetime(2026, 3, 7, 7, 30, tzinfo=UTC)),
        (date(2026, 3, 8), time(2, 30), datetime(2026, 3, 8, 7, 0, tzinfo=UTC)),  # 02:00 became 03:00.
        (date(2026, 3, 8), time(3, 0), datetime(2026, 3, 8, 7, 0, tzinfo=UTC)),
        (date(2026, 11, 1), time(1, 30), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),  # The first of two.
        (date(2026, 11, 2), time(1, 30), datetime(2026, 11, 2, 6, 30, tzinfo=UTC)),
    ],
)
def test_summer_time_neither_skips_nor_repeats_an_edition(day, send_at, expected):
    assert Timetable(every_day, send_at, ny).due_on(day) == expected


def test_midnight_in_a_gap_falls_on_the_first_moment_after_it():
    """Beirut's clocks go from 00:00 to 01:00."""
    beirut = Timetable(every_day, time(0, 0), ZoneInfo("Asia/Beirut"))
    assert beirut.due_on(date(2026, 3, 29)) == datetime(2026, 3, 28, 22, 0, tzinfo=UTC)


def test_list_without_days_is_never_due():
    never = Timetable(frozenset(), time(6), ny)
    assert never.last_until(datetime(2026, 3, 8, tzinfo=UTC)) is None
    assert never.next_after(datetime(2026, 3, 8, tzinfo=UTC)) is None


def test_list_that_rests_for_weeks_still_knows_when_it_came_and_comes():
    august = frozenset(date(2026, 8, 1) + timedelta(days=number) for number in range(31))
    weekly = Timetable(frozenset({3}), time(6), ny, august)
    moment = datetime(2026, 8, 15, tzinfo=UTC)
    assert weekly.last_until(moment).on == date(2026, 7, 30)
    assert [due.on for due in weekly.ahead(moment, 2)] == [date(2026, 9, 3), date(2026, 9, 10)]


@given(timetables, moments, holidays)
def test_last_and_next_enclose_the_moment_with_nothing_between(timetable, moment, distances):
    timetable = resting(timetable, moment, distances)
    last, following = timetable.last_until(moment), timetable.next_after(moment)
    assert last.at <= moment < following.at
    assert timetable.next_after(last.at) == following
    assert timetable.last_until(following.at) == following
    assert {last.on.weekday(), following.on.weekday()} <= timetable.days
    assert not {last.on, following.on} & timetable.holidays


@given(timetables, moments, holidays)
def test_every_named_day_but_holidays_has_exactly_one_edition(timetable, moment, distances):
    timetable = resting(timetable, moment, distances)
    seen = []
    due = timetable.last_until(moment)
    for _step in range(15):
        seen.append(due.on)
        due = timetable.next_after(due.at)
    expected = [
        day
        for day in (seen[0] + timedelta(days=n) for n in range((seen[-1] - seen[0]).days + 1))
        if day.weekday() in timetable.days and day not in timetable.holidays
    ]
    assert seen == expected


@given(timetables, st.dates(date(2020, 1, 1), date(2034, 12, 31)))
def test_the_clock_on_the_wall_shows_the_time_or_the_end_of_a_gap(timetable, day):
    local = timetable.due_on(day).astimezone(timetable.zone)
    wanted = datetime.combine(day, timetable.send_at)
    if local.replace(tzinfo=None) == wanted:
        assert local.fold == 0
    else:
        assert local.replace(tzinfo=None) > wanted
        before = (timetable.due_on(day) - timedelta(seconds=1)).astimezone(timetable.zone)
        assert before.replace(tzinfo=None) < wanted
