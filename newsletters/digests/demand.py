"""How much members want each industry: how many rank it first, or among their first three."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.db.models import Count, Q

from articles.models import Industry
from memberships.models import Entitlement
from newsletters.audience import holds
from newsletters.digests.allocating import FIRST_RANKS
from newsletters.models import Newsletter, Ranking

# Orders change slowly, and whoever looks again an hour later finds another count.
_KEPT_FOR = 60 * 60
_KEY = "newsletters:demand"


@dataclass(frozen=True)
class Demand:
    """An industry's: shares in per cent of the members who have ranked."""

    slug: str
    first: float
    among_first: float


def of_all(at: datetime) -> tuple[int, list[Demand]]:
    """How many members have ranked, and what they want, most wanted first. Counted once an hour."""
    members, counted = cache.get_or_set(_KEY, lambda: _counted(at), _KEPT_FOR) or _counted(at)
    whole = max(members, 1)
    found = [Demand(slug, 100 * first / whole, 100 * among / whole) for slug, first, among in counted]
    return members, sorted(found, key=lambda each: (-each.among_first, -each.first, each.slug))


def _counted(at: datetime) -> tuple[int, list[tuple[str, int, int]]]:
    """In one pass over the orders of those who hold what a review comes with."""
    products = Newsletter.objects.filter(kind=Newsletter.Kind.REVIEW).values("product")
    rights = Entitlement.objects.live(at).filter(product__in=products)
    ranked = Ranking.objects.filter(holds(rights, "user"), position__lte=FIRST_RANKS).order_by()
    rows = ranked.values_list("industry__slug").annotate(first=Count("pk", filter=Q(position=1)), among=Count("pk"))
    by_slug = {slug: (first, among) for slug, first, among in rows}
    every = Industry.objects.values_list("slug", flat=True)
    return sum(first for first, _among in by_slug.values()), [(slug, *by_slug.get(slug, (0, 0))) for slug in every]
