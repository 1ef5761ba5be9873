"""A table of figures, each of which leads to its rows; drawn by one template and written by one CSV writer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from articles.templatetags.figures import figure
from memberships.currencies import in_major, money
from memberships.metrics.asking import a_month

_BELOW_NOTHING = re.compile(r"-[\d.,]+")


@dataclass(frozen=True)
class Cell:
    """``plain`` is what stands in a CSV; ``url`` the list whose rows come to it, empty where that is nothing."""

    text: str
    plain: str = ""
    url: str = ""


@dataclass(frozen=True)
class Row:
    label: str
    cells: Sequence[Cell]
    url: str = ""


@dataclass(frozen=True)
class Table:
    """``key`` names it in addresses; ``none`` is said where it has no rows."""

    key: str
    title: str
    heads: Sequence[str]
    rows: list[Row]
    none: str
    total: Row | None = None
    note: str = ""


@dataclass(frozen=True)
class Bar:
    label: str
    x: float
    y: float
    height: float


@dataclass(frozen=True)
class Chart:
    """Bars in a drawing 100 units high, each 10 wide with 4 between them."""

    title: str
    bars: list[Bar]
    first: str
    last: str

    @property
    def width(self) -> int:
        return 14 * len(self.bars)

    @classmethod
    def of(cls, title: str, values: Sequence[tuple[str, int, str]]) -> Chart:
        """Of months, what recurs in each in any unit, and the same in words."""
        most = max([1, *(value for _label, value, _text in values)])
        bars = [
            Bar(f"{label}: {text}", 14 * place + 2, 100 - 100 * max(value, 0) / most, 100 * max(value, 0) / most)
            for place, (label, value, text) in enumerate(values)
        ]
        return cls(title, bars, values[0][0] if values else "", values[-1][0] if len(values) > 1 else "")


@dataclass(frozen=True)
class Section:
    """One currency: nothing of it is ever added to another's."""

    currency: str
    tiles: list[Row]
    chart: Chart
    tables: list[Table] = field(default_factory=list)


def sum_cell(amount: int, currency: str, url: str = "") -> Cell:
    # Keeps the minus before the digits also where the words run from right to left.
    text = _BELOW_NOTHING.sub("\u2066\\g<0>\u2069", money(amount, currency))
    return Cell(text, str(in_major(amount, currency)), url if amount else "")


def monthly_cell(of_a_year: int, currency: str, url: str = "") -> Cell:
    """The figure of a month from the sum of a year, divided here and nowhere before."""
    return sum_cell(a_month(of_a_year), currency, url)


def count_cell(count: int, url: str = "") -> Cell:
    return Cell(figure(count), str(count), url if count else "")


def share_cell(part: int, whole: int, url: str = "") -> Cell:
    """Per cent, to one digit; nothing of nothing is a dash."""
    if not whole:
        return Cell("–", "", url)
    share = f"{100 * part / whole:.1f}"
    return Cell(f"\u2066{share}%\u2069", share, url)


def listed(model: str, **query: Any) -> str:
    """The desk's list of the model's rows, narrowed."""
    return f"{reverse(f'admin:memberships_{model}_changelist')}?{urlencode(query)}"
