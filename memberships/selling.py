"""What is on sale to whom: plans for one person by where the reader is, student prices to whoever proves it.

A price is shown and sold to the same people. The country is hearsay of our proxy's (:mod:`memberships.arrivals`); where
nobody tells it, no price for a country is sold. Where a thing is sold in several currencies the reader chooses, unless
they have paid in one before: Stripe charges a customer in one currency.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from memberships import students
from memberships.currencies import name_of
from memberships.fields import lines
from memberships.models import Customer, Plan, User
from memberships.remembered import Remembered

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

# Product, audience and interval: what of several prices one is chosen for.
_Kind = tuple[int, str, str]
_FOR_ONE = (Plan.Audience.PERSON, Plan.Audience.STUDENT)


@dataclass(frozen=True)
class Buyer:
    """What decides which plans somebody may buy: a country of two capital letters, and whether they study.

    That is proved (``is_student``), or their addresses at ``hosts`` prove it. ``currency`` is the one in which they
    have paid before, in which they stay; empty for whoever has not.
    """

    country: str = ""
    hosts: frozenset[str] = frozenset()
    is_student: bool = False
    currency: str = ""


# Whoever looks at a page that is the same for everybody.
ANYBODY = Buyer()


def buyer_of(user: User | AnonymousUser, country: str, at: datetime) -> Buyer:
    """Who somebody is to the till. Proofs are asked for only while students pay less, the currency they are bound to
    only while there are several."""
    if not isinstance(user, User):
        return Buyer(country)
    plans = on_sale(at)
    hosts, is_student = frozenset[str](), False
    if any(plan.audience == Plan.Audience.STUDENT for plan in plans):
        is_student = students.running(user, at) is not None
        hosts = frozenset() if is_student else students.known_hosts(user)
    has_several = len({plan.currency for plan in plans}) > 1
    return Buyer(country, hosts, is_student, currency_of(user) if has_several else "")


def currency_of(user: User) -> str:
    """The currency in which Stripe charges somebody: that of the latest subscription or invoice; empty without one."""
    customers = Customer.objects.filter(user=user, is_in_use=True)
    bought = customers.filter(subscriptions__isnull=False).order_by("-subscriptions__started_at")
    billed = customers.filter(invoices__isnull=False).order_by("-invoices__issued_at")
    return (
        bought.values_list("subscriptions__plan__currency", flat=True).first()
        or billed.values_list("invoices__currency", flat=True).first()
        or ""
    )


def may_buy(plan: Plan, buyer: Buyer) -> bool:
    """Whether the plan is on sale, to one person, to this one."""
    return (
        plan.is_offered
        and plan.audience in _FOR_ONE
        and (not plan.countries or buyer.country in lines(plan.countries))
        and (plan.audience != Plan.Audience.STUDENT or _studies(buyer, plan))
        and buyer.currency in {"", plan.currency}
    )


def refusal_of(plan: Plan, buyer: Buyer, otherwise: str) -> str:
    """Why somebody may not buy the plan: because they pay in another currency, or ``otherwise``; empty if they may."""
    if may_buy(plan, buyer):
        return ""
    if not may_buy(plan, replace(buyer, currency="")):
        return otherwise
    return _("You have paid in %(currency)s before, and our payment partner charges each account in one currency.") % {
        "currency": name_of(buyer.currency)
    }


def chosen_for(buyer: Buyer, plans: Iterable[Plan], currency: str = "") -> list[Plan]:
    """What somebody may choose between, one plan for each audience and interval: the most special one they may buy.

    One for their country goes before one for everywhere. Among those the wanted ``currency`` decides where it is open,
    else that of the most special plan; then one for few countries goes before one for many, then the desk's order,
    which is that of ``plans``.
    """
    fitting = [plan for plan in plans if may_buy(plan, buyer)]
    open_to = _nearest(fitting)
    spoken = [plan for plan in open_to if plan.currency == currency]
    wanted = currency if spoken else next((plan.currency for plan in open_to), "")
    best: dict[_Kind, Plan] = {}
    for plan in sorted(open_to, key=lambda plan: plan.currency != wanted):
        best.setdefault(_kind(plan), plan)
    return [plan for plan in fitting if plan in best.values()]


def currencies_for(buyer: Buyer, plans: Iterable[Plan]) -> list[str]:
    """In which currencies somebody may pay, the usual one first."""
    return list(dict.fromkeys(plan.currency for plan in _nearest(plan for plan in plans if may_buy(plan, buyer))))


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


def _nearest(fitting: Iterable[Plan]) -> list[Plan]:
    """The plans that no nearer one takes the place of, the most special first."""
    plans = sorted(fitting, key=_breadth)
    local = {_kind(plan) for plan in plans if plan.countries}
    return [plan for plan in plans if plan.countries or _kind(plan) not in local]


def _kind(plan: Plan) -> _Kind:
    return plan.product_id, plan.audience, plan.interval


def _breadth(plan: Plan) -> int:
    """In how many countries it is sold; everywhere is more than any number."""
    return len(lines(plan.countries)) or 1_000


def _studies(buyer: Buyer, plan: Plan) -> bool:
    return buyer.is_student or any(students.is_at(host, lines(plan.domains)) for host in buyer.hosts)
