"""What is on sale to whom: plans for one person by where the reader is, and student prices by the reader's address.

A price is shown and sold to the same people. The country is hearsay of our proxy's (:mod:`memberships.arrivals`); where
nobody tells it, no price for a country is sold.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress

from memberships.fields import lines
from memberships.models import Plan, User
from memberships.remembered import Remembered

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

_FOR_ONE = (Plan.Audience.PERSON, Plan.Audience.STUDENT)


@dataclass(frozen=True)
class Buyer:
    """What decides which plans somebody may buy: a country of two capital letters, and the hosts of their addresses."""

    country: str = ""
    hosts: frozenset[str] = frozenset()


# Whoever looks at a page that is the same for everybody.
ANYBODY = Buyer()


def buyer_of(user: User | AnonymousUser, country: str, at: datetime) -> Buyer:
    """Who somebody is to the till. Only confirmed addresses count, and are asked for only while students pay less."""
    sells_to_students = any(plan.audience == Plan.Audience.STUDENT for plan in on_sale(at))
    if not (sells_to_students and isinstance(user, User)):
        return Buyer(country)
    confirmed = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return Buyer(country, frozenset(email.rpartition("@")[2].lower() for email in confirmed))


def may_buy(plan: Plan, buyer: Buyer) -> bool:
    """Whether the plan is on sale, to one person, to this one."""
    return (
        plan.is_offered
        and plan.audience in _FOR_ONE
        and (not plan.countries or buyer.country in lines(plan.countries))
        and (plan.audience != Plan.Audience.STUDENT or any(_is_at(host, plan) for host in buyer.hosts))
    )


def chosen_for(buyer: Buyer, plans: Iterable[Plan]) -> list[Plan]:
    """What somebody may choose between, one plan for each audience and interval: the most special one they may buy.

    One for their country goes before one for everywhere, one for few countries before one for many; then the desk's
    order decides, which is that of ``plans``.
    """
    fitting = [plan for plan in plans if may_buy(plan, buyer)]
    best: dict[tuple[int, str, str], Plan] = {}
    for plan in sorted(fitting, key=_breadth):
        best.setdefault((plan.product_id, plan.audience, plan.interval), plan)
    return [plan for plan in fitting if plan in best.values()]


def on_sale(at: datetime) -> tuple[Plan, ...]:
    """Every plan that is sold to one person, whoever it may be, in the desk's order; remembered."""
    return _on_sale.at(at)


def student_domains(at: datetime) -> list[str]:
    """At which domains one has to have an address for what is sold to students; empty where nothing is."""
    students = [plan for plan in on_sale(at) if plan.audience == Plan.Audience.STUDENT]
    return list(dict.fromkeys(domain for plan in students for domain in lines(plan.domains)))


def archive(plan: Plan, at: datetime) -> None:
    """Sell it no more. Its price is closed at Stripe by the next ``stripe_sync_catalogue``; who has it keeps it."""
    plan.is_offered, plan.archived_at = False, plan.archived_at or at
    plan.save(update_fields=["is_offered", "archived_at"])


def bring_back(plan: Plan) -> None:
    """Take it out of the archive. It is not offered until somebody says so."""
    plan.archived_at = None
    plan.save(update_fields=["archived_at"])


def _sold_to_one() -> tuple[Plan, ...]:
    plans = Plan.objects.filter(audience__in=_FOR_ONE, is_offered=True)
    return tuple(plans.select_related("product").order_by("position", "amount", "pk"))


_on_sale = Remembered(_sold_to_one)


def _breadth(plan: Plan) -> int:
    """In how many countries it is sold; everywhere is more than any number."""
    return len(lines(plan.countries)) or 1_000


def _is_at(host: str, plan: Plan) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in lines(plan.domains))
