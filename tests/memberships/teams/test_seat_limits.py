from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from memberships.models import Seat
from memberships.teams import invitations, seats, undeliverable
from memberships.teams.contracts import SeatError
from memberships.teams.seats import OPEN_FOR, Outcome
from tests.memberships.builders import DAY, NOW, person, team
from tests.memberships.teams.seating import offered, outcomes

# Which of six people does what, or how many times four days go by.
MOVES = st.lists(
    st.tuples(st.sampled_from(["invite", "accept", "release", "wait", "expire", "bounce"]), st.integers(0, 5)),
    min_size=3,
    max_size=14,
)


class Play:
    """A team with six people about it, and a model beside it: who holds a seat, and until when (``None``: for good)."""

    def __init__(self, limit: int) -> None:
        self.room = team(seats=limit)
        self.people = [person() for _number in range(6)]
        self.at = NOW
        self.held: dict[int, datetime | None] = {}

    def holding(self) -> dict[int, datetime | None]:
        return {who: until for who, until in self.held.items() if until is None or self.at < until}

    def latest_seat(self, number: int) -> Seat | None:
        return Seat.objects.filter(team=self.room, email=self.people[number].email).order_by("-id").first()

    def invite(self, number: int) -> None:
        is_full = len(self.held) >= self.room.seat_limit
        expected = Outcome.ALREADY if number in self.held else Outcome.FULL if is_full else Outcome.INVITED
        result = seats.invite(self.room, [self.people[number].email], self.room.owner, self.at)[0]
        assert result.outcome == expected
        if expected == Outcome.INVITED:
            self.held[number] = self.at + OPEN_FOR

    def accept(self, number: int) -> None:
        if (seat := self.latest_seat(number)) is None:
            return
        try:
            seats.accept(invitations.token_for(seat), self.people[number], self.at)
        except SeatError:
            assert number not in self.held
        else:
            assert number in self.held
            self.held[number] = None

    def release(self, number: int) -> None:
        if seat := self.latest_seat(number):
            seats.release(seat, self.room.owner, self.at)
        self.held.pop(number, None)

    def bounce(self, number: int) -> None:
        """Somebody's last invitation comes back, however late; whoever took it sits on."""
        if seat := self.latest_seat(number):
            undeliverable.release(self.room, [seat], self.at)
        if self.held.get(number) is not None:
            del self.held[number]

    def wait(self, number: int) -> None:
        self.at += number * timedelta(days=4)

    def expire(self, _number: int) -> None:
        seats.release_expired(self.at)


@pytest.mark.django_db
@settings(max_examples=60, deadline=None)
@given(limit=st.integers(1, 3), moves=MOVES)
def test_in_whatever_order_things_happen_no_more_sit_than_may(limit, moves):
    play = Play(limit)
    for move, number in moves:
        getattr(play, move)(number)
        play.held = play.holding()

        taken = set(Seat.objects.taken(play.at).filter(team=play.room).values_list("email", flat=True))
        assert taken == {play.people[who].email for who in play.held}
        assert len(taken) <= limit


@pytest.mark.django_db
def test_the_database_itself_refuses_a_second_seat_for_one_address():
    room = team()
    offered(room, "ada@quay.example")

    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.create(team=room, email="ADA@quay.example", invited_at=NOW, expires_at=NOW + DAY)


def test_owners_inviting_at_the_same_moment_never_overfill_the_team(committing):
    room = team(seats=3)
    begin, told = threading.Barrier(4), []

    def paste(number: int) -> None:
        begin.wait()
        try:
            told.extend(seats.invite(room, [f"r{number}a@q.example", f"r{number}b@q.example"], room.owner, NOW))
        finally:
            connection.close()

    windows = [threading.Thread(target=paste, args=[number]) for number in range(4)]
    for window in windows:
        window.start()
    for window in windows:
        window.join()

    assert sorted(outcomes(told)) == ["full"] * 5 + ["invited"] * 3
    assert seats.occupancy(room, NOW).taken == 3
