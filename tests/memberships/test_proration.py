from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from memberships.proration import unused
from tests.memberships.builders import DAY, NOW

PAID = st.integers(min_value=0, max_value=100_000_000)
SECONDS = st.integers(min_value=1, max_value=3 * 366 * 86_400)


def after(seconds: int):
    return NOW + timedelta(seconds=seconds)


def test_half_a_year_is_half_the_money():
    assert unused(30_000, NOW, NOW + 360 * DAY, NOW + 180 * DAY) == 15_000


def test_it_is_told_by_the_second():
    year = 360 * DAY
    assert unused(360 * 86_400, NOW, NOW + year, NOW + timedelta(seconds=1)) == 360 * 86_400 - 1


def test_half_a_cent_is_the_readers():
    assert unused(1, NOW, after(2), after(1)) == 1


@given(PAID, SECONDS, st.integers(min_value=-10_000, max_value=4 * 366 * 86_400))
def test_never_less_than_nothing_nor_more_than_was_paid(paid, whole, elapsed):
    assert 0 <= unused(paid, NOW, after(whole), after(elapsed)) <= paid


@given(PAID, SECONDS)
def test_all_of_it_at_the_beginning_and_nothing_at_the_end(paid, whole):
    assert unused(paid, NOW, after(whole), NOW) == paid
    assert unused(paid, NOW, after(whole), after(whole)) == 0


@given(PAID, SECONDS, st.lists(st.integers(min_value=0, max_value=3 * 366 * 86_400), max_size=8))
def test_what_is_used_in_parts_sums_to_the_whole(paid, whole, cuts):
    moments = [0, *sorted(min(cut, whole) for cut in cuts), whole]
    left = [unused(paid, NOW, after(whole), after(moment)) for moment in moments]
    used = [before - then for before, then in pairwise(left)]
    assert min(used) >= 0
    assert sum(used) == paid


def test_a_period_without_length_gives_nothing():
    assert unused(30_000, NOW, NOW, NOW) == 0
