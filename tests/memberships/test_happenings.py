"""Turns of a membership are told once, whatever dies or fails between what happened and its telling."""

from __future__ import annotations

import threading
from copy import copy
from datetime import timedelta

import pytest
from django.db import connection, transaction

from memberships import happenings, signals
from memberships.models import Alert, Happening, Invoice
from newsletters.models import Message
from tests.memberships.builders import DAY, NOW, person, subscription

pytestmark = pytest.mark.django_db
Kind = Happening.Kind


@pytest.fixture
def trial():
    return subscription(person("ann@example.org"), status="trialing", trial_ends_at=NOW + 7 * DAY, has_paid=False)


def kinds() -> list[str]:
    return list(Message.objects.order_by("id").values_list("kind", flat=True))


def test_what_a_dead_process_did_not_tell_is_told_at_the_next_tick(trial):
    happenings.note(None, trial, [], NOW)  # Nobody runs what was to run on commit.
    assert kinds() == []
    assert happenings.tell_waiting(NOW + DAY) == 1
    assert kinds() == ["trial_started"]
    assert Message.objects.get().created_at == NOW
    assert happenings.tell_waiting(NOW + DAY) == 0
    assert kinds() == ["trial_started"]


def test_it_is_told_at_once_where_nobody_dies(trial, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        happenings.note(None, trial, [], NOW)
    assert kinds() == ["trial_started"]


def test_what_is_taken_back_is_not_told(trial):
    class Undone(Exception):
        pass

    def note_and_fail() -> None:
        with transaction.atomic():
            happenings.note(None, trial, [], NOW)
            raise Undone

    with pytest.raises(Undone):
        note_and_fail()
    assert happenings.tell_waiting(NOW) == 0


def test_the_same_turn_is_written_once(trial):
    for _time in range(2):
        happenings.note(None, trial, [], NOW)
    assert Happening.objects.count() == 1


def test_each_invoice_is_a_turn_of_its_own(trial):
    bills = [
        Invoice.objects.create(
            customer=trial.customer, subscription=trial, stripe_id=f"in_{number}", status="paid", currency="usd",
            amount_due=100, amount_paid=100, issued_at=NOW, synced_at=NOW,
        )
        for number in range(2)
    ]  # fmt: skip
    happenings.note(trial, trial, bills, NOW)
    assert happenings.tell_waiting(NOW) == 2
    assert kinds() == ["payment_receipt", "payment_receipt"]


def test_a_listener_that_fails_is_asked_again_and_staff_hear_of_it(trial):
    def refuse(**_facts: object) -> None:
        raise RuntimeError("the printer is out of ink")

    happenings.note(None, trial, [], NOW)
    signals.trial_started.connect(refuse)
    try:
        at = NOW
        for _time in range(3):
            assert happenings.tell_waiting(at) == 0
            assert happenings.tell_waiting(at + timedelta(seconds=30)) == 0, "it is not tried again at once"
            at += timedelta(minutes=5)
    finally:
        signals.trial_started.disconnect(refuse)
    row = Happening.objects.get()
    assert (row.told_at, row.attempts, row.error) == (None, 3, "RuntimeError: the printer is out of ink")
    assert kinds() == [], "what one listener wrote went with the failure of another"
    assert Alert.objects.get().kind == Alert.Kind.UNTOLD
    assert happenings.tell_waiting(at + DAY) == 1
    assert kinds() == ["trial_started"]


def test_a_second_cancellation_on_one_day_is_told_too(trial):
    ending, later = copy(trial), NOW + timedelta(hours=1)
    ending.cancel_at = trial.trial_ends_at
    happenings.note(trial, ending, [], NOW)
    happenings.note(ending, trial, [], NOW + timedelta(minutes=1))
    happenings.note(trial, ending, [], later)
    assert happenings.tell_waiting(later) == 3
    assert kinds() == ["membership_cancelled", "membership_cancelled"]


@pytest.mark.django_db(transaction=True)
def test_two_who_tell_at_the_same_time_tell_once():
    row = subscription(person("ann@example.org"), status="trialing", trial_ends_at=NOW + 7 * DAY)
    happenings.note(None, row, [], NOW)
    Message.objects.all().delete()
    Happening.objects.update(told_at=None)
    told: list[int] = []
    ready = threading.Barrier(4)

    def tell() -> None:
        ready.wait()
        told.append(happenings.tell_waiting(NOW))
        connection.close()

    threads = [threading.Thread(target=tell) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [0, 0, 0, 1]
    assert kinds() == ["trial_started"]


def test_a_failed_payment_that_was_settled_before_it_was_told_is_not_told(trial):
    late = copy(trial)
    late.status = "past_due"
    happenings.note(trial, late, [], NOW)  # The row in the database has been active again since.
    assert happenings.tell_waiting(NOW) == 0
    assert kinds() == []
    assert not Happening.objects.exists()


def test_a_failed_payment_told_days_late_leaves_it_to_the_reminder(trial):
    late = copy(trial)
    late.status = "past_due"
    late.save()
    happenings.note(trial, late, [], NOW)
    assert happenings.tell_waiting(NOW + 3 * DAY) == 0
    assert kinds() == []
