"""A month of reading, the same every time, and two access rules nobody has switched on: something to try terms on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from allauth.account.models import EmailAddress

from articles.models import AccessRule, Article, Format, NotedReading, Section
from articles.models.taxonomy import Access
from articles.reading_log import KEPT_FOR
from articles.reading_log.keys import key_at
from memberships import entitlements
from memberships.entitlements import Origin
from memberships.models import Entitlement, Product, User

_STRANGERS = 620
_MOST_READ = 75
# Hosts that led here, and how often; nothing means that it was none.
_REFERRERS = {"": 10, "search.example": 6, "gulf-forum.example": 2, "shipping-daily.example": 1}
_CAMPAIGNS = {"": 12, "morning-letter": 2, "autumn": 1}
# The first few hold PRO, since before the month began.
_MEMBERS = 3
READERS = (
    ("amal.khoury", "Amal Khoury"),
    ("ben.hartley", "Ben Hartley"),
    ("chiara.donati", "Chiara Donati"),
    ("dina.mansour", "Dina Mansour"),
    ("emil.larsen", "Emil Larsen"),
    ("fadi.nassar", "Fadi Nassar"),
    ("gul.aydin", "Gül Aydın"),
    ("hanna.lindqvist", "Hanna Lindqvist"),
    ("ilyas.demir", "İlyas Demir"),
    ("jana.haddad", "Jana Haddad"),
    ("karim.fares", "كريم فارس"),
    ("lucia.moreno", "Lucía Moreno"),
    ("marwan.saleh", "Marwan Saleh"),
    ("nour.aziz", "نور عزيز"),
    ("owen.pritchard", "Owen Pritchard"),
    ("paula.weiss", "Paula Weiss"),
    ("rania.tahan", "Rania Tahan"),
    ("samir.boutros", "Samir Boutros"),
    ("tess.abernathy", "Tess Abernathy"),
    ("yusuf.celik", "Yusuf Çelik"),
)


def seed_readings(pro: Product, at: datetime) -> None:
    """Note some thousand readings of the thirty days before ``at``; does nothing where they are there already."""
    _rules()
    if NotedReading.objects.filter(visitor=_pseudonym(0)).exists():
        return
    people = _people(pro, at)
    chance = Random("a month of reading")
    stories = list(Article.objects.published(at).order_by("year", "month", "slug").only("first_published_at"))
    rows: list[NotedReading] = []
    for number in range(_STRANGERS):
        rows += _month_of(chance, stories, at, int(chance.paretovariate(0.95)), visitor=_pseudonym(number))
    for user in people:
        rows += _month_of(chance, stories, at, chance.randint(6, _MOST_READ), user=user)
    NotedReading.objects.bulk_create(rows)


def _pseudonym(number: int) -> str:
    return hashlib.sha256(f"stranger {number}".encode()).hexdigest()[:32]


def _month_of(
    chance: Random, stories: Sequence[Article], at: datetime, count: int, visitor: str = "", user: User | None = None
) -> Iterator[NotedReading]:
    for _reading in range(min(count, _MOST_READ)):
        moment = at - chance.random() * (KEPT_FOR - timedelta(hours=1))
        story = _story(chance, stories, moment)
        referrer, campaign = (_one(chance, of) for of in (_REFERRERS, _CAMPAIGNS))
        if story is not None:
            yield NotedReading(
                id=key_at(moment),
                at=moment,
                article=story,
                user=user,
                visitor=visitor,
                referrer=referrer,
                campaign=campaign,
            )


def _story(chance: Random, stories: Sequence[Article], moment: datetime) -> Article | None:
    """One that was out then; the newer, the likelier."""
    ages = [
        (story, (moment - story.first_published_at).total_seconds() / 86_400)
        for story in stories
        if story.first_published_at and story.first_published_at <= moment
    ]
    if not ages:
        return None
    return chance.choices([story for story, _age in ages], [1 / (1 + age) for _story, age in ages])[0]


def _one(chance: Random, of: dict[str, int]) -> str:
    return chance.choices(list(of), list(of.values()))[0]


def _people(pro: Product, at: datetime) -> list[User]:
    """Readers who sign in by code. They have been here for some months."""
    joined = at - timedelta(days=150)
    people = []
    for number, (name, shown) in enumerate(READERS):
        email = f"{name}@readers.example"
        user = User.objects.filter(email=email).first()
        if user is None:
            user = User.objects.create_user(email, name=shown, joined_at=joined)
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
            if number < _MEMBERS:
                origin = Origin(Entitlement.Source.COMP, f"demo:{user.public_id}")
                until = at + timedelta(days=200)
                entitlements.grant(user, pro, origin, starts_at=joined, until=until, at=joined, reason="Demo member")
        people.append(user)
    known = User.objects.filter(email__in=["member@readers.example", "reader@readers.example"]).order_by("email")
    return [*people, *known]


def _rules() -> None:
    for name, scope, access in (
        ("Business so many a month", {"section": Section.objects.filter(slug="business").first()}, Access.METERED),
        ("Features ask for an account", {"format": Format.objects.filter(slug="feature").first()}, Access.REGISTERED),
    ):
        if all(scope.values()):
            AccessRule.objects.get_or_create(name=name, defaults={**scope, "access": access, "is_in_force": False})
