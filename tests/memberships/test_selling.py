"""Who may buy which plan. No row, no request: plans and buyers are facts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memberships.fields import lines
from memberships.models import Plan
from memberships.selling import ANYBODY, Buyer, chosen_for, may_buy

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
    ),
    max_size=12,
    unique_by=lambda each: each.pk,
)


@given(plans, st.sampled_from(["", "LB", "SY", "DE", "FR"]))
def test_nobody_is_shown_what_they_may_not_buy_nor_two_prices_for_one_thing(sold, country):
    buyer = Buyer(country)
    shown = chosen_for(buyer, sold)
    assert all(may_buy(each, buyer) for each in shown)
    assert len({(each.audience, each.interval) for each in shown}) == len(shown)
    for each in sold:
        if may_buy(each, buyer):
            beside = next(
                other for other in shown if (other.audience, other.interval) == (each.audience, each.interval)
            )
            assert len(lines(beside.countries)) or not each.countries
