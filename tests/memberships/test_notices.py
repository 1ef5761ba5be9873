"""What people are told ahead of time: each thing once, while it is true, and never to somebody it no longer concerns."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memberships import notices
from memberships.models import Happening, Invoice, Plan, Subscription
from memberships.subscriptions import GRACE
from tests.memberships.builders import DAY, NOW

Kind = Happening.Kind
HOUR = timedelta(hours=1)


def membership(interval: str = "year", **facts: object) -> Subscription:
    """One that nothing is due for, unless the facts say so."""
    values = {
        "status": "active",
        "collection_method": "charge_automatically",
        "period_ends_at": NOW + 200 * DAY,
        "started_at": NOW - 100 * DAY,
        "has_paid": True,
        "card_label": "Visa 4242",
        "card_expires_on": date(2034, 12, 31),
    }
    return Subscription(plan=Plan(interval=interval), **{**values, **facts})


def bill(issued_at: datetime = NOW, **facts: object) -> Invoice:
    return Invoice(**{"stripe_id": "in_1", "status": "open", "amount_due": 30000, "issued_at": issued_at, **facts})


def told(subscription: Subscription, at: datetime, owed: Invoice | None = None) -> list[tuple[str, str]]:
    return [(notice.kind, notice.period) for notice in notices.due(subscription, owed, at)]


def trial(**facts: object) -> Subscription:
    ends = NOW + 7 * DAY
    values = {"status": "trialing", "trial_ends_at": ends, "period_ends_at": ends, "started_at": NOW, "has_paid": False}
    return membership(**{**values, **facts})


def test_the_end_of_a_trial_is_told_three_days_before_and_until_it_comes():
    ends = NOW + 7 * DAY
    for at, is_told in [(ends - 3 * DAY - HOUR, False), (ends - 3 * DAY, True), (ends - HOUR, True), (ends, False)]:
        assert told(trial(), at) == ([(Kind.TRIAL_ENDING, ends.isoformat())] if is_told else []), at


@pytest.mark.parametrize("changed", [{"cancel_at": NOW + 7 * DAY}, {"has_paid": True}, {"status": "past_due"}])
def test_the_end_of_a_trial_is_told_to_nobody_who_cancelled_or_paid(changed):
    assert told(trial(**changed), NOW + 5 * DAY) == []


def test_a_trial_of_two_days_is_not_told_of_twice_on_one_day():
    short = trial(trial_ends_at=NOW + 2 * DAY)
    assert told(short, NOW + HOUR) == []
    assert told(short, NOW + DAY) == [(Kind.TRIAL_ENDING, (NOW + 2 * DAY).isoformat())]


@pytest.mark.parametrize(
    ("day", "recalled"),
    [(0, ""), (2, ""), (3, "3"), (6, "3"), (7, "7"), (11, "7"), (12, "12"), (13, "12"), (14, ""), (40, "")],
)
def test_an_unpaid_invoice_is_recalled_on_days_3_7_and_12(day, recalled):
    late = membership(status="past_due", past_due_since=NOW)
    wanted = [(Kind.PAYMENT_REMINDER, f"in_1:{recalled}")] if recalled else []
    assert told(late, NOW + day * DAY, bill()) == wanted


def test_an_invoice_that_is_sent_is_recalled_after_it_was_due():
    late = membership(status="past_due", collection_method="send_invoice")
    sent = bill(NOW - 30 * DAY, due_at=NOW)
    assert told(late, NOW + 2 * DAY, sent) == []
    assert told(late, NOW + 3 * DAY, sent) == [(Kind.PAYMENT_REMINDER, "in_1:3")]


def test_nothing_is_recalled_once_it_is_paid_or_cancelled():
    at = NOW + 3 * DAY
    assert told(membership(status="past_due"), at) == []
    assert told(membership(), at, bill()) == []
    assert told(membership(status="past_due", cancel_at=at + DAY), at, bill()) == []
    assert told(membership(status="canceled"), at, bill()) == []


def test_a_card_is_told_of_in_the_month_before_it_expires():
    wears_out = membership(card_expires_on=date(2026, 12, 31))
    period = [(Kind.CARD_EXPIRING, "Visa 4242 2026-12")]
    assert told(wears_out, datetime(2026, 12, 1, tzinfo=UTC)) == []
    assert told(wears_out, datetime(2026, 12, 2, tzinfo=UTC)) == period
    assert told(wears_out, datetime(2026, 12, 31, 23, tzinfo=UTC)) == period
    assert told(wears_out, datetime(2027, 1, 1, tzinfo=UTC)) == []


def test_a_new_card_is_another_one():
    old, new = (membership(card_label=label, card_expires_on=date(2026, 12, 31)) for label in ("Visa 1", "Visa 2"))
    at = datetime(2026, 12, 20, tzinfo=UTC)
    assert told(old, at) != told(new, at)


def test_no_card_is_told_of_where_invoices_are_sent():
    team = membership(card_expires_on=date(2026, 12, 31), collection_method="send_invoice")
    assert told(team, datetime(2026, 12, 20, tzinfo=UTC)) == []


def test_another_year_is_told_of_thirty_days_ahead():
    ends = NOW + 200 * DAY
    assert told(membership(), ends - 30 * DAY - HOUR) == []
    assert told(membership(), ends - 30 * DAY) == [(Kind.RENEWAL_AHEAD, ends.isoformat())]
    assert told(membership(), ends) == []
    assert told(membership(cancel_at=ends), ends - DAY) == []


def test_another_month_is_not_told_of():
    assert told(membership("month", period_ends_at=NOW + DAY), NOW) == []


# --- random lives ----------------------------------------------------------------------------------------------------


@dataclass
class Life:
    """A membership as it goes on in time, and everything its payer was told."""

    row: Subscription
    owed: Invoice | None = None
    at: datetime = NOW
    bills: int = 0
    told: list[tuple[str, str]] = field(default_factory=list)

    def live(self, step: str, days: float) -> None:
        getattr(self, step)()
        self.at += timedelta(days=days)
        self._pass_boundaries()

    def hear(self) -> None:
        """A tick: what is due and was not told is told, as the unique rows of happenings have it."""
        for notice in notices.due(self.row, self.owed, self.at):
            if (notice.kind, notice.period) not in self.told:
                self.told.append((notice.kind, notice.period))
                self._must_be_true(notice)

    def nothing(self) -> None:
        pass

    def decline(self) -> None:
        if self.row.status == "active":
            self.bills += 1
            self.row.status, self.row.past_due_since = "past_due", self.at
            self.owed = bill(self.at, stripe_id=f"in_{self.bills}")

    def pay(self) -> None:
        if self.row.status == "past_due":
            self.row.status, self.row.past_due_since, self.owed = "active", None, None

    def cancel(self) -> None:
        if self.row.status == "past_due":
            self._end()
        elif self.row.status in {"trialing", "active"}:
            self.row.cancel_at = self.row.period_ends_at

    def resume(self) -> None:
        self.row.cancel_at = None

    def new_card(self) -> None:
        self.row.card_label = f"Visa {self.at.toordinal() % 10_000}"
        self.row.card_expires_on = date(self.at.year + 2, 12, 31)

    def old_card(self) -> None:
        self.row.card_expires_on = (self.at + 20 * DAY).date()

    def _pass_boundaries(self) -> None:
        if self.row.status == "past_due" and self.at >= self.row.past_due_since + GRACE:
            self._end()
        while self.row.status in {"trialing", "active"} and self.at >= self.row.period_ends_at:
            if self.row.cancel_at is not None:
                return self._end()
            self.row.status, self.row.has_paid = "active", True
            self.row.period_ends_at += 365 * DAY
        return None

    def _end(self) -> None:
        self.row.status, self.owed = "canceled", None

    def _must_be_true(self, notice: notices.Notice) -> None:
        assert self.row.cancel_at is None, "whoever has cancelled is told nothing"
        assert self.row.status != "canceled"
        assert self.at < notice.ends, "nothing is told after it has come"
        if notice.kind == Kind.TRIAL_ENDING:
            assert self.row.status == "trialing"
            assert not self.row.has_paid
        if notice.kind == Kind.PAYMENT_REMINDER:
            assert self.owed is not None
            assert self.row.status == "past_due", "whoever has paid is reminded of nothing"
            assert notice.period.startswith(f"{self.owed.stripe_id}:")
            assert int(notice.period.split(":")[1]) * DAY <= self.at - self.owed.issued_at
        if notice.kind == Kind.RENEWAL_AHEAD:
            assert timedelta(0) < self.row.period_ends_at - self.at <= notices.RENEWAL_LEAD
        if notice.kind == Kind.CARD_EXPIRING:
            assert self.at.date() <= self.row.card_expires_on


STEPS = ["nothing", "nothing", "decline", "pay", "cancel", "resume", "new_card", "old_card"]


@given(
    begins_with_trial=st.booleans(),
    turns=st.lists(st.tuples(st.sampled_from(STEPS), st.floats(0, 40), st.integers(0, 3)), min_size=1, max_size=60),
)
def test_whatever_a_life_is_like_each_notice_is_true_and_told_once(begins_with_trial, turns):
    life = Life(trial() if begins_with_trial else membership())
    for step, days, ticks in turns:
        life.live(step, days)
        for _tick in range(ticks):  # None at all: the workers were down.
            life.hear()
    assert len(life.told) == len(set(life.told))


@given(waits=st.lists(st.floats(0.01, 6), min_size=1, max_size=30))
def test_a_failing_payment_is_recalled_three_times_at_the_most_however_the_ticks_come(waits):
    life = Life(membership())
    life.decline()
    for days in waits:
        life.live("nothing", days)
        life.hear()
    reminders = [period for kind, period in life.told if kind == Kind.PAYMENT_REMINDER]
    assert len(reminders) <= 3
    assert reminders == sorted(reminders, key=lambda period: int(period.split(":")[1]))
