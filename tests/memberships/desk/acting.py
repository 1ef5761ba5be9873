"""Somebody at the desk, and the addresses and forms of its pages."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import Group
from django.urls import reverse

from memberships.models import Team, User
from tests.memberships.builders import person

_NOTHING = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "1000"}


def at_the_desk(client, role: str = "Sales", **fields: object) -> User:
    user = person(is_staff=True, name=role, **fields)
    user.groups.add(Group.objects.get(name=role))
    client.force_login(user)
    return user


def address(model: str, act: str, *args: object) -> str:
    return reverse(f"admin:memberships_{model}_{act}", args=args)


def untouched(*prefixes: str) -> dict[str, str]:
    """What a browser sends back for tables on the page that nobody wrote into."""
    return {f"{prefix}-{name}": value for prefix in prefixes for name, value in _NOTHING.items()}


def team_form(room: Team, **changes: str) -> dict[str, str]:
    """The team's page as a browser would send it back."""
    fields = {
        "name": room.name,
        "seat_limit": str(room.seat_limit),
        "starts_on": date.isoformat(room.starts_on),
        "ends_on": date.isoformat(room.ends_on),
        "notes": "",
    }
    return {**untouched("seats", "networks"), **fields, **changes}
