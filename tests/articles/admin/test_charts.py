from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from articles.admin.charts import as_table, parse_table
from articles.models import Chart

TABLE = "\t2025\t2026\nStorage\t6.1\t4.9\nGas\t\t−6.7"
FORM = {"title": "Storage beats gas", "slug": "storage", "kind": "line", "unit": "cents", "source": "", "note": ""}


@pytest.mark.parametrize("delimiter", ["\t", ";", ","])
def test_table_is_pasted_from_a_sheet(delimiter):
    labels, rows = parse_table(TABLE.replace("\t", delimiter))
    assert labels == ["2025", "2026"]
    assert rows == [{"name": "Storage", "values": [6.1, 4.9]}, {"name": "Gas", "values": [None, -6.7]}]


def test_table_comes_back_as_it_was_typed():
    labels, rows = parse_table(TABLE)
    assert parse_table(as_table(Chart(labels=labels, rows=rows))) == (labels, rows)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "at least two lines"),
        ("\t2025", "at least two lines"),
        ("x\ny", "1 to 60 labels"),
        ("\ta\nrow\t1\t2", "Line 2 has more figures"),
        ("\ta\nrow\tmany", "“many” is not a figure"),
        ("\ta\nrow\tnan", "“nan” is not a figure"),
        ("\ta\n" + "row\t1\n" * 9, "up to 8 rows"),
    ],
)
def test_table_that_cannot_be_read_is_refused_with_its_line(text, sentence):
    with pytest.raises(ValidationError, match=sentence):
        parse_table(text)


def test_chart_is_made_at_the_desk_and_seen_there(journalist):
    response = journalist.post("/admin/articles/chart/add/", {**FORM, "figures": TABLE})
    chart = Chart.objects.get()
    assert response.status_code == 302
    assert (chart.labels, chart.rows[0]) == (["2025", "2026"], {"name": "Storage", "values": [6.1, 4.9]})
    assert "<svg" in journalist.get(f"/admin/articles/chart/{chart.pk}/change/").content.decode()
    assert "<svg" in journalist.get("/admin/articles/chart/show/storage/").content.decode()
    assert "storage" in journalist.get("/admin/articles/chart/pick/", {"q": "beats"}).content.decode()


def test_parts_below_zero_are_not_stacked(journalist):
    page = journalist.post("/admin/articles/chart/add/", {**FORM, "kind": "stacked", "figures": TABLE}).content.decode()
    assert "cannot be stacked" in page
    assert not Chart.objects.exists()


def test_charts_are_closed_to_support(support):
    assert support.get("/admin/articles/chart/pick/").status_code == 403
