"""The numbers of the business at the desk: tiles, a drawing and tables, every figure with the list of its rows."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_safe

from memberships import clock
from memberships.metrics import asking
from memberships.metrics.asking import Month
from memberships.metrics.periods import KINDS, LONGEST, Period, period_of, start_of
from memberships.models import RevenueDay
from memberships.spreadsheets import harmless
from newsroom.dashboards import tables
from newsroom.dashboards.figures import Chart, Row, Section, Table, count_cell, listed, monthly_cell, sum_cell
from newsroom.dashboards.tables import Touch

_PERMISSION = "memberships.see_numbers"
_NAMES = {
    "month": pgettext_lazy("period", "This month"),
    "quarter": pgettext_lazy("period", "This quarter"),
    "year": pgettext_lazy("period", "This year"),
}

# By the last part of a table's name.
_TRIALS: dict[str, Callable[[Period, Touch], Table]] = {
    "source": tables.trials_by_source,
    "story": tables.trials_by_story,
    "newsletter": tables.trials_by_edition,
}


class PeriodForm(forms.Form):
    first = forms.DateField(label=pgettext_lazy("a day", "From"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=pgettext_lazy("a day", "To"), widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> dict[str, Any]:
        chosen = super().clean() or {}
        first, last = chosen.get("first"), chosen.get("last")
        if first and last and first > last:
            raise forms.ValidationError(_("The first day comes after the last one."))
        if first and last and last - first > LONGEST:
            raise forms.ValidationError(_("Choose five years at most."))
        return chosen


@require_safe
def numbers(request: HttpRequest) -> HttpResponse:
    """The whole page; a bounded number of queries for each currency, however many members there are."""
    period, form = _chosen(request)
    currencies = asking.currencies()
    trials = [table(period, touch) for table in _TRIALS.values() for touch in Touch]
    kind = request.GET.get("period", "year") if not form.is_bound else ""
    context = {
        **admin.site.each_context(request),
        "opts": RevenueDay._meta,
        "title": _("Numbers"),
        "form": form,
        "period": period,
        "choices": [(each, _NAMES[each], each == kind) for each in KINDS],
        "query": urlencode({"first": period.first.isoformat(), "last": period.last.isoformat()}),
        "sections": [_section(period, currency) for currency in currencies],
        "trials": trials if currencies or trials[0].rows else [],
    }
    return render(request, "admin/numbers.html", context, status=422 if form.errors else 200)


@require_safe
def numbers_csv(request: HttpRequest, key: str) -> HttpResponse:
    """One table as a file. Sums stand in the currency's own units, per cent without their sign."""
    period, form = _chosen(request)
    if form.errors:
        raise Http404(_("There are no numbers of such a time."))
    table = _table(key, period, request.GET.get("currency", ""))
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"{key}-{period.first.isoformat()}-{period.last.isoformat()}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.write("\ufeff")  # Spreadsheets take it for Latin-1 otherwise.
    writer = csv.writer(answer)
    writer.writerow(table.heads)
    for row in [*table.rows, *([table.total] if table.total else [])]:
        writer.writerow([harmless(row.label), *(cell.plain for cell in row.cells)])
    return answer


def _chosen(request: HttpRequest) -> tuple[Period, PeriodForm]:
    """The time that is asked for; the year where that is none."""
    if not request.user.has_perm(_PERMISSION):
        raise PermissionDenied(_("Your account may not do this at the desk. Ask whoever runs it."))
    named = period_of(request.GET.get("period", "year"), clock.now())
    if not {"first", "last"} & set(request.GET):
        return named, PeriodForm(initial={"first": named.first, "last": named.last})
    form = PeriodForm(request.GET)
    return (Period(form.cleaned_data["first"], form.cleaned_data["last"]) if form.is_valid() else named), form


def _section(period: Period, currency: str) -> Section:
    months = asking.months(period, currency)
    values = [
        (date_format(month.period.first, "N Y"), month.closing, monthly_cell(month.closing, currency).text)
        for month in months
    ]
    return Section(
        currency.upper(),
        _tiles(period, currency, months),
        Chart.of(_("What recurs at the end of each month"), values),
        [
            tables.movements(months, currency),
            tables.losses(period, currency),
            tables.cohorts(period, currency),
            tables.revenue("plan_id", period, currency),
            tables.revenue("country", period, currency),
        ],
    )


def _tiles(period: Period, currency: str, months: list[Month]) -> list[Row]:
    until = start_of(period.last + timedelta(days=1))
    counted = listed("mrrmovement", currency=currency, at__lt=until.isoformat())
    sums = asking.revenue(period, currency)
    days = {"day__gte": period.first.isoformat(), "day__lte": period.last.isoformat()}
    came_in = listed("revenueday", currency=currency, **days)
    return [
        Row(_("Recurs each month"), [monthly_cell(months[-1].closing, currency, counted)]),
        Row(_("Subscriptions that pay"), [count_cell(asking.heads(currency, until), counted)]),
        Row(pgettext("money", "Paid"), [sum_cell(sums["paid"], currency, came_in)]),
        Row(_("Given back"), [sum_cell(sums["refunded"], currency, came_in)]),
    ]


def _table(key: str, period: Period, currency: str) -> Table:
    of_trials = key.removeprefix("trials-").removeprefix("first-")
    if key.startswith("trials-") and of_trials in _TRIALS:
        return _TRIALS[of_trials](period, Touch.FIRST if key.startswith("trials-first-") else Touch.LAST)
    of_money: dict[str, Callable[[], Table]] = {
        "movements": lambda: tables.movements(asking.months(period, currency), currency),
        "losses": partial(tables.losses, period, currency),
        "cohorts": partial(tables.cohorts, period, currency),
        "plans": partial(tables.revenue, "plan_id", period, currency),
        "countries": partial(tables.revenue, "country", period, currency),
    }
    if key not in of_money or currency not in asking.currencies():
        raise Http404(_("There is no such table."))
    return of_money[key]()
