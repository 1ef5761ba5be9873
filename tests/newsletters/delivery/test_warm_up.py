"""A new domain sends a little more from day to day, to those first of whom one knows that they are there."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from celery.signals import before_task_publish
from django.db import connection, transaction

from memberships import clock
from memberships.models import User
from newsletters import editions, tasks
from newsletters.delivery import warm_up
from newsletters.models import Delivery, Edition, Newsletter, Signup, WarmUp, WarmUpShare
from newsletters.preflight.domains import ours
from newsletters.recipients import recipient_for
from tests.newsletters.builders import AT, edition, newsletter, person, subscriber
from tests.newsletters.sending import send, states

pytestmark = pytest.mark.usefixtures("committing")
DAY = timedelta(days=1)


@pytest.fixture
def letter() -> Newsletter:
    """Six readers, the later ones confirmed later; the second signed in just now."""
    made = newsletter("takeaway", most_late=6)
    user = person("r1@example.org")
    User.objects.filter(pk=user.pk).update(last_login=AT)
    for number in range(6):
        subscriber(made, f"r{number}@example.org")
        confirmed_at = AT - timedelta(days=100 - number)
        Signup.objects.filter(recipient__email=f"r{number}@example.org").update(confirmed_at=confirmed_at)
    assert recipient_for("r1@example.org", AT).user == user
    return made


def out(letter: Newsletter, at=AT, **fields) -> Edition:
    made = edition(letter, edition_on=at.date(), due_at=at - timedelta(minutes=1), **fields)
    assert editions.freeze(made, at)
    return Edition.objects.select_related("newsletter").get(pk=made.pk)


def go(made: Edition, at=AT) -> dict[str, int]:
    for _tick in range(2):
        assert warm_up.hold_back(made, at)
        send(made, at)
    return states(made)


def test_the_most_alive_get_theirs_and_what_would_come_too_late_is_left_out(sink, letter):
    plan = WarmUp.objects.create(domain=ours(), plan=[2, 4])
    made = out(letter)
    assert go(made) == {"accepted": 2, "halted": 4}
    assert sorted(sink.addresses) == ["r1@example.org", "r5@example.org"]
    assert "is new, and sends so much a day" in Delivery.objects.filter(state="halted")[0].reply
    made.refresh_from_db()
    assert made.state == "sent"
    # Another list on the same day finds nothing left, and on the next day twice as much goes.
    assert go(out(newsletter_like(letter), AT)) == {"halted": 1}
    assert go(out(letter, AT + DAY), AT + DAY) == {"accepted": 4, "halted": 2}
    plan.refresh_from_db()
    assert (plan.step, plan.given, plan.ended_at) == (1, 4, None)
    # Its last day is behind it: everybody gets theirs, and nothing is asked any more.
    assert warm_up.is_running()
    assert go(out(letter, AT + 2 * DAY), AT + 2 * DAY) == {"accepted": 6}
    assert not warm_up.is_running()


def newsletter_like(letter: Newsletter) -> Newsletter:
    other = newsletter("other", most_late=6)
    subscriber(other, "r9@example.org")
    return other


def test_what_may_be_late_waits_for_the_next_day(sink, letter):
    WarmUp.objects.create(domain=ours(), plan=[2, 3, 9])
    made = out(letter, may_be_late=True)
    assert go(made) == {"accepted": 2, "queued": 4}
    assert go(made, AT + timedelta(hours=14)) == {"accepted": 2, "queued": 4}
    assert go(made, AT + DAY) == {"accepted": 5, "queued": 1}
    assert go(made, AT + 2 * DAY) == {"accepted": 6}
    assert sink.addresses[-1] == "r0@example.org"
    assert list(WarmUpShare.objects.order_by("day").values_list("copies", flat=True)) == [2, 3, 1]


def test_a_day_of_many_refusals_is_followed_by_one_as_small(sink, letter, monkeypatch, caplog):
    monkeypatch.setattr(warm_up, "FEWEST_TOLD", 2)
    plan = WarmUp.objects.create(domain=ours(), plan=[2, 4, 6], most_refused=40)
    sink.at_rcpt.append("550 5.2.1 no")
    assert go(out(letter)) == {"accepted": 1, "failed": 1, "halted": 4}
    assert go(out(letter, AT + DAY), AT + DAY) == {"accepted": 2, "halted": 4}
    plan.refresh_from_db()
    assert plan.stopped_because == "Of 2 copies of the day before, 1 came to nothing."
    assert "does not grow" in caplog.text
    assert go(out(letter, AT + 2 * DAY), AT + 2 * DAY) == {"accepted": 4, "halted": 2}
    plan.refresh_from_db()
    assert plan.stopped_because == ""


def test_a_plan_for_another_domain_is_nobodys_and_ours_is_heeded_before_a_sender_wakes(sink, letter):
    plan = WarmUp.objects.create(domain="another.example", plan=[1])
    assert go(out(letter)) == {"accepted": 6}
    assert not WarmUpShare.objects.exists()
    WarmUp.objects.update(domain=ours())
    woken = []
    listen = lambda sender, **told: woken.append(WarmUpShare.objects.get().copies)  # noqa: E731 - kept by reference.
    out(letter, clock.now())
    before_task_publish.connect(listen)
    try:
        tasks.send_due()
    finally:
        before_task_publish.disconnect(listen)
    assert set(woken) == {1}
    plan.refresh_from_db()
    assert plan.given == 1


def test_who_finds_another_deciding_wakes_no_sender(letter):
    WarmUp.objects.create(domain=ours(), plan=[2])
    made, told = out(letter), []
    with transaction.atomic():
        WarmUp.objects.select_for_update().get()
        other = threading.Thread(target=lambda: (told.append(warm_up.hold_back(made, AT)), connection.close()))
        other.start()
        other.join()
    assert told == [False]
    assert states(made) == {"queued": 6}
