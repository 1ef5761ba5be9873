"""Charts: figures typed in as a table, seen as they will be drawn."""

from __future__ import annotations

import csv
import io
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from unfold.admin import ModelAdmin
from unfold.widgets import TEXTAREA_CLASSES

from articles.admin.colleagues import require
from articles.media.charts import chart_view, rows_of
from articles.models import Chart

MOST_LABELS, MOST_ROWS = 60, 8


class ChartForm(forms.ModelForm):  # type: ignore[type-arg]
    """The figures as one table, so that they can be pasted from a sheet."""

    figures = forms.CharField(
        label=gettext_lazy("Figures"),
        strip=False,
        widget=forms.Textarea(
            {"rows": 10, "class": " ".join([*TEXTAREA_CLASSES, "desk-figures"]), "spellcheck": "false"}
        ),
        help_text=gettext_lazy(
            "Paste from a sheet. The first line holds the labels; every further line begins with the name of a row. "
            "Columns are parted by tabs, semicolons or commas; an empty cell is a gap."
        ),
    )

    class Meta:
        model = Chart
        fields = ("title", "slug", "kind", "unit", "source", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["figures"] = as_table(self.instance)

    def clean_figures(self) -> str:
        text: str = self.cleaned_data["figures"]
        self.instance.labels, self.instance.rows = parse_table(text)
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        values = [value for _name, row in rows_of(self.instance) for value in row if value is not None]
        if cleaned.get("kind") == Chart.Kind.STACKED and any(value < 0 for value in values):
            raise ValidationError(_("Parts below zero cannot be stacked. Draw it as bars."))
        return cleaned


def parse_table(text: str) -> tuple[list[str], list[dict[str, Any]]]:
    """Labels and rows of a pasted table.

    Raises:
        ValidationError: naming the line that cannot be read.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        raise ValidationError(_("Write at least two lines: the labels, and one row of figures."))
    delimiter = next((mark for mark in "\t;" if mark in lines[0]), ",")
    table = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter))
    labels = [cell.strip() for cell in table[0][1:]]
    if not labels or len(labels) > MOST_LABELS or len(table) - 1 > MOST_ROWS:
        raise ValidationError(
            _("A chart has 1 to %(labels)d labels and up to %(rows)d rows.")
            % {"labels": MOST_LABELS, "rows": MOST_ROWS}
        )
    return labels, [_row(number, cells, labels) for number, cells in enumerate(table[1:], start=2)]


def _row(number: int, cells: list[str], labels: list[str]) -> dict[str, Any]:
    values = cells[1:] + [""] * (len(labels) - len(cells) + 1)
    if len(values) > len(labels):
        raise ValidationError(_("Line %(number)d has more figures than there are labels.") % {"number": number})
    return {"name": cells[0].strip(), "values": [_figure(number, cell) for cell in values]}


def _figure(number: int, cell: str) -> float | None:
    text = cell.strip().replace("\u2212", "-").replace("\u00a0", "")
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        raise ValidationError(
            _("Line %(number)d: “%(cell)s” is not a figure. Write it with a point, without thousands separators.")
            % {"number": number, "cell": cell}
        ) from None
    if value != value or abs(value) == float("inf"):
        raise ValidationError(_("Line %(number)d: “%(cell)s” is not a figure.") % {"number": number, "cell": cell})
    return int(value) if value.is_integer() else value


def as_table(chart: Chart) -> str:
    """The figures as they are typed: parted by tabs, the first cell empty."""
    lines = [["", *map(str, chart.labels)]]
    lines += [[name, *("" if value is None else f"{value:g}" for value in values)] for name, values in rows_of(chart)]
    return "\n".join("\t".join(line) for line in lines)


@admin.register(Chart)
class ChartAdmin(ModelAdmin):  # type: ignore[misc]
    form = ChartForm
    list_display = ("title", "slug", "kind", "shown_figures")
    list_filter = ("kind",)
    search_fields = ("title", "slug", "source")
    prepopulated_fields = {"slug": ("title",)}
    warn_unsaved_form = True
    fieldsets = (
        (None, {"fields": ("title", "slug", "kind", "figures")}),
        (gettext_lazy("Said beside it"), {"fields": ("unit", "source", "note")}),
    )
    change_form_outer_before_template = "admin/articles/chart/preview.html"

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A chart that stands in a text keeps its name."""
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("slug",) if obj else ()

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        chart = kwargs.get("obj")
        context["chart"] = chart_view(chart) if chart else None
        response: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return response

    @admin.display(description=gettext_lazy("Figures"))
    def shown_figures(self, chart: Chart) -> str:
        return format_html("{} × {}", len(chart.rows), len(chart.labels))

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("pick/", self.admin_site.admin_view(pick), name="articles_chart_pick"),
            path("show/<slug:slug>/", self.admin_site.admin_view(show), name="articles_chart_show"),
        ]
        return [*own, *super().get_urls()]


@require_safe
def pick(request: HttpRequest) -> HttpResponse:
    """Charts as a fragment of HTML, for the window of the editor."""
    require(request, "view_chart")
    charts = Chart.objects.filter(title__icontains=request.GET.get("q", "").strip())[:40]
    return render(request, "admin/articles/chart/pick.html", {"charts": charts})


@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """One chart as it stands in a text, for the editor."""
    require(request, "view_chart")
    chart = chart_view(get_object_or_404(Chart, slug=slug))
    return render(request, "admin/articles/chart/shown.html", {"chart": chart})
