"""No month that was given is lost, and none runs beside another, whatever the order in which gifts come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memberships.vouchers.lining_up import Gift, Span, line_up, months_after
from tests.memberships.builders import DAY, NOW

MONTHS = st.integers(1, 24)


@given(st.lists(MONTHS, min_size=1, max_size=5), st.integers(0, 400), st.integers(0, 800))
def test_gifts_follow_one_another_and_whatever_is_paid_for(months, busy_days, later_days):
    periods = [Span(NOW - DAY, NOW + busy_days * DAY)] if busy_days else []
    gifts: list[Gift] = []
    for number, each in enumerate(months):
        at = NOW + timedelta(seconds=number)
        spans = line_up([*gifts, Gift(each, at)], periods, at)
        gifts = [
            Gift(gift.months, gift.claimed_at, span) for gift, span in zip([*gifts, Gift(each, at)], spans, strict=True)
        ]

    assert all(months_after(gift.span.starts_at, gift.months) == gift.span.ends_at for gift in gifts)
    assert all(first.span.ends_at <= second.span.starts_at for first, second in pairwise(gifts))
    assert gifts[0].span.starts_at >= max((period.ends_at for period in periods), default=NOW)
    # Time alone moves nothing that has begun, and what has not begun only forward to the present.
    at = NOW + later_days * DAY
    running = [gift for gift in gifts if gift.span.ends_at > at]
    again = line_up(running, [], at)
    begun = [(gift.span, span) for gift, span in zip(running, again, strict=True) if gift.span.starts_at <= at]
    assert all(before == after for before, after in begun)
    assert all(first.ends_at <= second.starts_at for first, second in pairwise(again))


def test_a_gift_waits_behind_each_renewal_even_when_that_is_known_late():
    first, second = Span(NOW - 30 * DAY, NOW + 10 * DAY), Span(NOW + 10 * DAY, NOW + 40 * DAY)
    (span,) = line_up([Gift(3, NOW)], [first], NOW)
    assert span.starts_at == first.ends_at
    for learned_after in (timedelta(hours=-1), timedelta(hours=2), 13 * DAY):
        (moved,) = line_up([Gift(3, NOW, span)], [second], first.ends_at + learned_after)
        assert moved == Span(second.ends_at, months_after(second.ends_at, 3))


def test_a_gift_that_runs_is_not_moved_by_what_is_bought_to_follow_it():
    (span,) = line_up([Gift(3, NOW)], [], NOW)
    following = Span(span.ends_at, span.ends_at)
    assert line_up([Gift(3, NOW, span)], [following], NOW + DAY) == [span]


def test_a_membership_that_ended_early_lets_the_gift_begin():
    waiting = Span(NOW + 100 * DAY, months_after(NOW + 100 * DAY, 3))
    assert line_up([Gift(3, NOW - DAY, waiting)], [], NOW) == [Span(NOW, months_after(NOW, 3))]


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [((2026, 1, 31), 1, (2026, 2, 28)), ((2027, 11, 30), 3, (2028, 2, 29)), ((2026, 12, 1), 12, (2027, 12, 1))],
)
def test_months_end_on_days_that_exist(day, months, after):
    assert months_after(datetime(*day, 8, tzinfo=UTC), months) == datetime(*after, 8, tzinfo=UTC)
