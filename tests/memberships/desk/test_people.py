from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group

from memberships import clock
from memberships.models import AuditEntry, Entitlement
from memberships.readers import reader_for
from memberships.teams import contracts
from tests.memberships.browsing import text
from tests.memberships.builders import person, pro, team
from tests.memberships.desk.acting import address, at_the_desk, untouched

pytestmark = pytest.mark.django_db


def test_support_give_pro_with_a_reason_and_an_end_and_take_it_back(client):
    support, reader = at_the_desk(client, "Support"), person()
    ends_on = clock.now().date() + timedelta(days=10)
    given = {"product": pro().pk, "ends_on": ends_on.isoformat(), "reason": "A paper was late"}

    client.post(address("user", "give", reader.pk), given)

    row = Entitlement.objects.get(user=reader)
    assert (row.source, row.reason) == (Entitlement.Source.COMP, "A paper was late")
    assert reader_for(reader, clock.now()).holds("pro", clock.now())
    assert AuditEntry.objects.get(verb="right given").actor == support
    assert "Rights to read" in text(client.get(address("user", "change", reader.pk)))

    client.post(address("entitlement", "take_back", row.pk), {"reason": "Given by mistake"})
    assert not reader_for(reader, clock.now()).holds("pro", clock.now())
    assert AuditEntry.objects.get(verb="right taken back").details["reason"] == "Given by mistake"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [({"ends_on": "2020-01-01"}, "not in the future"), ({"reason": ""}, "required"), ({"ends_on": ""}, "required")],
)
def test_a_gift_without_reason_or_end_is_not_given(client, wrong, sentence):
    at_the_desk(client, "Support")
    reader = person()
    given = {"product": pro().pk, "ends_on": "2199-01-01", "reason": "A paper was late", **wrong}

    answer = client.post(address("user", "give", reader.pk), given)

    assert sentence in text(answer)
    assert not Entitlement.objects.exists()


def test_what_a_subscription_opened_is_not_taken_back_by_hand(client):
    at_the_desk(client, "Support")
    room = team()
    contracts.settle(room, clock.now())

    assert client.post(address("entitlement", "take_back", room.entitlements.get().pk)).status_code == 404


def test_support_cannot_make_themselves_or_anybody_else_staff(client):
    support, reader = at_the_desk(client, "Support"), person()
    operators = Group.objects.get(name="Operator")
    wanted = {
        "name": "N",
        "language": "en",
        "time_zone": "UTC",
        "is_active": "on",
        "is_staff": "on",
        "groups": operators.pk,
    }
    wanted |= untouched("entitlements", "seats")

    client.post(address("user", "change", reader.pk), wanted)
    assert client.post(address("user", "change", support.pk), wanted).status_code == 403

    reader.refresh_from_db()
    assert (reader.name, reader.is_staff, reader.groups.exists()) == ("N", False, False)
    assert not support.groups.filter(pk=operators.pk).exists()


def test_no_page_of_an_account_shows_its_password_hash(client):
    at_the_desk(client, "Operator", is_superuser=True)
    reader = person(password="a long password of mine")

    page = text(client.get(address("user", "change", reader.pk)))

    assert reader.password not in page
    assert "md5$" not in page
