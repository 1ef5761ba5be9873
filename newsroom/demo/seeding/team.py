"""The demo's company: a team with seats, set up as sales would."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from memberships.models import Product, Seat, Team, User
from memberships.teams import contracts, invitations, seats
from newsroom.demo.seeding.people import account


def seed_team(data: dict[str, Any], password: str, pro: Product, at: datetime) -> None:
    """Make the team, seat its members and leave the last invitation open. Does nothing where the team exists."""
    if Team.objects.filter(name=data["company"]).exists():
        return
    people = {person["email"]: person for person in data["people"]}
    owner_email = next(email for email, person in people.items() if person["role"] == "owner")
    readers = {
        email: account(email, person["name"], password, at)
        for email, person in people.items()
        if person["role"] in {"owner", "member"}
    }
    sales = User.objects.filter(email="sales@corniche.example").first()
    with transaction.atomic():
        team = Team.objects.create(
            name=data["company"],
            owner=readers[owner_email],
            product=pro,
            seat_limit=data["seats"],
            starts_on=at.date(),
            ends_on=at.date() + timedelta(days=365),
            created_at=at,
        )
        contracts.settle(seats.lock(team), at)
    seats.invite(team, list(people), sales, at)
    for seat in Seat.objects.filter(team=team, email__in=list(readers)):
        seats.accept(invitations.token_for(seat), readers[seat.email], at)
