from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.utils import translation

from articles.templatetags.moments import day, day_or_time, stamp


@pytest.fixture(autouse=True)
def half_past_eight_in_beirut():
    with time_machine.travel(datetime(2026, 11, 22, 18, 30, tzinfo=UTC), tick=False):
        yield


@pytest.mark.parametrize(
    ("moment", "on_cards", "in_the_rail"),
    [
        (datetime(2026, 11, 22, 14, 59, tzinfo=UTC), "22 November", "16:59"),
        (datetime(2026, 11, 21, 22, 30, tzinfo=UTC), "22 November", "00:30"),
        (datetime(2026, 11, 21, 21, 30, tzinfo=UTC), "21 November", "21 Nov."),
        (datetime(2025, 12, 31, 22, 30, tzinfo=UTC), "1 January", "1 Jan."),
        (datetime(2014, 3, 5, 8, 0, tzinfo=UTC), "5 March 2014", "5 March 2014"),
    ],
)
def test_no_more_is_said_than_is_needed_in_the_newsrooms_zone(moment, on_cards, in_the_rail):
    assert day(moment) == on_cards
    assert day_or_time(moment) == in_the_rail


def test_months_stand_in_the_language_of_the_page():
    with translation.override("tr"):
        assert day(datetime(2014, 3, 5, tzinfo=UTC)) == "5 Mart 2014"


def test_machines_are_told_the_second_and_the_zone():
    assert stamp(datetime(2026, 11, 22, 14, 59, 7, 274831, tzinfo=UTC)) == "2026-11-22T16:59:07+02:00"
    assert stamp(None) == ""
