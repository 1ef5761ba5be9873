from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from memberships import plan_changes
from memberships.pauses import months_on
from memberships.selling import Buyer
from tests.memberships.builders import NOW, person, plan, subscription

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("status", "has", "wants", "begins"),
    [
        ("active", ("month", 2900), ("year", 30000), "now"),
        ("active", ("month", 2900), ("year", 90000), "now"),
        ("active", ("month", 900), ("month", 2900), "now"),
        ("active", ("month", 2900), ("month", 900), "renewal"),
        ("active", ("year", 30000), ("month", 2900), "renewal"),
        ("active", ("year", 30000), ("month", 900), "renewal"),
        ("trialing", ("year", 30000), ("month", 2900), "in_trial"),
        ("trialing", ("month", 2900), ("year", 30000), "in_trial"),
    ],
)
def test_what_is_longer_or_dearer_begins_now_and_the_rest_with_the_next_period(status, has, wants, begins):
    old, new = (
        plan(name, interval=interval, amount=amount) for name, (interval, amount) in (("old", has), ("new", wants))
    )
    assert plan_changes.begins(subscription(person(), plan=old, status=status), new) == begins


def test_offered_is_what_is_on_sale_to_the_reader_in_the_same_currency_and_is_a_gain():
    student = {"audience": "student", "domains": "aub.edu.lb"}
    old = plan("old", amount=24000, is_offered=False)
    dearer, month = plan("dearer"), plan("month", interval="month", amount=2900)
    cheaper = plan("cheaper", amount=20000, position=9)
    plans = [dearer, month, plan("eur", currency="eur"), plan("student", amount=12000, **student)]
    row = subscription(person(), plan=old)

    assert plan_changes.choices(row, plans, Buyer()) == [month]
    assert plan_changes.choices(row, [cheaper, *plans[1:]], Buyer()) == [cheaper, month]
    assert [each.lookup_key for each in plan_changes.choices(row, plans, Buyer(hosts=frozenset({"aub.edu.lb"})))] == [
        "month",
        "student",
    ]


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "past_due"},
        {"status": "paused"},
        {"cancel_at": NOW + timedelta(days=3)},
        {"collection_method": "send_invoice"},
        {"status": "trialing", "trial_refused_at": NOW},
    ],
)
def test_nothing_is_changed_of_what_does_not_simply_go_on(fields):
    assert plan_changes.is_open(subscription(person()))
    assert not plan_changes.is_open(subscription(person(), **fields))


def test_months_keep_the_day_where_the_month_has_it():
    assert months_on(datetime(2026, 11, 30, tzinfo=UTC), 3) == datetime(2027, 2, 28, tzinfo=UTC)
    assert months_on(datetime(2026, 12, 15, tzinfo=UTC), 12) == datetime(2027, 12, 15, tzinfo=UTC)
