"""The tables of the numbers, each figure with the list of its rows."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from articles.models import Article
from memberships.metrics import asking
from memberships.metrics.asking import Month, Trials
from memberships.metrics.periods import Period, month_after, start_of
from memberships.models import CheckoutAttempt, MrrMovement
from newsletters.models import Edition
from newsroom.dashboards.figures import Cell, Row, Table, count_cell, listed, monthly_cell, share_cell, sum_cell

Kind = MrrMovement.Kind
# How many months of its life a cohort is followed in the table.
MOST_AGES = 13


def movements(months: list[Month], currency: str) -> Table:
    """What recurs, month by month; before, how it moved, and after."""
    kinds = list(Kind)
    rows = [
        Row(
            _named(month.period),
            [
                monthly_cell(month.opening, currency, _until(month.period.first, currency)),
                *(monthly_cell(month.moved[kind], currency, _moved(month.period, currency, kind)) for kind in kinds),
                monthly_cell(month.closing, currency, _until(month.period.last + timedelta(days=1), currency)),
            ],
        )
        for month in reversed(months)
        if month.opening or month.moved
    ]
    return Table(
        "movements",
        _("What recurs each month, and how it moved"),
        [_("Month"), _("At its start"), *(str(kind.label) for kind in kinds), _("At its end")],
        rows,
        none=_("Nothing recurs yet."),
        note=_(
            "Kept exactly for a year and divided by twelve for each figure, so sums may differ in their last digit."
        ),
    )


def losses(period: Period, currency: str) -> Table:
    """How many left by their own wish, and how many because a payment failed."""
    lost = asking.lost(period, currency)
    churn = (Kind.CHURN_VOLUNTARY, Kind.CHURN_FAILED)
    names = {Kind.CHURN_VOLUNTARY: _("By their own wish"), Kind.CHURN_FAILED: _("Because a payment failed")}
    in_all = sum(lost.get(kind, 0) for kind in churn)
    rows = [
        Row(
            names[kind],
            [count_cell(lost.get(kind, 0), _moved(period, currency, kind)), share_cell(lost.get(kind, 0), in_all)],
        )
        for kind in churn
        if in_all
    ]
    heads = [_("Why"), _("Subscriptions"), pgettext("part", "Share")]
    return Table("losses", _("Who left"), heads, rows, none=_("Nobody left in this time."))


def revenue(column: str, period: Period, currency: str) -> Table:
    """By ``plan_id`` or ``country``."""
    is_by_plan = column == "plan_id"
    found = asking.revenue_by(column, period, currency)
    names = asking.plan_names() if is_by_plan else {}
    days = _days(period, currency)
    rows = []
    for key, of_key in found:
        narrowed = {"plan__id__exact": key} if is_by_plan else {"country": key}
        url = listed("revenueday", **days, **narrowed)
        rows.append(Row(str(names.get(key, key)) or _("not known"), _sums(of_key, currency, url)))
    in_all = asking.revenue(period, currency)
    came_in = _("Invoiced"), _("Tax"), _("Discount"), pgettext("money", "Paid")
    sums = (*came_in, _("Given back"), pgettext("money", "Left"))
    return Table(
        "plans" if is_by_plan else "countries",
        _("Revenue by plan") if is_by_plan else _("Revenue by country"),
        [_("Plan") if is_by_plan else _("Country"), *sums],
        rows,
        none=_("Nothing was invoiced in this time."),
        total=Row(_("All"), _sums(in_all, currency, listed("revenueday", **days))),
    )


def cohorts(period: Period, currency: str) -> Table:
    """Of those who began to pay in a month, how many per cent still do at the end of it and of each month after it."""
    found = asking.cohorts(period, currency)
    ages = min(MOST_AGES, max((len(cohort.kept) for cohort in found), default=0))
    rows = []
    for cohort in reversed(found):
        began = {
            "currency": currency,
            "began_at__gte": start_of(cohort.month).isoformat(),
            "began_at__lt": start_of(month_after(cohort.month)).isoformat(),
        }
        cells, month = [count_cell(cohort.size, listed("mrrmovement", **began, number=1))], cohort.month
        for kept in cohort.kept[:ages]:
            month = month_after(month)
            until = min(start_of(month), period.ends_at)
            cells.append(share_cell(kept, cohort.size, listed("mrrmovement", **began, at__lt=until.isoformat())))
        rows.append(Row(date_format(cohort.month, "N Y"), [*cells, *[Cell("")] * (ages + 1 - len(cells))]))
    return Table(
        "cohorts",
        _("How many stay"),
        [_("Began to pay"), _("Subscriptions"), *(str(age) for age in range(ages))],
        rows,
        none=_("Nobody began to pay in this time."),
        note=_("Per cent that still count at the end of the month of their beginning (0) and of each month after it."),
    )


class Touch(StrEnum):
    """Which visit counts: the one that brought the trial, or the person's first."""

    LAST = "last"
    FIRST = "first"


def trials_by_source(period: Period, touch: Touch) -> Table:
    names = dict(CheckoutAttempt.Source.choices)
    known = asking.trials_by(f"{touch}_source", period)
    in_all = asking.trials_in_all(period)
    ways = [(str(names[str(each.key)]), each, str(each.key)) for each in known if each.key]
    missing = Trials(
        None,
        in_all.started - sum(each.started for _name, each, _key in ways),
        in_all.converted - sum(each.converted for _name, each, _key in ways),
    )
    if missing.started:
        ways.append((_("not known"), missing, "unknown"))
    is_last = touch == Touch.LAST
    parameter = "came" if is_last else "first_came"
    rows = [Row(name, _trials(each, period, **{parameter: key})) for name, each, key in ways]
    total = Row(_("All"), _trials(in_all, period)) if rows else None
    title = _("Trials by the way they came") if is_last else _("Trials by the way they first came")
    return _trial_table(_key("source", touch), title, _("Way"), rows, total)


def trials_by_story(period: Period, touch: Touch) -> Table:
    found = asking.trials_by(f"{touch}_article", period)
    stories = Article.objects.only("headline", "year", "month", "slug", "public_id").in_bulk(
        [each.key for each in found], field_name="public_id"
    )
    rows = []
    for each in found:
        story = stories.get(each.key) if isinstance(each.key, UUID) else None
        cells = _trials(each, period, **{f"checkout__{touch}_article": each.key})
        rows.append(Row(story.headline if story else str(each.key), cells, story.get_absolute_url() if story else ""))
    title = _("Trials by story") if touch == Touch.LAST else _("Trials by the story of the first visit")
    return _trial_table(_key("story", touch), title, _("Story"), rows)


def trials_by_edition(period: Period, touch: Touch) -> Table:
    found = asking.trials_by(f"{touch}_edition", period)
    editions = Edition.objects.select_related("newsletter").in_bulk(
        [each.key for each in found], field_name="public_id"
    )
    rows = []
    for each in found:
        edition = editions.get(each.key) if isinstance(each.key, UUID) else None
        cells = _trials(each, period, **{f"checkout__{touch}_edition": each.key})
        name = str(edition) if edition else str(each.key)
        rows.append(Row(name, cells, edition.get_absolute_url() if edition else ""))
    title = _("Trials by newsletter") if touch == Touch.LAST else _("Trials by the newsletter of the first visit")
    return _trial_table(_key("newsletter", touch), title, _("Edition"), rows)


def _key(of: str, touch: Touch) -> str:
    return f"trials-{of}" if touch == Touch.LAST else f"trials-first-{of}"


def _trial_table(key: str, title: str, of: str, rows: list[Row], total: Row | None = None) -> Table:
    heads = [of, pgettext("trials", "Begun"), _("Paid since"), pgettext("part", "Share")]
    return Table(key, title, heads, rows, none=_("No trial of this kind began in this time."), total=total)


def _trials(each: Trials, period: Period, **narrowed: Any) -> list[Cell]:
    query = {"started_at__gte": period.starts_at.isoformat(), "started_at__lt": period.ends_at.isoformat(), **narrowed}
    return [
        count_cell(each.started, listed("subscription", trial="started", **query)),
        count_cell(each.converted, listed("subscription", trial="converted", **query)),
        share_cell(each.converted, each.started),
    ]


def _sums(sums: Any, currency: str, url: str) -> list[Cell]:
    left = sums["paid"] - sums["refunded"]
    return [*(sum_cell(sums[name], currency, url) for name in asking.REVENUE), sum_cell(left, currency, url)]


def _days(period: Period, currency: str) -> dict[str, str]:
    return {"currency": currency, "day__gte": period.first.isoformat(), "day__lte": period.last.isoformat()}


def _moved(period: Period, currency: str, kind: str) -> str:
    within = {"at__gte": period.starts_at.isoformat(), "at__lt": period.ends_at.isoformat()}
    return listed("mrrmovement", currency=currency, kind__exact=kind, **within)


def _until(day: Any, currency: str) -> str:
    return listed("mrrmovement", currency=currency, at__lt=start_of(day).isoformat())


def _named(period: Period) -> str:
    return date_format(period.first, "N Y")
