"""What staff have to look at: one row for each thing, told once, open until it is settled."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from memberships import alerts
from memberships.models import Alert, AuditEntry
from newsletters.models import Message
from tests.memberships.builders import DAY, NOW, person
from tests.memberships.desk.acting import address, at_the_desk

pytestmark = pytest.mark.django_db
DRIFT = Alert.Kind.DRIFT


def test_the_same_thing_is_one_alert_that_counts():
    for hours in range(3):
        alerts.open_alert(DRIFT, "sub_1", f"seen {hours}", NOW + hours * DAY)
    alert = Alert.objects.get()
    assert (alert.times, alert.opened_at, alert.seen_at, alert.sentence) == (3, NOW, NOW + 2 * DAY, "seen 2")


def test_staff_are_told_once_for_each():
    for subject in ("sub_1", "sub_2", "sub_1"):
        alerts.open_alert(DRIFT, subject, f"{subject} differs.", NOW)
    assert [alerts.tell_waiting(NOW), alerts.tell_waiting(NOW)] == [2, 0]
    message = Message.objects.get()
    assert message.recipient.email == "desk@corniche.example"
    assert "sub_1 differs." in message.text
    assert "sub_2 differs." in message.text


def test_a_flood_is_one_message():
    for number in range(30):
        alerts.open_alert(DRIFT, f"sub_{number}", f"sub_{number} differs.", NOW)
    assert alerts.tell_waiting(NOW) == 30
    message = Message.objects.get()
    assert message.subject.endswith("30 alerts")
    assert "And 10 more." in message.text


def test_what_comes_back_after_it_was_settled_opens_anew():
    alerts.open_alert(DRIFT, "sub_1", "differs", NOW)
    assert alerts.settle(Alert.objects.get(), person(), NOW)
    alerts.open_alert(DRIFT, "sub_1", "differs", NOW + DAY)
    assert Alert.objects.count() == 2
    assert Alert.objects.open().count() == 1


def test_what_is_no_longer_so_settles_itself():
    for subject in ("sub_1", "sub_2"):
        alerts.open_alert(DRIFT, subject, "differs", NOW)
    alerts.open_alert(Alert.Kind.STUCK, "sub_1", "stuck", NOW)
    assert alerts.settle_all_but(DRIFT, ["sub_2"], NOW + DAY) == 1
    assert set(Alert.objects.open().values_list("kind", "subject")) == {("drift", "sub_2"), ("stuck", "sub_1")}


def test_settling_is_for_whoever_may_and_is_written_down(client):
    alerts.open_alert(DRIFT, "sub_1", "differs", NOW)
    form = {"action": "settle", "_selected_action": Alert.objects.get().pk}
    at_the_desk(client, "Sales")
    client.post(address("alert", "changelist"), form)
    assert Alert.objects.open().exists()
    at_the_desk(client, "Support")
    page = client.post(address("alert", "changelist"), form, follow=True)
    assert "1 was settled." in page.content.decode()
    alert = Alert.objects.get()
    assert alert.settled_at is not None
    assert AuditEntry.objects.filter(verb="alert settled", actor=alert.settled_by).count() == 1


def test_the_list_shows_what_is_open_unless_asked(client):
    alerts.open_alert(DRIFT, "sub_open", "differs", NOW)
    alerts.open_alert(DRIFT, "sub_settled", "differs", NOW)
    Alert.objects.filter(subject="sub_settled").update(settled_at=NOW)
    at_the_desk(client, "Support")
    shown = {
        state: client.get(address("alert", "changelist"), {"state": state} if state else {})
        for state in ("", "all", "settled")
    }
    found = {
        state: [word for word in ("sub_open", "sub_settled") if word in page.content.decode()]
        for state, page in shown.items()
    }
    assert found == {"": ["sub_open"], "all": ["sub_open", "sub_settled"], "settled": ["sub_settled"]}


@pytest.mark.django_db(transaction=True)
def test_two_who_see_it_at_the_same_time_open_one():
    ready = threading.Barrier(4)

    def see() -> None:
        ready.wait()
        alerts.open_alert(DRIFT, "sub_1", "differs", NOW)
        connection.close()

    threads = [threading.Thread(target=see) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Alert.objects.get().times == 4
