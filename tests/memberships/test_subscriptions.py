from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from memberships.models import Entitlement
from memberships.subscriptions import GRACE, KNOWN_STATUSES, RENEWAL_SLACK, Facts, access_until, source_of
from tests.memberships import truth_tables

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
TICK = timedelta(microseconds=1)
FACTS = {
    "trial_ends_at": NOW + timedelta(days=3),
    "period_ends_at": NOW + timedelta(days=200),
    "past_due_since": NOW - timedelta(days=2),
    "due_at": NOW - timedelta(days=1),
}
ENDS = {
    "never": None,
    "trial end + 2 hours": FACTS["trial_ends_at"] + timedelta(hours=2),
    "period end + 72 hours": FACTS["period_ends_at"] + timedelta(hours=72),
    "overdue since + 14 days": FACTS["past_due_since"] + timedelta(days=14),
    "due date + 14 days": FACTS["due_at"] + timedelta(days=14),
}
ROWS = truth_tables.rows("status")


def facts_of(row: dict[str, str], **changes: object) -> Facts:
    return Facts(
        status=row["status"],
        collection_method=row["collection"],
        has_paid=row["ever paid"] == "yes",
        **{**FACTS, **changes},
    )


@pytest.mark.parametrize("row", ROWS, ids=truth_tables.name)
def test_reading_lasts_as_long_as_the_table_says(row):
    end = ENDS[row["reads until"]]

    assert access_until(facts_of(row), NOW) == end
    if end is not None:
        assert access_until(facts_of(row), end - TICK) == end
        assert access_until(facts_of(row), end) is None


@pytest.mark.parametrize("row", ROWS, ids=truth_tables.name)
def test_nothing_outlasts_a_scheduled_end(row):
    scheduled = NOW + timedelta(hours=5)

    until = access_until(facts_of(row, cancel_at=scheduled), NOW)

    assert until == (None if row["reads until"] == "never" else scheduled)


def test_the_table_names_every_status_stripe_has():
    assert {row["status"] for row in ROWS} == {*KNOWN_STATUSES, "anything else"}


def test_an_end_scheduled_after_the_period_gives_no_longer_reading():
    facts = Facts("active", period_ends_at=NOW, cancel_at=NOW + timedelta(days=400))

    assert access_until(facts, NOW) == NOW + RENEWAL_SLACK


@pytest.mark.parametrize("status", ["trialing", "active", "past_due"])
@pytest.mark.parametrize("collection", ["charge_automatically", "send_invoice"])
def test_a_subscription_without_dates_opens_nothing(status, collection):
    assert access_until(Facts(status, collection_method=collection, has_paid=True), NOW) is None


def test_an_unpaid_bill_without_due_date_counts_from_when_it_became_overdue():
    facts = Facts("past_due", collection_method="send_invoice", has_paid=True, past_due_since=NOW)

    assert access_until(facts, NOW) == NOW + GRACE


def test_reading_on_while_a_payment_fails_is_called_grace():
    assert source_of(Facts("past_due")) == Entitlement.Source.GRACE
    assert source_of(Facts("active")) == Entitlement.Source.SUBSCRIPTION
