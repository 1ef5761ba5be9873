"""Dates are written as newspapers of each language write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import translation
from django.utils.formats import date_format


@pytest.mark.parametrize(
    ("language", "day", "moment"),
    [
        ("en", "4 December 2026", "4 December 2026, 16:05"),
        ("ar", "4 ديسمبر 2026", "4 ديسمبر 2026، 16:05"),
        ("tr", "4 Aralık 2026", "4 Aralık 2026 16:05"),
    ],
)
def test_the_day_comes_first_and_the_hours_are_those_of_the_day(language, day, moment):
    at = datetime(2026, 12, 4, 16, 5, tzinfo=UTC)
    with translation.override(language):
        assert date_format(at, "DATE_FORMAT") == day
        assert date_format(at, "DATETIME_FORMAT") == moment
