from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from memberships import clock
from memberships.models import Seat
from memberships.teams import invitations, seats, undeliverable
from tests.memberships.browsing import FRAME, text
from tests.memberships.builders import person, team

pytestmark = pytest.mark.django_db


def test_the_team_page_costs_the_same_however_many_sit_there(client, django_assert_num_queries):
    room = team(seats=50)
    client.force_login(room.owner)
    client.get(reverse("account_team"))
    with django_assert_num_queries(FRAME + 3):  # Teams, seats with their readers, whom we could not reach.
        client.get(reverse("account_team"))

    seats.invite(room, [f"a{number}@quay.example" for number in range(40)], room.owner, clock.now())
    with django_assert_num_queries(FRAME + 3):
        page = text(client.get(reverse("account_team")))

    assert "40 of 50 seats are taken." in page
    assert "a39@quay.example" in page


def test_the_owner_sees_whom_we_could_not_reach_until_they_are_invited_again(client):
    room = team(seats=50)
    seats.invite(room, [f"a{number}@quay.example" for number in range(3)], room.owner, clock.now())
    undeliverable.release(room, list(room.seats.all()), clock.now())
    client.force_login(room.owner)

    page = text(client.get(reverse("account_team")))
    assert "0 of 50 seats are taken." in page
    assert "Invitations that could not be delivered" in page
    assert "Nobody is invited yet" not in page
    assert page.count("Invited on") == page.count("@quay.example</bdi>") == 3

    for number in range(3):
        assert "Invitations that could not be delivered" in page
        address = f"a{number}@quay.example"
        page = text(client.post(reverse("account_team_invite", args=[room.public_id]), {"addresses": address}))
    assert "Invitations that could not be delivered" not in page


def test_the_owner_pastes_and_each_address_is_answered(client, announced):
    room = team(seats=1)
    client.force_login(room.owner)

    with announced() as told:
        page = text(
            client.post(
                reverse("account_team_invite", args=[room.public_id]),
                {"addresses": "a@quay.example; b@quay.example, b"},
            )
        )

    assert "a@quay.example is invited." in page
    assert "b@quay.example is not invited: the team&#x27;s one seat is taken." in page
    assert told == ["seat_offered"]


@pytest.mark.parametrize(
    ("pasted", "sentence"),
    [
        ("", "Paste at least one address."),
        (" ,; ", "There is no email address in what you pasted."),
        (" ".join(f"a{number}@quay.example" for number in range(501)), "These are 501 addresses."),
    ],
)
def test_a_paste_that_cannot_be_used_is_explained(client, pasted, sentence):
    room = team()
    client.force_login(room.owner)

    answer = client.post(reverse("account_team_invite", args=[room.public_id]), {"addresses": pasted})

    assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert not Seat.objects.exists()


def test_only_the_owner_invites_and_sees_who_sits(client):
    room, stranger = team(), person()
    seats.invite(room, ["a@quay.example"], room.owner, clock.now())
    client.force_login(stranger)

    assert (
        client.post(reverse("account_team_invite", args=[room.public_id]), {"addresses": "x@y.zz"}).status_code == 404
    )
    assert client.post(reverse("account_seat_release", args=[Seat.objects.get().public_id])).status_code == 404
    assert "a@quay.example" not in text(client.get(reverse("account_team")))


def test_a_reader_may_leave_and_the_owner_release(client):
    room, reader = team(), person()
    seats.invite(room, [reader.email], room.owner, clock.now())
    seats.accept(invitations.token_for(Seat.objects.get()), reader, clock.now())
    client.force_login(reader)

    answer = client.post(reverse("account_seat_release", args=[Seat.objects.get().public_id]))

    assert answer.url == reverse("account_membership")
    assert Seat.objects.get().state == Seat.State.RELEASED


@pytest.fixture
def invitation_address():
    room = team()
    seats.invite(room, ["ada@quay.example"], room.owner, clock.now())
    return reverse("invitation", args=[invitations.token_for(Seat.objects.get())])


def test_looking_at_an_invitation_changes_nothing(client, invitation_address):
    before = list(Seat.objects.values())

    anonymous = text(client.get(invitation_address))
    client.force_login(person("ada@quay.example"))
    signed_in = text(client.get(invitation_address))

    assert reverse("account_signup") in anonymous
    assert "Take the seat" in signed_in
    assert list(Seat.objects.values()) == before


def test_the_button_takes_the_seat(client, invitation_address):
    client.force_login(person("ada@quay.example"))

    page = text(client.post(invitation_address, follow=True))

    assert "Welcome. You read with a seat in" in page
    assert Seat.objects.get().state == Seat.State.ACTIVE
    assert client.get(invitation_address).url == reverse("account_membership")


def test_without_signing_in_the_button_takes_nothing(client, invitation_address):
    client.post(invitation_address)

    assert Seat.objects.get().state == Seat.State.INVITED


def test_signed_in_with_another_address_one_is_told_which(client, invitation_address):
    client.force_login(person("bob@quay.example"))

    page = text(client.get(invitation_address))

    assert "The invitation is for ada@quay.example, and you are signed in as bob@quay.example." in page
    assert "Take the seat" not in page
    assert client.post(invitation_address).status_code == 410


def test_an_invitation_that_ran_out_is_gone(client, invitation_address):
    Seat.objects.update(expires_at=clock.now() - timedelta(seconds=1))

    answer = client.get(invitation_address)

    assert (answer.status_code, "ran out after 14 days" in text(answer)) == (410, True)
