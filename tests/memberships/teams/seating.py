"""Invitations and seats made by one plain call."""

from __future__ import annotations

from datetime import datetime

from memberships.models import Seat, Team, User
from memberships.teams import invitations, seats
from tests.memberships.builders import NOW, person


def outcomes(results: list[seats.Result]) -> list[str]:
    return [str(result.outcome) for result in results]


def offered(room: Team, address: str, at: datetime = NOW) -> Seat:
    assert outcomes(seats.invite(room, [address], room.owner, at)) == ["invited"]
    return Seat.objects.get(team=room, email=address, state=Seat.State.INVITED)


def seated(room: Team, at: datetime = NOW) -> User:
    """Somebody who took a seat of the team."""
    reader = person()
    seats.accept(invitations.token_for(offered(room, reader.email, at)), reader, at)
    return reader
