"""Which terms of reading hold for somebody who arrives at a closed item: the first reading rule that fits decides.

Pure but for :func:`terms_for`, which remembers the rules. A rule is asked only about what is closed to its reader: it
takes nothing from whoever reads by right, see :func:`memberships.admission.admit`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from memberships.access import Item
from memberships.arrivals import Arrival
from memberships.fields import lines
from memberships.models import Plan, ReadingRule
from memberships.remembered import Remembered
from memberships.selling import Buyer, may_buy

# The levels a rule may say something about. What is free stays free, and what nobody knows stays closed.
_CLOSED = {"registered", "metered", "product"}


@dataclass(frozen=True)
class Terms:
    """On which terms an item is read: the item as it counts, and what is not as the terms of reading say.

    ``allowance`` and ``registered_allowance`` are readings a month, without and with an account; ``plan`` is offered at
    the wall in the place of the first one. ``is_passing``: decided by how they came to this page, and not for the next.
    """

    item: Item
    allowance: int | None = None
    registered_allowance: int | None = None
    plan: Plan | None = None
    is_ruled: bool = False
    is_passing: bool = False

    @property
    def promised(self) -> int | None:
        """The readings with an account that somebody may be promised, who will have come by signing in."""
        return None if self.is_passing else self.registered_allowance


_switched_on = Remembered(lambda: tuple(ReadingRule.objects.filter(is_in_force=True).select_related("plan__product")))


def terms_for(arrival: Arrival, item: Item, at: datetime) -> Terms:
    """The terms at the moment ``at``, by the rules staff keep."""
    return resolve(arrival, item, in_force(at))


def are_known(at: datetime) -> bool:
    """Whether the rules in force can be told without asking the database."""
    return _switched_on.is_known(at)


def is_any_in_force(at: datetime, item: Item | None = None) -> bool:
    """Whether where somebody comes from may change a page at that moment; asked about an item: the page of that one."""
    return any(item is None or (_is_about(rule, item) and _may_change(rule, item)) for rule in in_force(at))


def resolve(arrival: Arrival, item: Item, rules: Sequence[ReadingRule]) -> Terms:
    """The terms by the first of ``rules`` that fits, else those that hold for everybody."""
    rule = next((rule for rule in rules if _is_about(rule, item) and _fits(rule, arrival)), None)
    if rule is None:
        return Terms(item)
    counted = replace(item, access=rule.counts_as or item.access)
    plan = rule.plan if rule.plan and _may_be_offered(rule.plan, counted, arrival) else None
    is_passing = bool(rule.referrers or rule.campaigns)
    return Terms(counted, rule.allowance, rule.registered_allowance, plan, is_ruled=True, is_passing=is_passing)


def in_force(at: datetime) -> list[ReadingRule]:
    """The rules that may decide at the moment, in their order; remembered."""
    return [rule for rule in _switched_on.at(at) if _is_the_time(rule, at)]


def _is_the_time(rule: ReadingRule, at: datetime) -> bool:
    return (rule.starts_at is None or rule.starts_at <= at) and (rule.ends_at is None or at < rule.ends_at)


def _is_about(rule: ReadingRule, item: Item) -> bool:
    return item.access in _CLOSED and (not rule.sections or item.section in lines(rule.sections))


def _may_change(rule: ReadingRule, item: Item) -> bool:
    """Allowances say nothing about what is not counted."""
    return bool(rule.counts_as or rule.plan_id) or item.access == "metered"


def _fits(rule: ReadingRule, arrival: Arrival) -> bool:
    """Whether every condition that is set holds for somebody who arrives like this."""
    return (
        (not rule.referrers or any(_is_within(arrival.referrer, domain) for domain in lines(rule.referrers)))
        and (not rule.campaigns or arrival.campaign in lines(rule.campaigns.casefold()))
        and (not rule.countries or arrival.country in lines(rule.countries))
    )


def _is_within(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")


def _may_be_offered(plan: Plan, item: Item, arrival: Arrival) -> bool:
    """Whether the plan is sold to whoever arrives like this, and opens the item: any product opens what is metered."""
    is_sold = may_buy(plan, Buyer(arrival.country))
    return is_sold and (item.access == "metered" or plan.product.slug == item.product)
