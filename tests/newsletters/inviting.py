"""What the tests of invitations share: a team with few seats, and a look at who holds them."""

from __future__ import annotations

from memberships import clock
from memberships.models import Seat, Team
from memberships.teams import seats
from newsletters.models import Message
from tests.memberships.builders import team
from tests.newsletters.builders import person


def room_of(limit: int) -> Team:
    return team(person("owner@quay.example"), seats=limit)


def invite(room: Team, *addresses: str) -> list[str]:
    return [str(result.outcome) for result in seats.invite(room, addresses, room.owner, clock.now())]


def held(room: Team) -> list[str]:
    return list(room.seats.exclude(state=Seat.State.RELEASED).values_list("email", flat=True))


def letters_to_the_owner() -> list[Message]:
    return list(Message.objects.filter(kind="invitation_undeliverable"))
