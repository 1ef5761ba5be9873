"""What the numbers are asked: a bounded few queries, each answered by sums of rows that can be listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import TruncMonth

from memberships.metrics.periods import Period, zone
from memberships.models import MrrMovement, Plan, RevenueDay, Subscription
from memberships.subscriptions import NOT_BEGUN

Kind = MrrMovement.Kind
REVENUE = ("invoiced", "tax", "discount", "paid", "refunded")
_MONTHS = 12
# How many stories and editions a table shows.
MOST_LISTED = 20


@dataclass(frozen=True)
class Month:
    """How what recurs moved in a month: sums of a year by kind, before it and after it."""

    period: Period
    opening: int
    moved: Counter[str]

    @property
    def closing(self) -> int:
        return self.opening + sum(self.moved.values())


@dataclass(frozen=True)
class Trials:
    """Trials of one way, story or edition: begun in the period, and those of them that have paid since."""

    key: str | UUID | None
    started: int
    converted: int


@dataclass(frozen=True)
class Cohort:
    """Subscriptions that began to pay in a month, and how many of them counted at the end of each month since."""

    month: date
    size: int
    kept: list[int]


def a_month(of_a_year: int) -> int:
    """A twelfth in minor units, half a unit upwards: the only division there is."""
    return int(Fraction(of_a_year, _MONTHS) + Fraction(1, 2)) if of_a_year >= 0 else -a_month(-of_a_year)


def currencies() -> list[str]:
    """Those in which anything was ever invoiced or recurs."""
    used = (
        RevenueDay.objects.order_by()
        .values_list("currency")
        .union(MrrMovement.objects.order_by().values_list("currency"))
    )
    return sorted(currency for (currency,) in used)


def revenue(period: Period, currency: str) -> Counter[str]:
    return Counter(_summed(_days(period, currency)))


def revenue_by(column: str, period: Period, currency: str) -> list[tuple[Any, dict[str, int]]]:
    """By ``plan_id`` or ``country``, the most paid first."""
    rows = _days(period, currency).order_by().values(column).annotate(**_sums()).order_by("-paid_sum", column)
    return [(row[column], {name: row[f"{name}_sum"] for name in REVENUE}) for row in rows]


def plan_names() -> dict[int, str]:
    return dict(Plan.objects.values_list("pk", "name"))


def months(period: Period, currency: str) -> list[Month]:
    """Two queries, whatever the time: what came before as one sum, then a sum for each month and kind."""
    theirs = MrrMovement.objects.filter(currency=currency).order_by()
    change = Sum(F("after") - F("before"))
    opening = theirs.filter(at__lt=period.starts_at).aggregate(all=change)["all"] or 0
    by_month: dict[date, Counter[str]] = {}
    within = theirs.filter(at__gte=period.starts_at, at__lt=period.ends_at)
    month = TruncMonth("at", tzinfo=zone())
    for row in within.values("kind", month=month).annotate(all=change):
        by_month.setdefault(row["month"].date(), Counter())[row["kind"]] = row["all"]
    found = []
    for each in period.months():
        found.append(Month(each, opening, by_month.get(each.first.replace(day=1), Counter())))
        opening = found[-1].closing
    return found


def heads(currency: str, until: datetime) -> int:
    """How many subscriptions counted just before the moment."""
    rows = MrrMovement.objects.filter(currency=currency, at__lt=until)
    return rows.aggregate(all=heads_sum())["all"] or 0


def heads_sum() -> Sum:
    """Of movements: how many subscriptions more count after them than before."""
    one = When(before=0, after__gt=0, then=Value(1)), When(before__gt=0, after=0, then=Value(-1))
    return Sum(Case(*one, default=Value(0), output_field=IntegerField()))


def lost(period: Period, currency: str) -> dict[str, int]:
    """How many left, by kind of churn."""
    left = MrrMovement.objects.filter(currency=currency, at__gte=period.starts_at, at__lt=period.ends_at, after=0)
    return dict(left.order_by().values_list("kind").annotate(Count("id")))


def cohorts(period: Period, currency: str) -> list[Cohort]:
    """Those that began in the period, followed until its end; one query, of a row for each pair of months."""
    theirs = MrrMovement.objects.filter(
        currency=currency, began_at__gte=period.starts_at, began_at__lt=period.ends_at, at__lt=period.ends_at
    )
    began, moved = TruncMonth("began_at", tzinfo=zone()), TruncMonth("at", tzinfo=zone())
    rows = theirs.order_by().values(began=began, moved=moved).annotate(heads=heads_sum(), size=Count("id", Q(number=1)))
    changes: dict[date, Counter[date]] = {}
    sizes: Counter[date] = Counter()
    for row in rows:
        month = row["began"].date()
        changes.setdefault(month, Counter())[row["moved"].date()] = row["heads"]
        sizes[month] += row["size"]
    firsts = [each.first.replace(day=1) for each in period.months()]
    return [
        Cohort(month, sizes[month], _kept(changes[month], (d for d in firsts if d >= month)))
        for month in sorted(changes)
    ]


def trials(period: Period) -> QuerySet[Subscription]:
    """Subscriptions that began with a trial in the period; one that was refused is none."""
    begun = Subscription.objects.exclude(status__in=NOT_BEGUN).filter(
        trial_ends_at__isnull=False, trial_refused_at=None
    )
    return begun.filter(started_at__gte=period.starts_at, started_at__lt=period.ends_at)


def trials_by(column: str, period: Period) -> list[Trials]:
    """By a column of the visit to the till, such as ``last_source``; the most first, and only what is known."""
    rows = trials(period).order_by().values_list(f"checkout__{column}")
    counted = rows.annotate(started=Count("id"), converted=Count("id", Q(has_paid=True))).order_by("-started")
    return [Trials(*row) for row in counted.exclude(**{f"checkout__{column}": None})[:MOST_LISTED]]


def trials_in_all(period: Period) -> Trials:
    found = trials(period).aggregate(started=Count("id"), converted=Count("id", Q(has_paid=True)))
    return Trials(None, found["started"], found["converted"])


def _days(period: Period, currency: str) -> QuerySet[RevenueDay]:
    return RevenueDay.objects.filter(currency=currency, day__gte=period.first, day__lte=period.last)


def _sums() -> dict[str, Sum]:
    return {f"{name}_sum": Sum(name) for name in REVENUE}


def _summed(rows: QuerySet[RevenueDay]) -> dict[str, int]:
    found = rows.aggregate(**_sums())
    return {name: found[f"{name}_sum"] or 0 for name in REVENUE}


def _kept(changes: Counter[date], months: Iterable[date]) -> list[int]:
    kept, found = 0, []
    for month in months:
        kept += changes[month]
        found.append(kept)
    return found
