"""What people are told ahead of time: once, while it is true, and never to somebody it no longer concerns."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from memberships import happenings, notices, signals
from memberships.models import Happening, Invoice, Plan, Subscription
from memberships.subscriptions import GRACE
from tests.memberships.builders import DAY, NOW, person, subscription

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


@pytest.mark.parametrize(("interval", "days"), [("year", 30), ("month", 3)])
def test_a_years_first_charge_after_a_gift_is_told_as_early_as_a_renewal(interval, days):
    ends = NOW + 300 * DAY
    going_on = trial(interval=interval, trial_ends_at=ends, is_after_gift=True)
    assert told(going_on, ends - days * DAY - HOUR) == []
    for at in (ends - days * DAY, ends - HOUR):
        assert told(going_on, at) == [(Kind.TRIAL_ENDING, ends.isoformat())]
    late = trial(interval=interval, trial_ends_at=NOW + 10 * DAY, is_after_gift=True)
    assert told(late, NOW + HOUR) == [], "the message that it goes on has just said so"


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


class Life:
    """A membership as it goes on in time, in the database, with everything its payer is told."""

    def __init__(self, *, begins_with_trial: bool) -> None:
        ends = NOW + (7 if begins_with_trial else 35) * DAY
        status = "trialing" if begins_with_trial else "active"
        trial_ends_at = ends if begins_with_trial else None
        self.at = NOW
        self.row = subscription(
            person(), status=status, trial_ends_at=trial_ends_at, period_ends_at=ends, started_at=NOW,
            has_paid=not begins_with_trial, card_label="Visa 4242", card_expires_on=date(2034, 12, 31),
        )  # fmt: skip
        self.bills = 0
        self.told: list[tuple[str, str]] = []

    def hear(self, **facts: object) -> None:
        """Somebody is told: it must be true at this moment."""
        self.row.refresh_from_db()
        (kind,) = (name for name in NOTICES if getattr(signals, name) is facts["signal"])
        assert self.row.cancel_at is None, "whoever has cancelled is told nothing"
        assert self.row.status != "canceled"
        about = getattr(self, f"_{kind}")(facts)
        assert (kind, about) not in self.told, "told twice"
        self.told.append((kind, about))

    def _trial_ending(self, facts: dict[str, object]) -> object:
        assert self.row.status == "trialing"
        assert self.at < self.row.trial_ends_at
        return self.row.trial_ends_at

    def _renewal_ahead(self, facts: dict[str, object]) -> object:
        assert timedelta(0) < self.row.period_ends_at - self.at <= notices.RENEWAL_LEAD
        return self.row.period_ends_at

    def _card_expiring(self, facts: dict[str, object]) -> object:
        assert self.at.date() <= self.row.card_expires_on
        return self.row.card_label, self.row.card_expires_on

    def _payment_reminder(self, facts: dict[str, object]) -> object:
        invoice = facts["invoice"]
        assert self.row.status == "past_due", "whoever has paid is reminded of nothing"
        assert invoice == self.row.invoices.owed().get()
        passed = [day for day in notices.REMINDER_DAYS if day * DAY <= self.at - invoice.issued_at]
        assert passed, "too early"
        assert self.at < invoice.issued_at + GRACE
        return invoice.pk, passed[-1]

    # What may happen, each where it can.

    def note(self) -> None:
        happenings.note_due(self.row, self.at)

    def tell(self) -> None:
        happenings.tell_waiting(self.at)

    def decline(self) -> None:
        if self.row.status == "active":
            self.bills += 1
            bill(self.at, stripe_id=f"in_{self.row.pk}_{self.bills}", customer=self.row.customer,
                 subscription=self.row, currency="usd", amount_paid=0, synced_at=self.at).save()  # fmt: skip
            self._change(status="past_due", past_due_since=self.at)

    def pay(self) -> None:
        if self.row.status == "past_due":
            self.row.invoices.update(status="paid")
            self._change(status="active", past_due_since=None)

    def cancel(self) -> None:
        if self.row.status == "past_due":
            self._end()
        elif self.row.status in {"trialing", "active"}:
            self._change(cancel_at=self.row.period_ends_at)

    def resume(self) -> None:
        self._change(cancel_at=None)

    def new_card(self) -> None:
        label = f"Visa {self.at.toordinal() % 10_000}"
        self._change(card_label=label, card_expires_on=date(self.at.year + 2, 12, 31))

    def old_card(self) -> None:
        self._change(card_expires_on=(self.at + 20 * DAY).date())

    def wait(self, days: float) -> None:
        self.at += timedelta(days=days)
        row = self.row
        if row.status == "past_due" and self.at >= row.past_due_since + GRACE:
            self._end()
        while row.status in {"trialing", "active"} and self.at >= row.period_ends_at:
            if row.cancel_at is not None:
                return self._end()
            self._change(status="active", has_paid=True, period_ends_at=row.period_ends_at + 365 * DAY)
        return None

    def _end(self) -> None:
        self.row.invoices.update(status="void")
        self._change(status="canceled")

    def _change(self, **facts: object) -> None:
        for name, value in facts.items():
            setattr(self.row, name, value)
        self.row.save(update_fields=[*facts])


NOTICES = ("trial_ending", "payment_reminder", "card_expiring", "renewal_ahead")
STEPS = ["note", "note", "tell", "tell", "decline", "pay", "cancel", "resume", "new_card", "old_card"]


@pytest.mark.django_db
@settings(deadline=None, max_examples=120)
@given(
    begins_with_trial=st.booleans(),
    turns=st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from([0, 0.1, 1, 3, 5, 40, 170])), max_size=50),
)
def test_whatever_a_life_is_like_each_notice_is_true_when_it_is_told_and_told_once(begins_with_trial, turns):
    with transaction.atomic():
        life = Life(begins_with_trial=begins_with_trial)
        for name in NOTICES:
            getattr(signals, name).connect(life.hear)
        try:
            for step, days in turns:
                getattr(life, step)()
                life.wait(days)
            happenings.tell_waiting(life.at)
        finally:
            for name in NOTICES:
                getattr(signals, name).disconnect(life.hear)
        assert not Happening.objects.exclude(error="").exists(), "what a listener objected to"
        transaction.set_rollback(True)
