from __future__ import annotations

import re

import pytest
from defusedxml import ElementTree

from articles.media.charts import chart_view
from articles.media.drawing import number, round_ticks
from articles.models import Chart

YEARS = ["2021", "2022", "2023"]
ROWS = [{"name": "Storage", "values": [14.8, 11.2, 4.9]}, {"name": "Gas & oil", "values": [6.2, 7.1, 6.7]}]


def chart(kind: str = "line", **fields) -> Chart:
    return Chart(
        slug="c", title="Storage beats gas", kind=kind, **{"unit": "cents", "labels": YEARS, "rows": ROWS, **fields}
    )


@pytest.mark.parametrize("kind", Chart.Kind.values)
def test_every_kind_is_drawn_wide_and_narrow_without_styles(kind):
    svg = chart_view(chart(kind)).svg
    drawings = ElementTree.fromstring(f"<x>{svg}</x>")
    assert [drawing.get("class") for drawing in drawings] == ["chart-wide", "chart-narrow"]
    assert not re.search(r"style=|<script|on\w+=", svg)
    assert {"series-1", "series-2"} <= {element.get("class") for element in drawings.iter()}


@pytest.mark.parametrize("kind", Chart.Kind.values)
def test_everything_stays_on_the_paper(kind):
    rows = [{"name": "A rather long name of a row", "values": [-3, None, 1200]}] * 3 if kind != "stacked" else ROWS * 2
    for drawing in ElementTree.fromstring(f"<x>{chart_view(chart(kind, rows=rows)).svg}</x>"):
        _x, _y, width, height = map(float, drawing.get("viewBox").split())
        for element in drawing.iter():
            for name, most in (("x", width), ("cx", width), ("y", height), ("cy", height)):
                assert 0 <= float(element.get(name, 0)) <= most


def test_the_same_figures_stand_in_a_table():
    view = chart_view(chart(rows=[*ROWS, {"name": "Short", "values": [1]}], source="Tenders", note="Median."))
    assert view.columns == ["cents", *YEARS]
    assert view.rows == [
        ["Storage", "14.8", "11.2", "4.9"],
        ["Gas & oil", "6.2", "7.1", "6.7"],
        ["Short", "1", "–", "–"],
    ]
    assert view.source == "Tenders · Median."


def test_its_point_is_said_in_words():
    expected = "Storage beats gas. Storage: 14.8 (2021) to 4.9 (2023); Gas & oil: 6.2 (2021) to 6.7 (2023)"
    assert chart_view(chart()).alt == expected


def test_names_cannot_carry_markup():
    view = chart_view(chart(labels=["<script>"], rows=[{"name": "</text><script>", "values": [1]}, ROWS[0]]))
    assert "<script" not in view.svg


@pytest.mark.parametrize("rows", [[], [{"name": "x", "values": []}], [{"name": "x", "values": ["a", None]}], [{}]])
def test_nothing_is_drawn_of_nothing(rows):
    assert chart_view(chart(rows=rows)).svg == ""


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 10, (0, 2.5, 5, 7.5, 10)),
        (4.9, 14.8, (0, 5, 10, 15)),
        (96, 101, (95, 96, 97, 98, 99, 100, 101)),
        (-3, 5, (-4, -2, 0, 2, 4, 6)),
        (0, 0, (0, 1)),
        (7, 7, (0, 2, 4, 6, 8)),
    ],
)
def test_axis_has_round_steps(low, high, ticks):
    found = round_ticks(low, high)
    assert found[0] <= low <= high <= found[-1]
    assert len(found) <= 8
    if low != 96:
        assert found == ticks


@pytest.mark.parametrize(
    ("value", "text"), [(3, "3"), (3.10, "3.1"), (0.125, "0.125"), (12500, "12,500"), (1900, "1900"), (-2.5, "-2.5")]
)
def test_figures_have_no_digits_to_spare(value, text):
    assert number(value) == text
