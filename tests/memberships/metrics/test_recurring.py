from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memberships.metrics import recurring
from memberships.models import MrrMovement, Plan
from memberships.subscriptions import GRACE
from tests.memberships.builders import DAY, NOW, customer, person, plan, subscription, team

pytestmark = pytest.mark.django_db


def moved(row) -> list[tuple[str, int, int]]:
    rows = MrrMovement.objects.filter(subscription=row).order_by("number")
    return list(rows.values_list("kind", "before", "after"))


def become(row, at=NOW, **facts: object) -> None:
    """The mirror says something else of it."""
    for name, value in facts.items():
        setattr(row, name, value)
    row.save()
    recurring.note(row, at)


def test_a_trial_counts_nothing_until_it_is_paid():
    row = subscription(person(), status="trialing", has_paid=False, trial_ends_at=NOW + 7 * DAY)
    become(row)
    become(row, status="active")
    assert moved(row) == []

    become(row, has_paid=True)
    assert moved(row) == [("new", 0, 30_000)]


def test_a_monthly_price_is_twelve_of_it_and_a_lasting_discount_makes_it_less():
    row = subscription(person(), plan=plan("pro_monthly", amount=2999, interval=Plan.Interval.MONTH))
    become(row)
    become(row, period_amount=2249)
    assert moved(row) == [("new", 0, 35_988), ("contraction", 35_988, 26_988)]


def test_a_failed_payment_counts_while_it_is_given_time_and_then_is_a_loss():
    row = subscription(person())
    become(row)
    become(row, status="past_due", past_due_since=NOW)
    assert recurring.note(row, NOW + 13 * DAY) == 0

    recurring.note(row, NOW + 20 * DAY)
    last = row.movements.latest("number")
    assert (last.kind, last.at) == ("churn_failed", NOW + GRACE)

    become(row, NOW + 21 * DAY, status="active", past_due_since=None)
    assert moved(row)[-1] == ("reactivation", 0, 30_000)


@pytest.mark.parametrize(
    ("reason", "kind"), [("cancellation_requested", "churn_voluntary"), ("payment_failed", "churn_failed")]
)
def test_an_end_is_somebodys_wish_or_their_cards(reason, kind):
    row = subscription(person())
    become(row)
    become(row, NOW + 9 * DAY, status="canceled", ended_at=NOW + 8 * DAY, end_reason=reason)
    last = row.movements.latest("number")
    assert (last.kind, last.after, last.at) == (kind, 0, NOW + 8 * DAY)


def test_whoever_comes_back_by_another_subscription_is_no_new_member():
    reader = person()
    first = subscription(reader)
    become(first)
    become(first, status="canceled", ended_at=NOW)
    again = subscription(reader)
    become(again)
    assert moved(again) == [("reactivation", 0, 30_000)]


def test_a_pause_counts_nothing_and_is_no_leaving():
    row = subscription(person())
    become(row)
    become(row, status="paused")
    become(row, status="active")
    assert [kind for kind, _before, _after in moved(row)] == ["new", "contraction", "expansion"]


def test_a_team_that_is_sent_its_invoice_counts_from_its_start():
    owner = customer(person())
    owner.user, owner.team = None, team()
    owner.save()
    row = subscription(
        person(), customer=owner, collection_method="send_invoice", has_paid=False, quantity=5, started_at=NOW - DAY
    )
    become(row)
    become(row, quantity=8)
    assert moved(row) == [("new", 0, 150_000), ("expansion", 150_000, 240_000)]
    assert row.movements.get(number=1).at == NOW - DAY


def test_a_life_that_was_heard_of_when_it_was_over_has_begun_and_ended():
    row = subscription(person(), status="canceled", ended_at=NOW)
    become(row)
    assert moved(row) == [("new", 0, 30_000), ("churn_voluntary", 30_000, 0)]


def test_the_database_refuses_a_movement_that_is_not_of_its_kind():
    row = subscription(person())
    facts = {"subscription": row, "number": 1, "at": NOW, "began_at": NOW, "currency": "usd"}
    with pytest.raises(IntegrityError), transaction.atomic():
        MrrMovement.objects.create(**facts, kind="expansion", before=5, after=4)


_turns = st.tuples(
    st.sampled_from(["trialing", "active", "past_due", "unpaid", "paused", "canceled"]),
    st.integers(0, 40_000),
    st.integers(0, 20),
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(turns=st.lists(_turns, max_size=8))
def test_whatever_happens_the_movements_add_up_to_what_is_counted(turns):
    row = subscription(person(), has_paid=False, trial_ends_at=NOW)
    at = NOW
    for status, amount, days in turns:
        at += timedelta(days=days)
        row.has_paid = row.has_paid or status in {"active", "past_due"}
        since = (row.past_due_since or at) if status == "past_due" else None
        become(row, at, status=status, period_amount=amount, past_due_since=since)
        counted = recurring.a_year(row) if recurring.counts(row, at) else 0
        movements = moved(row)
        assert sum(after - before for _kind, before, after in movements) == counted == row.counted_a_year
        assert [before for _kind, before, _after in movements] == [0, *(after for _k, _b, after in movements)][:-1]
        assert recurring.note(row, at) == 0
