"""Charts drawn on the server as SVG that the strictest content policy lets through.

Every chart is drawn twice, for a wide and for a narrow column, because letters shrink with the paper. Colours, strokes
and type are the style sheet's (``.series-1`` …, ``.chart-*``); only places and sizes are written here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils import formats
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from articles.models import Chart

# A row's name and its values, one for each label; None is a gap.
Row = tuple[str, list[float | None]]

COLOURS = 4
LINE = 18
LETTER = 7.2


@dataclass(frozen=True)
class Scale:
    """Values onto heights. ``ticks`` are round numbers and the first and last of them are the ends."""

    ticks: tuple[float, ...]
    top: float
    base: float

    def y(self, value: float) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        return self.base - (value - low) / (high - low) * (self.base - self.top)


@dataclass(frozen=True)
class Paper:
    """How large a drawing is, where its field lies and whether names stand in a legend on top of it."""

    name: str
    width: float
    height: float
    left: float
    right: float
    top: float
    has_legend: bool
    bottom: float = 30

    def x(self, index: int, count: int) -> float:
        """The middle of one of ``count`` columns of equal width."""
        return self.left + self.column(count) * (index + 0.5)

    def column(self, count: int) -> float:
        return (self.width - self.left - self.right) / count

    def scale(self, values: Sequence[float]) -> Scale:
        return Scale(round_ticks(min(values), max(values)), self.top, self.height - self.bottom)


def draw(kind: str, labels: Sequence[str], rows: Sequence[Row]) -> SafeString:
    """Both drawings as safe markup; nothing where there is nothing to draw."""
    drawn = [(name, values) for name, values in rows if any(value is not None for value in values)]
    if not labels or not drawn:
        return SafeString("")
    make = {Chart.Kind.LINE: _lines, Chart.Kind.BAR: _bars, Chart.Kind.STACKED: _stacks}[Chart.Kind(kind)]
    sheets = (_sheet(paper, "".join(make(paper, labels, drawn))) for paper in _papers(kind, drawn))
    return mark_safe("".join(sheets))  # noqa: S308 - every text in it was escaped


def number(value: float) -> str:
    """A figure in the reader's notation, without digits it does not have."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    decimals = len(text.partition(".")[2])
    return formats.number_format(round(value, decimals), decimals, use_l10n=True, force_grouping=abs(value) >= 10_000)


def round_ticks(low: float, high: float, wanted: int = 4) -> tuple[float, ...]:
    """About ``wanted`` round steps that hold both ends; from zero, unless that would flatten everything."""
    if 0 < low < high * 0.6 or high == low:
        low = min(low, 0)
    high = max(high, 0) if low < 0 else high
    rough = (high - low) / wanted or 1
    power = 10 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power >= rough * 0.999)
    first, last = math.floor(low / step), math.ceil(high / step - 1e-9)
    return tuple(round(step * index, 10) for index in range(first, max(last, first + 1) + 1))


def _papers(kind: str, rows: Sequence[Row]) -> list[Paper]:
    is_named_at_the_end = kind != Chart.Kind.BAR
    needs_legend = len(rows) > 1
    margin = min(16 + LETTER * max(len(name) for name, _values in rows), 200) if needs_legend else 16
    legend = 16 + LINE * len(rows) + 8 if needs_legend else 20
    wide_top = 20 if is_named_at_the_end else legend
    return [
        Paper(
            "chart-wide",
            640,
            320 + wide_top,
            44,
            margin if is_named_at_the_end else 8,
            wide_top,
            wide_top == legend > 20,
        ),
        Paper("chart-narrow", 340, 240 + legend, 38, 10, legend, needs_legend),
    ]


def _sheet(paper: Paper, inside: str) -> str:
    box = f"0 0 {paper.width:g} {paper.height:g}"
    return f'<svg class="{paper.name}" viewBox="{box}" aria-hidden="true" focusable="false">{inside}</svg>'


def _lines(paper: Paper, labels: Sequence[str], rows: Sequence[Row]) -> Iterator[str]:
    scale = paper.scale([value for _name, values in rows for value in values if value is not None])
    yield from _ground(paper, scale, labels)
    ends = []
    for index, (name, values) in enumerate(rows):
        points = [(paper.x(at, len(labels)), scale.y(value)) for at, value in enumerate(values) if value is not None]
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        x, y = points[-1]
        ends.append((name, y))
        yield _group(index, f'<path class="chart-line" d="{path}"/>{_dot(x, y)}')
    yield from _names(paper, ends)


def _bars(paper: Paper, labels: Sequence[str], rows: Sequence[Row]) -> Iterator[str]:
    scale = paper.scale([0, *(value for _name, values in rows for value in values if value is not None)])
    yield from _ground(paper, scale, labels)
    room = paper.column(len(labels)) * 0.72
    width = min(room / len(rows), 64)
    for index, (_name, values) in enumerate(rows):
        parts = []
        for at, value in enumerate(values):
            if value is None:
                continue
            x = paper.x(at, len(labels)) + (index - len(rows) / 2) * width
            parts.append(_rectangle(x + 1, scale.y(max(value, 0)), width - 2, abs(scale.y(value) - scale.y(0))))
            if width >= LETTER * len(number(value)):
                parts.append(_text(x + width / 2, scale.y(max(value, 0)) - 6, number(value), "chart-value", "middle"))
        yield _group(index, "".join(parts))
    yield from _names(paper, [(name, 0.0) for name, _values in rows])


def _stacks(paper: Paper, labels: Sequence[str], rows: Sequence[Row]) -> Iterator[str]:
    totals = [sum(values[at] or 0 for _name, values in rows) for at in range(len(labels))]
    scale = paper.scale([0, *totals])
    yield from _ground(paper, scale, labels)
    width = min(paper.column(len(labels)) * 0.66, 64)
    heights = [0.0] * len(labels)
    ends = []
    for index, (name, values) in enumerate(rows):
        parts = []
        for at, value in enumerate(values):
            top = heights[at] + max(value or 0, 0)
            if value:
                y = scale.y(top)
                parts.append(_rectangle(paper.x(at, len(labels)) - width / 2, y, width, scale.y(heights[at]) - y - 1))
            heights[at] = top
        ends.append((name, scale.y(heights[-1] - max(values[-1] or 0, 0) / 2)))
        yield _group(index, "".join(parts))
    for at, total in enumerate(totals):
        yield _text(paper.x(at, len(labels)), scale.y(total) - 6, number(round(total, 4)), "chart-value", "middle")
    yield from _names(paper, ends)


def _ground(paper: Paper, scale: Scale, labels: Sequence[str]) -> Iterator[str]:
    """Grid lines with their figures, the base line, and as many labels as there is room for."""
    for tick in scale.ticks:
        y = scale.y(tick)
        kind = "chart-axis" if tick == 0 or tick == scale.ticks[0] > 0 else "chart-grid"
        ends = f'x1="{paper.left:g}" x2="{paper.width - paper.right:.1f}" y1="{y:.1f}" y2="{y:.1f}"'
        yield f'<line class="{kind}" {ends}/>'
        yield _text(paper.left - 8, y + 4, number(tick), "", "end")
    room = max(1, max(len(label) for label in labels) * LETTER + 8)
    step = math.ceil(room / paper.column(len(labels)))
    for at, label in enumerate(labels):
        if (len(labels) - 1 - at) % step == 0:
            yield _text(paper.x(at, len(labels)), paper.height - 8, label, "", "middle")


def _names(paper: Paper, ends: Sequence[tuple[str, float]]) -> Iterator[str]:
    """Each row's name where its line or its part of the last column ends, or in a legend on top. One row needs none."""
    if len(ends) < 2:
        return
    if paper.has_legend:
        for index, (name, _y) in enumerate(ends):
            line = 14.0 + LINE * index
            yield _group(index, _rectangle(0, line - 9, 10, 10) + _text(16, line, name, "chart-label"))
        return
    for index, y in enumerate(_apart([y for _name, y in ends])):
        yield _group(index, _text(paper.width - paper.right + 8, y + 4, ends[index][0], "chart-label"))


def _apart(heights: Sequence[float]) -> list[float]:
    """The same heights, moved as little as it takes for a line of type between each two."""
    order = sorted(range(len(heights)), key=lambda index: heights[index])
    placed = list(heights)
    for before, after in pairwise(order):
        placed[after] = max(placed[after], placed[before] + LINE)
    return placed


def _group(index: int, inside: str) -> str:
    return f'<g class="series-{index % COLOURS + 1}">{inside}</g>'


def _dot(x: float, y: float) -> str:
    return f'<circle class="chart-dot" cx="{x:.1f}" cy="{y:.1f}" r="4"/>'


def _rectangle(x: float, y: float, width: float, height: float) -> str:
    size = f'width="{max(width, 0):.1f}" height="{max(height, 0):.1f}"'
    return f'<rect class="chart-bar" x="{x:.1f}" y="{y:.1f}" {size}/>'


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    style = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{style}>{escape(words)}</text>'
