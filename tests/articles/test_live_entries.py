"""A running story: entries with anchors, what search engines are told, and whether it has gone on."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles import publishing
from articles.body_schema import clean
from articles.live_entries import entries_of
from articles.models import Article
from articles.rendering import render
from memberships import clock
from tests.articles.builders import pro
from tests.factories.articles import BREAK, SECRET, make_article
from tests.people import anonymous, member

TEXT = (
    "<p>What is known.</p><h2>15.40 · Mersin <strong>closes</strong> &amp; waits</h2><p>Cranes stopped.</p>"
    "<p>Three ships left.</p><h2>9:05 – الميناء مغلق</h2><p>At dawn.</p><h2>The forecast</h2><p>Rain.</p>"
)


def test_headings_with_a_time_begin_entries():
    first, second = entries_of(TEXT)
    assert (first.time, first.headline, first.text) == (
        "15.40",
        "Mersin closes & waits",
        "Cranes stopped.\nThree ships left.",
    )
    assert first.anchor == "t1540-mersin-closes-waits"
    assert (second.time, second.headline) == ("9:05", "الميناء مغلق")
    assert second.text == "At dawn.\nThe forecast\nRain."


@pytest.mark.django_db
def test_entry_can_be_linked_to_and_other_headings_stay_as_they_are():
    html = render(TEXT)
    for entry in entries_of(TEXT):
        assert f'<h2 id="{entry.anchor}" class="timed"><a class="timed__time" href="#{entry.anchor}">' in html
    assert "</a> Mersin closes &amp; waits</h2>" in html
    assert "<h2>The forecast</h2>" in html


@given(st.text(max_size=60))
def test_no_heading_breaks_it(heading):
    for entry in entries_of(clean(f"<h2>{heading}</h2><p>x</p>")):
        assert entry.headline
        assert not set(entry.anchor) & set("\"'<>& \n")


@pytest.fixture
def running() -> Article:
    return make_article("Storm shuts ports", kind="live", body=f"{TEXT}{BREAK}<h2>07.15 · {SECRET}</h2><p>{SECRET}</p>")


@pytest.mark.django_db
def test_page_lists_its_entries_and_tells_search_engines(running):
    page = anonymous().get(running.get_absolute_url()).content.decode()
    assert page.count('href="#t1540-mersin-closes-waits"') == 2
    (script,) = (json.loads(each) for each in _scripts(page) if "liveBlogUpdate" in each)
    assert script["@type"] == ["NewsArticle", "LiveBlogPosting"]
    assert script["liveBlogUpdate"][0]["url"].endswith("#t1540-mersin-closes-waits")
    assert script["coverageStartTime"] == script["datePublished"]


@pytest.mark.django_db
def test_entries_below_the_break_are_told_to_nobody_who_may_not_read_them(running):
    Article.objects.filter(pk=running.pk).update(access="product", product=pro())
    running.refresh_from_db()
    opening, rest = running.opening_html, f"<h2>07.15 · {SECRET}</h2><p>{SECRET}</p>"
    Article.objects.filter(pk=running.pk).update(opening_html=opening.replace(rest, ""), paid_html=rest)
    assert SECRET not in anonymous().get(running.get_absolute_url()).content.decode()
    assert member().get(running.get_absolute_url()).content.decode().count(SECRET) > 2


@pytest.mark.django_db
def test_it_says_whether_it_has_gone_on(running):
    address = f"{running.get_absolute_url()}last-change.json"
    before = anonymous().get(address).json()["changed_at"]
    assert f'data-live="{address}"' in anonymous().get(running.get_absolute_url()).content.decode()
    publishing.save(running.draft, running.draft.number, {"body": f"<h2>16.10 · More</h2>{TEXT}"}, None, clock.now())
    publishing.publish(running, None, clock.now())
    assert anonymous().get(address).json()["changed_at"] > before
    assert anonymous().get("/articles/2026/01/nothing/last-change.json").status_code == 404


def _scripts(page: str) -> list[str]:
    return re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
