from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db.models import Q

from memberships.metrics import revenue
from memberships.models import Invoice, RevenueDay
from tests.memberships.builders import NOW, person, plan, subscription

pytestmark = pytest.mark.django_db


def bill(**fields: object) -> Invoice:
    row = subscription(person())
    facts = {
        "customer": row.customer, "subscription": row, "plan": plan(), "stripe_id": f"in_{row.pk}", "status": "paid",
        "currency": "usd", "amount_due": 30_000, "amount_paid": 30_000, "total": 31_000, "tax": 1_000,
        "issued_at": NOW, "paid_at": NOW, "synced_at": NOW,
    }  # fmt: skip
    return Invoice.objects.create(**{**facts, **fields})


def test_the_days_are_those_of_the_site_and_each_figure_has_its_own():
    """An hour before midnight in UTC is the next day in Beirut."""
    late = datetime(2026, 11, 22, 23, tzinfo=UTC)
    bill(issued_at=late, paid_at=datetime(2026, 11, 25, 12, tzinfo=UTC))
    revenue.rebuild()
    days = list(RevenueDay.objects.order_by("day").values_list("day", "invoiced", "tax", "paid"))
    assert days == [(date(2026, 11, 23), 31_000, 1_000, 0), (date(2026, 11, 25), 0, 0, 30_000)]


@pytest.mark.parametrize("status", ["draft", "void"])
def test_what_was_never_asked_for_is_no_revenue(status):
    bill(status=status, amount_paid=0)
    assert revenue.of(Q()) == {}


def test_a_day_is_moved_by_the_difference_and_goes_when_nothing_is_left_of_it():
    first, second = bill(), bill()
    for each in (first, second):
        revenue.move(revenue.NOTHING, revenue.of(Q(pk=each.pk)))
    assert RevenueDay.objects.get().paid == 60_000

    for each in (first, second):
        before = revenue.of(Q(pk=each.pk))
        Invoice.objects.filter(pk=each.pk).update(status="void", amount_paid=0)
        revenue.move(before, revenue.of(Q(pk=each.pk)))
    assert not RevenueDay.objects.exists()


def test_what_is_wrong_is_made_right_and_what_is_right_stays():
    bill()
    assert revenue.rebuild() is True
    assert revenue.rebuild() is False
    RevenueDay.objects.update(paid=1)
    assert revenue.rebuild() is True
    assert RevenueDay.objects.get().paid == 30_000


def test_a_bill_that_gives_credit_stands_in_the_days_below_nothing():
    """What is left of a dearer plan is taken off a later bill; its own comes to less than nothing."""
    bill(total=-411, tax=0, amount_due=0, amount_paid=0, paid_at=None)
    assert revenue.rebuild()
    assert RevenueDay.objects.get().invoiced == -411
    assert not revenue.rebuild(), "it is right as it is"
