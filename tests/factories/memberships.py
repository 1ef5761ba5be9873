"""People by what they hold, and what is sold. Rights are granted through the one function that writes them."""

from __future__ import annotations

from datetime import timedelta
from itertools import count
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group

from memberships import clock, entitlements
from memberships.entitlements import Origin
from memberships.models import Entitlement, Plan, Product, User

_numbers = count(1)


def pro() -> Product:
    return Product.objects.get_or_create(slug="pro", defaults={"name": "PRO"})[0]


def plan(**fields: Any) -> Plan:
    """The yearly plan of $300.00 with a free week, made if there is none."""
    values = {"product": pro(), "name": "PRO, yearly", "amount": 30_000, "trial_days": 7, **fields}
    return Plan.objects.get_or_create(lookup_key="pro_annual", defaults=values)[0]


def make_reader(name: str = "", **fields: Any) -> User:
    """Somebody with an account and a confirmed address."""
    email = fields.pop("email", f"{(name or 'reader').lower()}{next(_numbers)}@example.org")
    user = User.objects.create_user(email, name=name, **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def make_member(name: str = "", *, days: int = 30, **fields: Any) -> User:
    """Somebody who has held PRO for a month and holds it for so many days more; a negative number means it ran out."""
    user, at = make_reader(name or "Member", **fields), clock.now()
    origin = Origin(Entitlement.Source.COMP, f"comp-{user.pk}")
    since = at - timedelta(days=30)
    entitlements.grant(user, pro(), origin, starts_at=since, until=at + timedelta(days=days), at=since, reason="test")
    return user


def make_staff(role: str, **fields: Any) -> User:
    """Somebody who works here in a role: Journalist, Editor, Support, Sales or Operator."""
    user = make_reader(role, is_staff=True, **fields)
    user.groups.add(Group.objects.get(name=role))
    return user
