from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from articles import structured_data
from articles.reading import open_article
from memberships import clock
from memberships.access import ANONYMOUS
from tests.factories.articles import make_article, make_event
from tests.people import anonymous

NASTY = '</script><script>alert("1")</script><!-- & \u2028'


def test_nothing_html_knows_is_left_and_the_data_is_the_same():
    script = structured_data.as_script({"headline": NASTY})
    assert not set("<>&") & set(script)
    assert json.loads(script) == {"headline": NASTY}


@pytest.mark.django_db
def test_headline_cannot_break_out_of_the_script():
    html = anonymous().get(make_article(NASTY).get_absolute_url()).content.decode()
    assert "<script>alert(" not in html
    assert html.count("</script>") == html.count("<script")


@pytest.mark.django_db
def test_nothing_of_the_text_is_in_the_data():
    article = make_article()
    data = structured_data.news_article(open_article(article, ANONYMOUS, clock.now()))
    assert "articleBody" not in data
    assert data["datePublished"].endswith("+00:00")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "mode", "location"),
    [
        ("live", "OnlineEventAttendanceMode", "VirtualLocation"),
        ("in_person", "OfflineEventAttendanceMode", "Place"),
    ],
)
def test_event_says_where_and_when_but_not_the_stream(kind, mode, location):
    event = make_event(
        kind=kind,
        place="Beirut",
        starts_at=datetime(2026, 12, 1, 16, 0, tzinfo=UTC),
        stream_url="https://stream.example/room",
    )
    data = structured_data.event(event)
    assert data["eventAttendanceMode"] == f"https://schema.org/{mode}"
    assert data["location"]["@type"] == location
    assert data["startDate"] == "2026-12-01T16:00:00+00:00"
    assert "stream.example" not in json.dumps(data)
