"""A team as its owner sees it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from memberships.models import Seat, Team
from memberships.teams import undeliverable
from memberships.teams.seats import Occupancy


@dataclass(frozen=True)
class Room:
    """Who sits there or is invited, how much room is left, and who could not be reached of late."""

    team: Team
    seats: list[Seat]
    occupancy: Occupancy
    not_reached: list[Seat]


def rooms_of(teams: Sequence[Team], at: datetime) -> list[Room]:
    """The teams with their seats, in two queries."""
    taken, not_reached = defaultdict(list), defaultdict(list)
    for seat in Seat.objects.taken(at).filter(team__in=teams).select_related("user"):
        taken[seat.team_id].append(seat)
    for seat in undeliverable.of_teams(teams, at):
        not_reached[seat.team_id].append(seat)
    return [
        Room(team, taken[team.pk], Occupancy(team.seat_limit, len(taken[team.pk])), not_reached[team.pk])
        for team in teams
    ]
