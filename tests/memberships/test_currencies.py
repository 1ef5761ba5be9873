"""Amounts are counted as Stripe counts them, whatever a locale's data think of the currency."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from memberships.currencies import MOST, BadAmount, digits, in_major, in_minor, money, step

CURRENCIES = [
    "usd",
    "eur",
    "gbp",
    "try",
    "lbp",
    "iqd",
    "egp",
    "jpy",
    "krw",
    "xof",
    "isk",
    "ugx",
    "kwd",
    "jod",
    "tnd",
    "huf",
]


def test_a_sign_stays_with_its_letters_where_words_run_from_right_to_left():
    with override("ar"):
        assert money(30000, "usd").endswith("300.00\N{NO-BREAK SPACE}US$\N{LEFT-TO-RIGHT MARK}")
        assert not money(30000, "eur").endswith("\N{LEFT-TO-RIGHT MARK}")
    assert money(30000, "usd") == "$300.00"


@pytest.mark.parametrize(
    ("currency", "amount", "written"),
    [
        ("usd", 30000, "$300.00"),
        ("jpy", 500, "¥500"),
        ("lbp", 45000000, "LBP\N{NO-BREAK SPACE}450,000.00"),
        ("iqd", 1550, "IQD\N{NO-BREAK SPACE}15.50"),
        ("isk", 500, "ISK\N{NO-BREAK SPACE}5"),
        ("ugx", 500, "UGX\N{NO-BREAK SPACE}5"),
        ("kwd", 1250, "KWD\N{NO-BREAK SPACE}1.250"),
        ("jod", 24990, "JOD\N{NO-BREAK SPACE}24.990"),
    ],
)
def test_an_amount_is_shown_as_what_stripe_will_charge(currency, amount, written):
    with override("en"):
        assert money(amount, currency) == written


def test_each_language_writes_money_its_own_way():
    with override("tr"):
        assert money(30000, "usd") == "$300,00"


@pytest.mark.parametrize(
    ("written", "currency", "amount"),
    [
        ("25", "usd", 2500),
        (" 25.00 ", "usd", 2500),
        ("25.5", "usd", 2550),
        ("25.000", "usd", 2500),
        ("500", "jpy", 500),
        ("5", "isk", 500),
        ("1.25", "kwd", 1250),
        ("450000", "lbp", 45000000),
    ],
)
def test_what_staff_write_becomes_minor_units(written, currency, amount):
    assert in_minor(written, currency) == amount


@pytest.mark.parametrize(
    ("written", "currency", "sentence"),
    [
        ("twelve", "usd", "as a number"),
        ("", "usd", "as a number"),
        ("25,00", "usd", "as a number"),
        ("NaN", "usd", "more than zero"),
        ("Infinity", "usd", "more than zero"),
        ("0", "usd", "more than zero"),
        ("-5", "usd", "more than zero"),
        ("25.001", "usd", "at most two digits"),
        ("500.5", "jpy", "no digits"),
        ("5.5", "isk", "no digits"),
        ("1.255", "kwd", "the third has to be zero"),
        ("1000000", "usd", "$999,999.99 at most"),
        ("1e999999", "usd", "as a number"),
        ("1e-999999", "usd", "digits"),
    ],
)
def test_what_is_no_amount_is_refused_with_a_sentence(written, currency, sentence):
    with override("en"), pytest.raises(BadAmount, match=sentence.replace("$", r"\$")):
        in_minor(written, currency)


@given(st.sampled_from(CURRENCIES), st.integers(1, MOST))
def test_amounts_survive_being_written_and_read(currency, number):
    amount = max(number // step(currency), 1) * step(currency)
    assert in_minor(in_major(amount, currency), currency) == amount
    assert in_minor(str(in_major(amount, currency)), currency) == amount


@given(st.sampled_from(CURRENCIES), st.integers(1, MOST))
def test_no_digit_that_is_charged_is_hidden(currency, amount):
    with override("en"):
        shown = money(amount, currency)
    figure = Decimal("".join(sign for sign in shown if sign.isdigit() or sign == "."))
    assert figure == Decimal(amount).scaleb(-digits(currency))
