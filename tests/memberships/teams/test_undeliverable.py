from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from memberships.models import AuditEntry, Seat
from memberships.teams import invitations, seats, undeliverable
from memberships.teams.contracts import SeatError
from memberships.teams.rooms import rooms_of
from memberships.teams.seats import OPEN_FOR
from tests.memberships.builders import DAY, NOW, person, team
from tests.memberships.teams.seating import offered, outcomes, seated

LATER = NOW + DAY


def not_reached(room, at=LATER):
    return [seat.email for seat in rooms_of([room], at)[0].not_reached]


@pytest.mark.django_db
def test_an_invitation_that_cannot_arrive_gives_its_seat_to_the_next(announced):
    room = team(seats=1)
    seat = offered(room, "typo@quay.example")

    with announced() as told:
        assert undeliverable.release(room, [seat], LATER) == [seat]

    assert told == ["invitation_bounced"]
    seat.refresh_from_db()
    assert (seat.state, seat.released_at, seat.bounced_at) == (Seat.State.RELEASED, LATER, LATER)
    assert outcomes(seats.invite(room, ["right@quay.example"], room.owner, LATER)) == ["invited"]


@pytest.mark.django_db
def test_a_second_time_changes_nothing_and_tells_nobody(announced):
    room = team()
    seat = offered(room, "typo@quay.example")
    undeliverable.release(room, [seat], LATER)

    with announced() as told:
        assert undeliverable.release(room, [seat], LATER + DAY) == []

    assert told == []
    assert Seat.objects.get().bounced_at == LATER
    entry = AuditEntry.objects.get(verb="invitation undeliverable")
    assert (entry.actor_label, entry.subject_label, entry.details) == (
        "system",
        room.name,
        {"addresses": ["typo@quay.example"]},
    )


@pytest.mark.django_db
def test_whoever_accepted_keeps_the_seat(announced):
    room = team()
    reader = person()
    seat = offered(room, reader.email)
    seats.accept(invitations.token_for(seat), reader, NOW)

    with announced() as told:
        assert undeliverable.release(room, [seat], LATER) == []

    assert told == []
    seat = Seat.objects.get()
    assert (seat.state, seat.bounced_at) == (Seat.State.ACTIVE, None)


@pytest.mark.django_db
def test_an_invitation_taken_back_was_not_undeliverable():
    room = team()
    seat = offered(room, "ada@quay.example")
    seats.release(seat, room.owner, NOW)

    assert undeliverable.release(room, [seat], LATER) == []
    assert Seat.objects.get().bounced_at is None


@pytest.mark.django_db
def test_what_is_found_out_about_one_invitation_does_not_end_a_later_one():
    room = team()
    first = offered(room, "ada@quay.example")
    seats.release(first, room.owner, NOW)
    second = offered(room, "ada@quay.example", LATER)
    anew = offered(room, "bob@quay.example")
    stale = Seat.objects.get(pk=anew.pk)
    Seat.objects.filter(pk=anew.pk).update(invited_at=LATER)

    assert undeliverable.release(room, [first, stale], LATER) == []
    assert set(Seat.objects.offered()) == {second, anew}


@pytest.mark.django_db
def test_seats_of_another_team_are_not_touched():
    room, other = team(), team()
    seat = offered(other, "ada@quay.example")

    assert undeliverable.release(room, [seat], LATER) == []
    assert Seat.objects.offered().get() == seat


@pytest.mark.django_db
def test_the_database_itself_lets_nobody_sit_on_a_seat_that_was_not_delivered():
    reader = seated(team())

    with pytest.raises(IntegrityError, match="seat_not_delivered_is_released"), transaction.atomic():
        Seat.objects.filter(user=reader).update(bounced_at=NOW)


@pytest.mark.django_db
def test_the_link_of_an_invitation_that_arrived_after_all_says_what_happened():
    room, reader = team(), person()
    seat = offered(room, reader.email)
    undeliverable.release(room, [seat], NOW)

    with pytest.raises(SeatError, match=r"could not deliver this invitation.*Ask the owner of Quay"):
        seats.accept(invitations.token_for(seat), reader, NOW)


@pytest.mark.django_db
def test_freeing_many_costs_no_more_questions_than_freeing_few(django_assert_num_queries):
    few, many = team(seats=400), team(seats=400)
    one = offered(few, "a@quay.example")
    seats.invite(many, [f"a{number}@quay.example" for number in range(300)], None, NOW)

    for room, offers in [(few, [one]), (many, list(many.seats.all()))]:
        with django_assert_num_queries(6):  # The savepoint, the team, its seats, their change, the audit log, and done.
            undeliverable.release(room, offers, LATER)
    assert not Seat.objects.offered().exists()


@pytest.mark.django_db
def test_the_owner_is_shown_for_a_month_whom_we_could_not_reach():
    room, other = team(), team()
    for address in ("typo@quay.example", "gone@quay.example"):
        undeliverable.release(room, [offered(room, address)], LATER)
    offered(room, "waiting@quay.example")
    ran_out = offered(room, "silent@quay.example", NOW - OPEN_FOR)
    seats.release_expired(LATER)
    undeliverable.release(other, [offered(other, "else@quay.example")], LATER)

    ran_out.refresh_from_db()
    assert ran_out.state == Seat.State.RELEASED
    assert not_reached(room) == ["gone@quay.example", "typo@quay.example"]
    assert not_reached(room, LATER + 30 * DAY) == ["gone@quay.example", "typo@quay.example"]
    assert not_reached(room, LATER + 30 * DAY + timedelta(seconds=1)) == []


@pytest.mark.django_db
def test_whoever_was_invited_again_is_not_shown_and_one_who_is_lost_twice_is_shown_once():
    room = team()
    undeliverable.release(room, [offered(room, "Ada@quay.example")], LATER)
    again = offered(room, "ada@quay.example", LATER)
    assert not_reached(room) == []

    undeliverable.release(room, [again], LATER + DAY)
    assert not_reached(room, LATER + DAY) == ["ada@quay.example"]


def test_a_bounce_and_a_click_at_the_same_moment_agree(committing):
    """Either the reader sits or the seat is free, and never a seat that is both."""
    room, reader = team(), person()
    seat = offered(room, reader.email)
    begin, refused = threading.Barrier(2), []

    def click() -> None:
        begin.wait()
        try:
            seats.accept(invitations.token_for(seat), reader, LATER)
        except SeatError as error:
            refused.append(error)
        finally:
            connection.close()

    window = threading.Thread(target=click)
    window.start()
    begin.wait()
    lost = undeliverable.release(room, [seat], LATER)
    window.join()

    seat = Seat.objects.get()
    assert len(lost) == len(refused)
    assert (seat.state, seat.bounced_at) == (("released", LATER) if lost else ("active", None))
