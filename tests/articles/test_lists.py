"""Lists of what is filed together."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from memberships import clock
from tests.articles.builders import picture
from tests.factories.articles import SECRET, author, country, make_article, section, series, topic
from tests.people import anonymous

pytestmark = pytest.mark.django_db
KINDS = ["sections", "topics", "countries", "series", "authors"]


def filed(kind: str, headline: str = "", **content: Any):
    """An article under Politics, Ports, Lebanon, Lebanon Pulse and Rima Daouk, and the address of the list."""
    rows = {
        "sections": ("section", section(), section()),
        "topics": ("topics", [topic(), topic("Water")], topic()),
        "countries": ("country", country(), country()),
        "series": ("series", series(), series()),
        "authors": ("bylines", [(author("Noor"), ""), (author(), "")], author()),
    }
    name, value, row = rows[kind]
    make_article(headline, **{name: value, **content})
    return row.get_absolute_url()


def page(path: str) -> str:
    response = anonymous().get(path)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("kind", KINDS)
def test_list_shows_what_is_filed_there_and_nothing_else(kind):
    path = filed(kind, "Filed here")
    make_article("Filed elsewhere", section=section("Business"), bylines=[(author("Somebody"), "")])
    html = page(path)
    assert path.startswith(f"/{kind}/")
    assert html.count("Filed here</a>") == 1
    assert "Filed elsewhere" not in html
    assert SECRET not in html


@pytest.mark.parametrize("kind", KINDS)
def test_list_leads_to_its_feed(kind):
    path = filed(kind)
    assert f'href="{path}feed.rss"' in page(path)


@pytest.mark.parametrize("kind", ["sections", "topics", "countries", "series"])
def test_list_is_in_one_language_at_a_time(kind):
    path = filed(kind, "Tariffs fall")
    filed(kind, "تعرفة", language="ar")
    arabic = page(f"{path}?language=ar")
    assert "Tariffs fall" not in arabic
    assert "تعرفة" in arabic
    assert '<html lang="ar" dir="rtl">' in arabic
    assert f'href="{path}feed.rss?language=ar"' in arabic
    assert f'<link rel="canonical" href="http://127.0.0.1:8000{path}?language=ar">' in arabic
    assert "تعرفة" not in page(path)


def test_author_has_all_their_stories_whatever_the_language():
    path = filed("authors", "Tariffs fall")
    filed("authors", "تعرفة", language="ar")
    html = page(path)
    assert "Tariffs fall" in html
    assert "تعرفة" in html


def test_author_page_shows_who_it_is():
    author(role="Gulf correspondent", city="Doha", email="rima@corniche.example", portrait=picture("Rima Daouk"))
    html = page("/authors/rima-daouk/")
    for words in ("Gulf correspondent", "Doha", 'href="mailto:rima@corniche.example"', 'alt="Rima Daouk"'):
        assert words in html


def test_list_with_nothing_on_it_says_so():
    topic()
    assert "Nothing here yet" in page("/topics/ports/")


def test_list_of_nothing_known_is_an_unknown_page():
    assert anonymous().get("/topics/no-such/").status_code == 404


def test_slug_in_another_script_is_found():
    row = topic("موانئ", slug="موانئ")
    make_article("Tariffs", topics=[row])
    assert "Tariffs" in page(row.get_absolute_url())


def test_pages_follow_each_other_without_gap_or_doubles():
    at = clock.now()
    for number in range(23):
        make_article(f"Story {number:02d}", at=at - timedelta(hours=number + 1))
    first, second = page("/sections/politics/"), page("/sections/politics/?page=2")
    shown = [[n for n in range(23) if f"Story {n:02d}</a>" in html] for html in (first, second)]
    assert shown == [list(range(20)), [20, 21, 22]]
    assert 'rel="next" href="?page=2"' in first
    assert '<link rel="canonical" href="http://127.0.0.1:8000/sections/politics/?page=2">' in second


def test_pages_keep_their_language():
    at = clock.now()
    for number in range(21):
        make_article(language="ar", at=at - timedelta(hours=number + 1))
    assert 'rel="next" href="?language=ar&amp;page=2"' in page("/sections/politics/?language=ar")


@pytest.mark.parametrize("number", ["0", "-1", "99", "many", "1e9", "٣"])
def test_page_that_is_none_is_the_nearest_one(number):
    make_article("Tariffs fall")
    assert "Tariffs fall" in page(f"/sections/politics/?page={number}")


@pytest.mark.parametrize("count", [1, 20])
def test_list_asks_the_same_few_questions(count, django_assert_num_queries):
    for number in range(count):
        make_article(bylines=[(author(f"Author {number}"), "")], lead_picture=picture(), series=series())
    browser = anonymous()
    with django_assert_num_queries(7):
        browser.get("/sections/politics/")
