from __future__ import annotations

import pytest

from memberships import clock
from memberships.models import AuditEntry, Inquiry, Team, User
from tests.memberships.browsing import text
from tests.memberships.builders import DAY, pro
from tests.memberships.desk.acting import address, at_the_desk

pytestmark = pytest.mark.django_db


def inquiry() -> Inquiry:
    return Inquiry.objects.create(
        name="Rosa Achterberg", email="rosa@quay.example", company="North Quay", seats=8, received_at=clock.now()
    )


def agreed(**changes: str) -> dict[str, str]:
    today = clock.now().date()
    return {
        "name": "North Quay",
        "owner_email": "rosa@quay.example",
        "owner_name": "Rosa Achterberg",
        "product": str(pro().pk),
        "seats": "5",
        "starts_on": (today - DAY).isoformat(),
        "ends_on": (today + 365 * DAY).isoformat(),
        "notes": "",
        **changes,
    }


def test_sales_turn_an_inquiry_into_a_team_that_reads(client):
    sales, asked = at_the_desk(client), inquiry()
    pro()
    assert "Make it a team" in text(client.get(address("inquiry", "change", asked.pk)))

    form = text(client.get(address("inquiry", "make_team", asked.pk)))
    assert 'value="North Quay"' in form
    assert 'value="rosa@quay.example"' in form
    assert 'value="5"' in form
    assert "They asked for 8 readers." in form
    assert not Team.objects.exists(), "looking makes nothing"

    answer = client.post(address("inquiry", "make_team", asked.pk), agreed())

    made = Team.objects.get()
    assert answer.url == address("team", "change", made.pk)
    assert (made.owner.email, made.seat_limit) == ("rosa@quay.example", 5)
    assert made.entitlements.live(clock.now()).exists()
    assert AuditEntry.objects.filter(verb="inquiry won", actor=sales).exists()
    assert "Make it a team" not in text(client.get(address("inquiry", "change", asked.pk)))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"owner_email": "rosa"}, "valid email address"),
        ({"seats": "0"}, "greater than or equal to 1"),
        ({"ends_on": "2020-01-01"}, "ends before it begins"),
        ({"ends_on": "soon"}, "valid date"),
        ({"product": "0"}, "valid choice"),
    ],
)
def test_wrong_terms_are_explained_and_make_nothing(client, wrong, sentence):
    at_the_desk(client)
    asked = inquiry()

    answer = client.post(address("inquiry", "make_team", asked.pk), agreed(**wrong))

    assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert not Team.objects.exists()
    assert not User.objects.filter(email="rosa@quay.example").exists()


def test_an_inquiry_is_not_won_twice(client):
    at_the_desk(client)
    asked = inquiry()
    client.post(address("inquiry", "make_team", asked.pk), agreed())

    answer = client.post(address("inquiry", "make_team", asked.pk), agreed())

    assert "This inquiry is a team already: North Quay." in text(answer)
    assert Team.objects.count() == 1


def test_support_may_not_make_teams(client):
    at_the_desk(client, "Support")
    asked = inquiry()

    assert client.post(address("inquiry", "make_team", asked.pk), agreed()).status_code == 403
    assert not Team.objects.exists()


def test_the_state_of_an_inquiry_is_chosen_by_hand_but_never_won(client):
    at_the_desk(client)
    asked = inquiry()

    client.post(address("inquiry", "change", asked.pk), {"state": "in_talks"})
    asked.refresh_from_db()
    assert asked.state == Inquiry.State.IN_TALKS
    client.post(address("inquiry", "change", asked.pk), {"state": "won"})
    asked.refresh_from_db()
    assert asked.state == Inquiry.State.IN_TALKS


def test_a_team_nobody_inquired_for_is_made_the_same_way(client):
    at_the_desk(client)

    answer = client.post(address("team", "add"), agreed())

    assert answer.url == address("team", "change", Team.objects.get().pk)
