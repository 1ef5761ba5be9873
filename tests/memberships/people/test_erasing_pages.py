"""The reader asks with a code from their mailbox, staff with a permission and a reason."""

from __future__ import annotations

import re

import pytest

from memberships.models import AuditEntry, DataExport, Erasure
from memberships.people.codes import MOST_TRIES
from newsletters.models import Message
from tests.memberships.browsing import member, text
from tests.memberships.builders import person, team
from tests.memberships.desk.acting import address, at_the_desk

pytestmark = pytest.mark.django_db
PAGE = "/account/privacy/erase/"


def sent_code() -> str:
    return re.search(r"\b[B-Z2-9]{8}\b", Message.objects.filter(kind="erasure_code").latest("pk").text)[0]


def test_reader_is_erased_with_the_code_from_their_mailbox_and_no_other(client):
    user = member(client)
    assert "membership ends at once" in text(client.get(PAGE))
    assert client.post(PAGE, {"step": "code", "code": ""}).status_code == 422
    client.post(PAGE)
    assert client.post(PAGE, {"step": "code", "code": "BBBBBBBB"}).status_code == 422
    assert not Erasure.objects.exists()

    answer = client.post(PAGE, {"step": "code", "code": f" {sent_code().lower()} "})

    assert "being erased" in text(answer)
    user.refresh_from_db()
    assert (Erasure.objects.get().user, user.is_active) == (user, False)
    assert client.get("/account/")["Location"].startswith("/account/login/")
    assert Message.objects.filter(kind="erasure_asked").count() == 1


def test_code_cannot_be_guessed_for_long(client):
    member(client)
    client.post(PAGE)
    for _turn in range(MOST_TRIES):
        client.post(PAGE, {"step": "code", "code": "BBBBBBBB"})
    assert client.post(PAGE, {"step": "code", "code": sent_code()}).status_code == 422
    assert not Erasure.objects.exists()


def test_reader_who_looks_after_a_team_is_told_what_to_do_first(client):
    team(member(client))
    assert "another owner" in text(client.get(PAGE))
    assert client.post(PAGE).status_code == 409
    assert not Message.objects.exists()


@pytest.mark.parametrize("act", ["erase", "pack"])
def test_acts_are_for_who_may_and_looking_changes_nothing(client, act):
    user = person()
    at_the_desk(client, "Sales")
    assert client.post(address("user", act, user.pk), {"reason": "x"}).status_code == 403
    at_the_desk(client, "Support", email="support@example.org")
    assert client.get(address("user", act, user.pk)).status_code == 200
    assert not Erasure.objects.exists()
    assert not DataExport.objects.exists()
    client.post(address("user", act, user.pk), {"reason": "They wrote to us"})
    assert AuditEntry.objects.filter(verb={"erase": "erasure asked", "pack": "copy of data asked"}[act]).count() == 1


def test_colleague_is_not_erased_at_the_desk(client):
    colleague = person(is_staff=True)
    at_the_desk(client, "Support")
    answer = client.post(address("user", "erase", colleague.pk), {"reason": "x"})
    assert answer.status_code == 422
    assert "works here" in text(answer)
