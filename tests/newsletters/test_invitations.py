"""Which invitations are lost, found in the ledger however often and wherever a process dies."""

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from memberships import clock
from memberships.models import Seat, Team
from memberships.teams import undeliverable
from memberships.teams.seats import OPEN_FOR
from newsletters import invitations, messages, tasks
from newsletters.models import Message, SendState
from newsroom.celery import app
from tests.memberships.builders import team
from tests.newsletters.builders import AT
from tests.newsletters.inviting import held, letters_to_the_owner, room_of

LOST = {"failed", "suppressed", "bounced"}


def invited(room: Team, *ends: str) -> list[Seat]:
    """Seats whose invitations ended so in the ledger."""
    offered = [
        Seat(team=room, email=f"r{number}@quay.example", invited_at=AT, expires_at=AT + OPEN_FOR)
        for number in range(len(ends))
    ]
    for seat, end in zip(Seat.objects.bulk_create(offered), ends, strict=True):
        messages.team_invitation(seat, "token", AT)
        about = f"team_invitation:{seat.public_id}:{AT.isoformat()}"
        assert Message.objects.filter(dedupe_key=about).update(state=end) == 1
    return offered


@pytest.mark.django_db
def test_every_end_of_a_message_is_told_apart():
    room = room_of(20)
    ends = list(SendState.values)
    offered = invited(room, *ends)

    invitations.release_undeliverable(AT)

    freed = {end for end, seat in zip(ends, offered, strict=True) if seat.email not in held(room)}
    assert freed == LOST


@pytest.mark.django_db
def test_a_process_that_dies_after_the_seat_is_free_leaves_the_letter_to_the_next():
    """In this test nothing is ever announced, as if the process had died with the commit."""
    room = room_of(2)
    invited(room, "failed", "bounced")
    invitations.release_undeliverable(clock.now())
    assert (held(room), letters_to_the_owner()) == ([], [])

    for _again in range(2):
        tasks.release_undeliverable_invitations()

    assert sorted(letter.subject for letter in letters_to_the_owner()) == [
        "The invitation to r0@quay.example could not be delivered",
        "The invitation to r1@quay.example could not be delivered",
    ]


@pytest.mark.django_db
def test_a_process_that_dies_before_the_seat_is_free_changes_nothing():
    room = room_of(1)
    offers = invited(room, "failed")

    def die_before_the_commit() -> None:
        with transaction.atomic():
            undeliverable.release(room, offers, AT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        die_before_the_commit()
    assert held(room) == ["r0@quay.example"]

    invitations.release_undeliverable(AT)
    assert held(room) == []


@pytest.mark.django_db
def test_more_seats_than_a_batch_holds_are_all_looked_at(monkeypatch):
    monkeypatch.setattr(invitations, "BATCH", 2)
    rooms = [team(seats=9), team(seats=9)]
    for room in rooms:
        invited(room, "accepted", "failed", "accepted", "failed", "accepted")

    invitations.release_undeliverable(AT)
    invitations.tell_owners(AT)

    for room in rooms:
        assert held(room) == ["r0@quay.example", "r2@quay.example", "r4@quay.example"]
    assert len(letters_to_the_owner()) == 4


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 300])
def test_looking_costs_the_same_however_many_are_invited(django_assert_num_queries, count):
    invited(room_of(400), *["accepted"] * count)

    with django_assert_num_queries(2):  # The open seats and what became of their messages.
        invitations.release_undeliverable(AT)
    Message.objects.update(state="failed")
    with django_assert_num_queries(2 + 6):  # And what it takes to free those of one team.
        invitations.release_undeliverable(AT)


@pytest.mark.django_db
@settings(max_examples=30, deadline=None)
@given(ends=st.lists(st.sampled_from(SendState.values), min_size=1, max_size=8), runs=st.integers(1, 3))
def test_in_whatever_way_they_end_seats_and_letters_agree(ends, runs):
    room = team(seats=8)
    invited(room, *ends)

    for _run in range(runs):
        invitations.release_undeliverable(AT)
        invitations.tell_owners(AT)

    lost = sum(end in LOST for end in ends)
    assert len(held(room)) == len(ends) - lost
    keys = Message.objects.filter(kind="invitation_undeliverable", recipient__user=room.owner)
    assert keys.count() == lost == room.seats.filter(bounced_at=AT).count()


def test_the_timetable_looks_for_them():
    assert "newsletters.tasks.release_undeliverable_invitations" in {
        entry["task"] for entry in app.conf.beat_schedule.values()
    }
