"""One account for each role, and the team."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group

from articles.models import Author
from memberships import entitlements
from memberships.entitlements import Origin
from memberships.models import Entitlement, Inquiry, Product, User


@dataclass(frozen=True)
class Role:
    """Who somebody is in the demo; ``group`` is a staff role, empty for readers."""

    title: str
    email: str
    name: str
    group: str = ""
    does: str = ""


ROLES = (
    Role("Editor", "editor@corniche.example", "Nadia Shamoun", "Editor", "writes, schedules and publishes at /admin/"),
    Role("Journalist", "journalist@corniche.example", "Hayder Sahlan", "Journalist", "writes and submits at /admin/"),
    Role("Sales", "sales@corniche.example", "Leonie Brandt", "Sales", "turns inquiries into teams at /admin/"),
    Role("Support", "support@corniche.example", "Idris Kaya", "Support", "answers readers at /admin/"),
    Role("Operator", "operator@corniche.example", "Maya Haddad", "Operator", "sees and sets everything at /admin/"),
    Role("Member", "member@readers.example", "Clara Whitcombe", does="reads PRO"),
    Role("Reader", "reader@readers.example", "Tomás Ferreira", does="has a free account"),
)


def seed_people(password: str, pro: Product, at: datetime) -> None:
    """Make the accounts of ``ROLES``; the member holds PRO from staff, for a year."""
    for role in ROLES:
        user = account(role.email, role.name, password, at)
        if role.group:
            user.groups.add(Group.objects.get(name=role.group))
            User.objects.filter(pk=user.pk).update(is_staff=True)
        if role.title == "Operator":
            User.objects.filter(pk=user.pk).update(is_superuser=True)
        Author.objects.filter(name=role.name, user=None).update(user=user)
    member = User.objects.get(email="member@readers.example")
    origin = Origin(Entitlement.Source.COMP, f"demo:{member.public_id}")
    if not Entitlement.objects.filter(source=origin.source, source_ref=origin.ref).exists():
        until = at + timedelta(days=365)
        entitlements.grant(member, pro, origin, starts_at=at, until=until, at=at, reason="Demo member")


def account(email: str, name: str, password: str, at: datetime) -> User:
    """The account with this address, made with a confirmed one where it is new."""
    user = User.objects.filter(email=email).first()
    if user is None:
        user = User.objects.create_user(email, password, name=name, joined_at=at)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def seed_inquiry(at: datetime) -> None:
    """An inquiry that waits for sales, from a company other than the demo team's."""
    Inquiry.objects.get_or_create(
        email="rosalind.achterberg@northquay.example",
        defaults={
            "name": "Rosalind Achterberg",
            "company": "North Quay Shipping",
            "seats": 8,
            "message": "Our chartering desk reads your port coverage every day. What would eight seats cost?",
            "received_at": at - timedelta(hours=5),
        },
    )
