"""A chart as readers get it: a drawing with direct labels, its point in words, the same figures as a table."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles.media.drawing import Row, draw, number
from articles.models import Chart


@dataclass(frozen=True)
class ChartView:
    """A chart as ``partials/chart.html`` shows it; every row of ``rows`` begins with its name."""

    title: str
    subtitle: str
    svg: SafeString
    alt: str
    columns: list[str]
    rows: list[list[str]]
    source: str


def chart_view(chart: Chart) -> ChartView:
    rows = rows_of(chart)
    labels = [str(label) for label in chart.labels]
    return ChartView(
        title=chart.title,
        subtitle=chart.unit,
        svg=draw(chart.kind, labels, rows),
        alt=_in_words(chart, labels, rows),
        columns=[chart.unit, *labels],
        rows=[[name, *("–" if value is None else number(value) for value in values)] for name, values in rows],
        source=" · ".join(part for part in (chart.source, chart.note) if part),
    )


def rows_of(chart: Chart) -> list[Row]:
    """The rows with exactly one value for each label; what is missing or not a number is a gap."""
    rows: list[Row] = []
    for row in chart.rows:
        values = [value if isinstance(value, int | float) else None for value in row.get("values", [])]
        padded = (values + [None] * len(chart.labels))[: len(chart.labels)]
        rows.append((str(row.get("name", "")), padded))
    return rows


def _in_words(chart: Chart, labels: list[str], rows: list[Row]) -> str:
    """Title, and from where to where each row goes: what somebody who hears the page needs before the table."""
    ways = []
    for name, values in rows:
        known = [(label, value) for label, value in zip(labels, values, strict=True) if value is not None]
        if known:
            (first, start), (last, end) = known[0], known[-1]
            ways.append(
                _("%(name)s: %(start)s (%(first)s) to %(end)s (%(last)s)")
                % {"name": name, "start": number(start), "first": first, "end": number(end), "last": last}
            )
    return f"{chart.title}. {'; '.join(ways)}".strip()
