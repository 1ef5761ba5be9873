"""What a promotion makes of a price, and the sentence that says it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memberships.discounts import reduced, size_in_words
from memberships.models import Plan, Promotion

AT = datetime(2026, 1, 31, 12, tzinfo=UTC)
YEARLY = Plan(amount=30000, currency="usd", interval="year")
MONTHLY = Plan(amount=2500, currency="usd", interval="month")


def promotion(**terms: object) -> Promotion:
    return Promotion(**{"code": "SPRING", "percent": 25, **terms})


@pytest.mark.parametrize(
    ("terms", "plan", "expected"),
    [
        ({}, YEARLY, "The first charge is $225.00 instead of $300.00. After that each is $300.00."),
        (
            {"duration": "forever", "percent": 10},
            YEARLY,
            "Each charge is $270.00 instead of $300.00, for as long as you stay.",
        ),
        (
            {"duration": "repeating", "months": 3, "percent": None, "amount": 500, "currency": "usd"},
            MONTHLY,
            "Each charge before 30 April 2026 is $20.00 instead of $25.00. After that each is $25.00.",
        ),
        (
            {"duration": "repeating", "months": 12},
            YEARLY,
            "The first charge is $225.00 instead of $300.00. After that each is $300.00.",
        ),
        ({"percent": 100}, MONTHLY, "The first charge is $0.00 instead of $25.00. After that each is $25.00."),
    ],
)
def test_the_charge_and_what_comes_after_are_said(terms, plan, expected):
    assert reduced(promotion(**terms), plan, AT, AT).line == expected


def test_months_that_are_over_before_the_first_charge_take_nothing_off():
    late = datetime(2026, 3, 2, tzinfo=UTC)
    assert reduced(promotion(duration="repeating", months=1), MONTHLY, late, AT) is None


def test_an_amount_counts_in_its_own_currency_alone():
    assert reduced(promotion(percent=None, amount=500, currency="eur"), MONTHLY, AT, AT) is None


def test_the_size_is_said_without_a_price():
    assert size_in_words(promotion()) == "25% off the first charge"
    assert size_in_words(promotion(duration="repeating", months=3)) == "25% off every charge for 3 months"
    assert size_in_words(promotion(percent=None, amount=500, currency="usd", duration="forever")) == (
        "$5.00 off every charge"
    )


@given(
    percent=st.integers(1, 100),
    amount=st.integers(1, 10_000_000),
    months=st.integers(1, 36),
    interval=st.sampled_from(["month", "year"]),
)
def test_nobody_pays_less_than_nothing_or_more_than_the_price(percent, amount, months, interval):
    plan = Plan(amount=amount, currency="usd", interval=interval)
    taken = reduced(promotion(percent=percent, duration="repeating", months=months), plan, AT, AT)
    every = 1 if interval == "month" else 12
    if taken is None:
        assert amount * percent < 50  # less than half a cent
    else:
        assert 0 <= taken.first < taken.full == amount
        assert taken.times == -(-months // every)
