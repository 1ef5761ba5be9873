"""The whole seeding, in the order in which things need each other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from memberships.models import Plan, Product
from newsroom.demo.seeding import content
from newsroom.demo.seeding.filing import seed_filing
from newsroom.demo.seeding.house import seed_house_texts
from newsroom.demo.seeding.journeys import seed_journeys
from newsroom.demo.seeding.letters import seed_editions, seed_events, seed_newsletters
from newsroom.demo.seeding.people import ROLES, seed_inquiry, seed_people
from newsroom.demo.seeding.pictures import seed_pictures
from newsroom.demo.seeding.readings import seed_readings
from newsroom.demo.seeding.stories import seed_stories
from newsroom.demo.seeding.subscribers import seed_subscribers
from newsroom.demo.seeding.team import seed_team

# What is given: lookup key, what it is called after PRO's name, months, cents.
GIFTS = (
    ("pro_gift_year", "12 months", 12, 30_000),
    ("pro_gift_quarter", "3 months", 3, 9_000),
)


def seed(password: str, at: datetime, progress: Callable[[str], None]) -> None:
    """Fill the database as of the moment ``at``. Run again, it adds what is missing and changes nothing."""
    data = content.publication()
    pro = seed_pro(data["pro"]["name"])
    pictures = seed_pictures(at, progress)
    seed_filing(data, pictures, pro)
    seed_people(password, pro, at)
    seed_stories(content.stories(), pictures, pro, at, progress)
    seed_house_texts(content.house_texts(), at.date())
    seed_newsletters(data["newsletters"], pictures, pro)
    seed_editions(at)
    seed_journeys(data["journeys"], pro, at)
    seed_events(data["events"], pictures, pro, at)
    seed_team(data["team"], password, pro, at)
    seed_inquiry(at)
    seed_readings(pro, at)
    seed_subscribers(at)


def seed_pro(name: str) -> Product:
    """PRO and its plan: 300.00 US dollars a year after seven free days, shown as 25.00 a month. Then what is given."""
    pro, _created = Product.objects.get_or_create(slug="pro", defaults={"name": name})
    Plan.objects.get_or_create(
        lookup_key="pro_annual",
        defaults={
            "product": pro,
            "name": name,
            "amount": 30_000,
            "currency": "usd",
            "interval": Plan.Interval.YEAR,
            "trial_days": 7,
        },
    )
    for position, (key, gift, months, amount) in enumerate(GIFTS, start=1):
        values = {"product": pro, "name": f"{name}, {gift}", "amount": amount, "currency": "usd", "position": position}
        once = {"audience": Plan.Audience.GIFT, "interval": Plan.Interval.ONCE, "gift_months": months}
        Plan.objects.get_or_create(lookup_key=key, defaults={**values, **once})
    return pro


def write_sign_ins(path: Path, password: str, owner: str) -> None:
    """Leave the list of sign-ins where whoever started the demo is shown it."""
    width = max(len(email) for email in [owner, *(role.email for role in ROLES)]) + 2
    rows = [f"  {role.title:<11}{role.email:<{width}}{role.does}" for role in ROLES]
    rows.append(f"  {'Team owner':<11}{owner:<{width}}invites colleagues at /account/team/")
    text = f"Who can sign in (password for everybody: {password}):\n" + "\n".join(rows) + "\n"
    path.write_text(text, encoding="utf-8")
