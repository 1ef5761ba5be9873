"""Who may buy which plan. No row, no request: plans and buyers are facts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memberships.fields import lines
from memberships.models import Plan
from memberships.selling import ANYBODY, Buyer, chosen_for, currencies_for, may_buy, refusal_of

KEYS = st.integers(1, 10**6)


def plan(pk: int = 1, **fields: object) -> Plan:
    return Plan(**{"pk": pk, "product_id": 1, "amount": 100, "is_offered": True, **fields})


@pytest.mark.parametrize(
    ("fields", "buyer", "is_sold"),
    [
        ({}, ANYBODY, True),
        ({"is_offered": False}, ANYBODY, False),
        ({"audience": "team"}, ANYBODY, False),
        ({"countries": "LB\nSY"}, Buyer("SY"), True),
        ({"countries": "LB\nSY"}, Buyer("DE"), False),
        ({"countries": "LB\nSY"}, ANYBODY, False),
        ({"audience": "student", "domains": "aub.edu.lb"}, Buyer(hosts=frozenset({"aub.edu.lb"})), True),
        ({"audience": "student", "domains": "aub.edu.lb"}, Buyer(hosts=frozenset({"mail.aub.edu.lb"})), True),
        ({"audience": "student", "domains": "aub.edu.lb"}, Buyer(hosts=frozenset({"notaub.edu.lb"})), False),
        ({"audience": "student", "domains": "aub.edu.lb"}, ANYBODY, False),
        ({"audience": "student", "domains": "aub.edu.lb"}, Buyer(is_student=True), True),
        ({"audience": "student", "domains": "aub.edu.lb", "countries": "LB"}, Buyer("DE", is_student=True), False),
        ({"currency": "eur"}, Buyer(currency="usd"), False),
        (
            {"audience": "student", "domains": "aub.edu.lb", "countries": "LB"},
            Buyer("DE", frozenset({"aub.edu.lb"})),
            False,
        ),
    ],
)
def test_who_may_buy_what(fields, buyer, is_sold):
    assert may_buy(plan(**fields), buyer) is is_sold


def test_the_most_special_price_takes_the_place_of_the_others():
    everywhere, arab, lebanon = plan(1), plan(2, countries="LB\nSY"), plan(3, countries="LB")
    monthly = plan(4, interval="month")
    sold = [everywhere, arab, lebanon, monthly]
    assert chosen_for(Buyer("LB"), sold) == [lebanon, monthly]
    assert chosen_for(Buyer("SY"), sold) == [arab, monthly]
    assert chosen_for(Buyer("DE"), sold) == chosen_for(ANYBODY, sold) == [everywhere, monthly]


plans = st.lists(
    st.builds(
        plan,
        pk=KEYS,
        is_offered=st.booleans(),
        interval=st.sampled_from(["month", "year"]),
        audience=st.sampled_from(["person", "team"]),
        countries=st.sampled_from(["", "LB", "LB\nSY", "DE"]),
        currency=st.sampled_from(["usd", "eur"]),
    ),
    max_size=12,
    unique_by=lambda each: each.pk,
)


@given(plans, st.sampled_from(["", "LB", "SY", "DE", "FR"]), st.sampled_from(["", "usd", "eur"]), st.booleans())
def test_nobody_is_shown_what_they_may_not_buy_nor_two_prices_for_one_thing(sold, country, currency, is_bound):
    buyer = Buyer(country, currency=currency if is_bound else "")
    shown = chosen_for(buyer, sold, currency)
    assert all(may_buy(each, buyer) for each in shown)
    assert len({(each.audience, each.interval) for each in shown}) == len(shown)
    for each in sold:
        if may_buy(each, buyer):
            beside = next(
                other for other in shown if (other.audience, other.interval) == (each.audience, each.interval)
            )
            assert len(lines(beside.countries)) or not each.countries


def test_of_several_currencies_the_reader_chooses_and_a_country_has_its_own():
    dollars, euros, monthly = plan(1), plan(2, currency="eur"), plan(3, interval="month")
    francs = plan(4, currency="chf", countries="CH")
    sold = [dollars, euros, monthly, francs]
    assert chosen_for(ANYBODY, sold) == [dollars, monthly]
    assert chosen_for(ANYBODY, sold, "eur") == [euros, monthly]
    assert chosen_for(ANYBODY, sold, "chf") == [dollars, monthly], "nothing is sold in it here"
    assert currencies_for(ANYBODY, sold) == ["usd", "eur"]
    assert chosen_for(Buyer("CH"), sold) == [monthly, francs]
    assert currencies_for(Buyer("CH"), [dollars, euros, francs]) == ["chf"]


def test_who_has_paid_in_one_currency_stays_in_it():
    dollars, euros = plan(1), plan(2, currency="eur")
    payer = Buyer(currency="eur")
    assert chosen_for(payer, [dollars, euros], "usd") == [euros]
    assert currencies_for(payer, [dollars, euros]) == ["eur"]
    assert "You have paid in Euro before" in refusal_of(dollars, payer, "otherwise")
    assert refusal_of(plan(3, is_offered=False), payer, "otherwise") == "otherwise"
    assert refusal_of(euros, payer, "otherwise") == ""
