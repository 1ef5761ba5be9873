"""People, plans and teams for the tests of this app, each made by one plain call."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import count

from allauth.account.models import EmailAddress

from memberships.models import Customer, Plan, Product, Promotion, Subscription, Team, User

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
_numbers = count(1)


def person(email: str = "", *, is_confirmed: bool = True, **fields: object) -> User:
    user = User.objects.create_user(email or f"reader{next(_numbers)}@example.org", **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=is_confirmed, primary=True)
    return user


def pro() -> Product:
    return Product.objects.get_or_create(slug="pro", defaults={"name": "Corniche PRO"})[0]


def plan(lookup_key: str = "pro_annual", **fields: object) -> Plan:
    values = {"product": pro(), "name": "PRO, yearly", "amount": 30000, "trial_days": 7, **fields}
    return Plan.objects.get_or_create(lookup_key=lookup_key, defaults=values)[0]


def customer(user: User, stripe_id: str | None = None) -> Customer:
    return Customer.objects.create(user=user, stripe_id=stripe_id, created_at=NOW)


def subscription(user: User, **fields: object) -> Subscription:
    owner = Customer.objects.filter(user=user).first() or customer(user, f"cus_{next(_numbers)}")
    values = {
        "customer": owner,
        "plan": plan(),
        "stripe_id": f"sub_{next(_numbers)}",
        "status": "active",
        "period_starts_at": NOW - 100 * DAY,
        "period_ends_at": NOW + 265 * DAY,
        "started_at": NOW - 100 * DAY,
        "synced_at": NOW,
        "has_paid": True,
    }
    return Subscription.objects.create(**{**values, **fields})


def team(owner: User | None = None, *, seats: int = 5, **fields: object) -> Team:
    values = {
        "name": f"Quay {next(_numbers)}",
        "owner": owner or person(),
        "product": pro(),
        "seat_limit": seats,
        "starts_on": date(2026, 11, 1),
        "ends_on": date(2027, 11, 1),
        "created_at": NOW,
    }
    return Team.objects.create(**{**values, **fields})


def promotion(code: str = "SPRING", **fields: object) -> Promotion:
    """An open one, as though it were at Stripe."""
    terms = {} if "amount" in fields else {"percent": 25}
    values = {"code": code, "starts_at": NOW - 400 * DAY, "coupon_made_at": NOW, **terms, **fields}
    return Promotion.objects.create(**values)
