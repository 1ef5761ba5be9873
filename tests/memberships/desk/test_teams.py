from __future__ import annotations

from datetime import timedelta

import pytest

from memberships import clock
from memberships.models import AuditEntry, Network, Seat
from memberships.readers import reader_for
from memberships.teams import contracts, seats, undeliverable
from tests.memberships.browsing import text
from tests.memberships.builders import team
from tests.memberships.desk.acting import address, at_the_desk, team_form

pytestmark = pytest.mark.django_db


def test_staff_paste_addresses_and_the_sixth_of_five_is_refused(client):
    at_the_desk(client)
    room = team(seats=5)
    pasted = "\n".join(f"Reader {number} <r{number}@quay.example>" for number in range(6))

    page = text(client.post(address("team", "invite", room.pk), {"addresses": pasted}))

    assert page.count("is invited.") == 5
    assert "r5@quay.example is not invited: all 5 seats are taken." in page
    assert Seat.objects.filter(team=room).count() == 5


def test_looking_at_the_acts_changes_nothing(client):
    at_the_desk(client, "Operator", is_superuser=True)
    room = team()
    seats.invite(room, ["a@quay.example"], None, clock.now())
    network = Network.objects.create(team=room, cidr="198.51.100.0/24")
    before = AuditEntry.objects.count()

    for model, act, pk in [
        ("team", "invite", room.pk),
        ("seat", "release", Seat.objects.get().pk),
        ("network", "take_away", network.pk),
        ("user", "give", room.owner.pk),
    ]:
        assert client.get(address(model, act, pk)).status_code == 200

    assert AuditEntry.objects.count() == before
    assert Seat.objects.get().state == Seat.State.INVITED


def test_a_changed_contract_changes_what_the_team_reads_and_is_written_down(client):
    sales = at_the_desk(client)
    room = team()
    contracts.settle(room, clock.now())
    ends_on = clock.now().date() + timedelta(days=3)

    answer = client.post(address("team", "change", room.pk), team_form(room, ends_on=ends_on.isoformat()))

    assert answer.status_code == 302
    room.refresh_from_db()
    assert room.entitlements.live(clock.now()).get().ends_at == contracts.ends_at(room)
    entry = AuditEntry.objects.get(verb="team changed")
    assert (entry.actor, entry.details["fields"]) == (sales, ["ends_on"])


def test_fewer_seats_than_are_taken_are_refused(client):
    at_the_desk(client)
    room = team(seats=5)
    seats.invite(room, [f"r{number}@quay.example" for number in range(4)], None, clock.now())

    answer = client.post(address("team", "change", room.pk), team_form(room, seat_limit="2"))

    assert "4 seats are taken. Release 2 of them first" in text(answer)
    room.refresh_from_db()
    assert room.seat_limit == 5


def test_a_network_reads_while_it_is_the_teams_and_may_then_be_anothers(client):
    at_the_desk(client)
    room = team()
    network_fields = {
        "networks-TOTAL_FORMS": "1",
        "networks-0-cidr": "198.51.100.0/24",
        "networks-0-label": "Head office",
    }

    client.post(address("team", "change", room.pk), team_form(room) | network_fields)
    network = Network.objects.get()
    assert reader_for(None, clock.now(), "198.51.100.7").holds("pro", clock.now())

    client.post(address("network", "take_away", network.pk))
    assert not reader_for(None, clock.now(), "198.51.100.7").holds("pro", clock.now())
    Network.objects.create(team=team(), cidr="198.51.100.0/24")


@pytest.mark.parametrize("cidr", ["198.51.100.7/24", "10.0.0.0.0/8", "everywhere", ""])
def test_a_range_that_is_none_is_explained(client, cidr):
    at_the_desk(client)
    room = team()
    fields = {"networks-TOTAL_FORMS": "1", "networks-0-cidr": cidr, "networks-0-label": "Head office"}

    answer = client.post(address("team", "change", room.pk), team_form(room) | fields)

    assert answer.status_code == 200
    assert not Network.objects.exists()


def test_a_released_seat_is_free_and_who_did_it_is_known(client):
    sales, room = at_the_desk(client), team()
    seats.invite(room, ["a@quay.example"], None, clock.now())

    answer = client.post(address("seat", "release", Seat.objects.get().pk))

    assert answer.url == address("team", "change", room.pk)
    assert Seat.objects.get().state == Seat.State.RELEASED
    assert AuditEntry.objects.get(verb="seat released").actor == sales


def test_staff_see_which_invitations_could_not_be_delivered(client):
    at_the_desk(client)
    room = team()
    seats.invite(room, ["typo@quay.example", "right@quay.example"], None, clock.now())
    undeliverable.release(room, [Seat.objects.get(email="typo@quay.example")], clock.now())

    assert "Not delivered" in text(client.get(address("team", "change", room.pk)))
    shown = text(client.get(address("seat", "changelist") + "?bounced_at__isempty=0"))
    assert ("typo@quay.example" in shown, "right@quay.example" in shown) == (True, False)
