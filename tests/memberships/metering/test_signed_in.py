from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memberships.metering import month_of, renews_on, signed_in
from memberships.models import MeteredReading
from tests.factories.memberships import make_reader

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def keys(number: int) -> list[str]:
    return [str(uuid4()) for _ in range(number)]


@pytest.mark.django_db
def test_readings_count_until_the_allowance_is_spent():
    user, items = make_reader(), keys(4)

    meters = [signed_in.count(user, item, 3, NOW) for item in items]

    assert [(meter.spent, meter.left) for meter in meters] == [(1, 2), (2, 1), (3, 0), (3, 0)]
    assert items[3] not in meters[3].seen
    assert MeteredReading.objects.count() == 3


@pytest.mark.django_db
def test_reading_again_is_free_even_when_all_is_spent():
    user, (first, second) = make_reader(), keys(2)
    signed_in.count(user, first, 2, NOW)
    signed_in.count(user, second, 2, NOW)

    again = signed_in.count(user, first, 2, NOW)

    assert (again.spent, first in again.seen) == (2, True)


@pytest.mark.django_db
def test_next_month_in_the_publications_zone_begins_anew(settings):
    settings.TIME_ZONE = "Asia/Beirut"
    user, (item, other) = make_reader(), keys(2)
    last_evening = datetime(2026, 11, 30, 21, 59, tzinfo=UTC)
    midnight_there = datetime(2026, 11, 30, 22, 0, tzinfo=UTC)
    signed_in.count(user, item, 1, last_evening)

    assert signed_in.count(user, other, 1, last_evening).left_after(other) is None
    assert signed_in.count(user, other, 1, midnight_there).spent == 1
    assert (month_of(midnight_there).isoformat(), renews_on(midnight_there).isoformat()) == ("2026-12-01", "2027-01-01")


@pytest.mark.django_db
def test_meter_of_a_past_moment_is_what_it_was():
    user, (item, other) = make_reader(), keys(2)
    later = NOW.replace(hour=12)
    signed_in.count(user, item, 5, NOW)
    signed_in.count(user, other, 5, later)

    assert [signed_in.meter_of(user, 5, at).spent for at in (NOW.replace(hour=1), NOW, later)] == [0, 1, 2]


@pytest.mark.django_db
def test_database_counts_an_item_once_and_months_by_their_first_day():
    user, (item,) = make_reader(), keys(1)
    signed_in.count(user, item, 5, NOW)
    for month in (month_of(NOW), month_of(NOW).replace(day=2)):
        with pytest.raises(IntegrityError), transaction.atomic():
            MeteredReading.objects.create(user=user, month=month, item=item, counted_at=NOW)


def test_two_tabs_cannot_both_have_the_last_one(committing):
    user, items = make_reader(), keys(8)
    together = Barrier(len(items))

    def read(item: str) -> bool:
        together.wait()
        try:
            return item in signed_in.count(user, item, 3, NOW).seen
        finally:
            connection.close()

    with ThreadPoolExecutor(len(items)) as pool:
        opened = list(pool.map(read, items))

    assert opened.count(True) == MeteredReading.objects.filter(user=user).count() == 3


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reads=st.lists(st.integers(0, 6), max_size=16), allowances=st.lists(st.integers(0, 5), min_size=16, max_size=16))
def test_whatever_is_read_in_whatever_order_the_meter_holds(reads, allowances):
    """Also while the allowance changes: what opened once opens for ever, and nothing new opens past the allowance."""
    user, items, opened = make_reader(), keys(7), set()
    for number, allowance in zip(reads, allowances, strict=False):
        before = set(opened)
        meter = signed_in.count(user, items[number], allowance, NOW)
        if items[number] in meter.seen:
            opened.add(items[number])
        assert (items[number] in opened) == (items[number] in before or len(before) < allowance)
        assert meter.seen == opened
        assert meter.left == max(allowance - len(opened), 0)
