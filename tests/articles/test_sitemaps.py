"""https://www.sitemaps.org/protocol.html and Google's news sitemap."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from defusedxml import ElementTree
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import publishing, sitemaps
from memberships import clock
from tests.factories.articles import SECRET, author, country, make_article, section, series, topic
from tests.people import anonymous

pytestmark = pytest.mark.django_db
SITE = "http://127.0.0.1:8000"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"


def read(path: str) -> Any:
    response = anonymous().get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    assert SECRET not in response.content.decode()
    return ElementTree.fromstring(response.content)


def addresses(path: str) -> list[str]:
    return [loc.text for loc in read(path).iter(f"{MAP}loc")]


def test_index_names_the_lists_and_every_month():
    make_article(at=datetime(2014, 3, 31, 23, 30, tzinfo=UTC))
    make_article(at=datetime(2016, 12, 5, 9, 0, tzinfo=UTC))
    index = read("/sitemap.xml")
    assert index.tag == f"{MAP}sitemapindex"
    # Half past eleven in the evening of the last of March is April in the newsroom's zone.
    assert [loc.text for loc in index.iter(f"{MAP}loc")] == [
        f"{SITE}/sitemap-lists.xml",
        f"{SITE}/sitemap-2016-12.xml",
        f"{SITE}/sitemap-2014-04.xml",
    ]
    changed = [row.text for row in index.iter(f"{MAP}lastmod")]
    assert changed[0] == "2016-12-05T09:00:00+00:00"


def test_month_names_every_article_with_its_last_change():
    article = make_article("تعرفة & Co", language="ar", at=datetime(2014, 3, 3, tzinfo=UTC))
    at = clock.now()
    publishing.publish(article, None, at)
    (url,) = read("/sitemap-2014-03.xml").iter(f"{MAP}url")
    assert url.findtext(f"{MAP}loc") == f"{SITE}{article.get_absolute_url()}"
    assert datetime.fromisoformat(url.findtext(f"{MAP}lastmod")) == at


def test_every_map_the_index_names_is_there():
    make_article(at=datetime(2014, 3, 3, tzinfo=UTC))
    make_article()
    for address in addresses("/sitemap.xml"):
        assert addresses(address.removeprefix(SITE))


def test_lists_are_all_there():
    rows = [section(), topic(), country(), series(), author()]
    found = addresses("/sitemap-lists.xml")
    for row in rows:
        assert f"{SITE}{row.get_absolute_url()}" in found
    for path in ("/", "/ar/", "/tr/", "/pro/", "/newsletters/", "/events/"):
        assert f"{SITE}{path}" in found


def test_translations_name_each_other():
    english = make_article("Tariffs", at=datetime(2014, 3, 3, tzinfo=UTC))
    arabic = make_article("تعرفة", language="ar", group=english.group, at=datetime(2014, 4, 3, tzinfo=UTC))
    make_article("Alone", at=datetime(2014, 3, 3, tzinfo=UTC))
    wanted = {
        ("ar", f"{SITE}{arabic.get_absolute_url()}"),
        ("en", f"{SITE}{english.get_absolute_url()}"),
    }
    for path in ("/sitemap-2014-03.xml", "/sitemap-2014-04.xml"):
        found = [
            {(link.get("hreflang"), link.get("href")) for link in url.iter(f"{XHTML}link")}
            for url in read(path).iter(f"{MAP}url")
        ]
        assert [links for links in found if links] == [wanted]
    publishing.retract(arabic, "It was wrong.", None, clock.now())
    assert list(read("/sitemap-2014-03.xml").iter(f"{XHTML}link")) == []


def test_month_of_too_many_goes_on_in_another_file(monkeypatch):
    monkeypatch.setattr(sitemaps, "MOST_ADDRESSES", 2)
    made = [make_article(at=datetime(2014, 3, day, tzinfo=UTC)) for day in (1, 2, 3, 4, 5)]
    parts = [address for address in addresses("/sitemap.xml") if "2014" in address]
    assert parts == [f"{SITE}/sitemap-2014-03{part}.xml" for part in ("", "-2", "-3")]
    found = [address for part in parts for address in addresses(part.removeprefix(SITE))]
    assert found == [f"{SITE}{article.get_absolute_url()}" for article in reversed(made)]


@pytest.mark.parametrize("count", [1, 12])
def test_month_asks_the_same_few_questions(count, django_assert_num_queries):
    for number in range(count):
        english = make_article(at=datetime(2014, 3, 3, tzinfo=UTC))
        make_article(f"تعرفة {number}", language="ar", group=english.group)
    browser = anonymous()
    with django_assert_num_queries(2):
        browser.get("/sitemap-2014-03.xml")


def test_index_is_answered_by_an_index_alone():
    """At half a million articles the table is gigabytes; what the sitemaps' index asks stands in one small index."""
    make_article()
    with CaptureQueriesContext(connection) as asked:
        sitemaps.index(clock.now())
    (query,) = asked.captured_queries
    with connection.cursor() as cursor:
        # With one article any way will do; at half a million these would not.
        for way in ("seqscan", "bitmapscan", "sort", "hashagg"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN {query['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Only Scan Backward using article_by_month" in plan or "Index Only Scan using article_by_month" in plan


def test_news_of_two_days_and_no_older():
    at = clock.now()
    article = make_article("Tariffs & <ports>", language="tr", at=at - timedelta(hours=47))
    make_article(at=at - timedelta(hours=49))
    (url,) = read("/news-sitemap.xml").iter(f"{MAP}url")
    assert url.findtext(f"{MAP}loc") == f"{SITE}{article.get_absolute_url()}"
    news = url.find(f"{NEWS}news")
    assert news.findtext(f"{NEWS}publication/{NEWS}name") == "The Corniche"
    assert news.findtext(f"{NEWS}publication/{NEWS}language") == "tr"
    assert news.findtext(f"{NEWS}title") == "Tariffs & <ports>"
    assert datetime.fromisoformat(news.findtext(f"{NEWS}publication_date")) == article.first_published_at


@pytest.mark.parametrize("path", ["/news-sitemap.xml", "/sitemap-2014-03.xml"])
def test_map_may_be_empty(path):
    assert addresses(path) == []


@pytest.mark.parametrize("path", ["/sitemap-2014-13.xml", "/sitemap-2014-3.xml", "/sitemap-٢٠١٤-٠٣.xml"])
def test_month_that_is_none_is_unknown(path):
    assert anonymous().get(path).status_code == 404


def test_what_is_off_the_site_is_off_the_map():
    article = make_article()
    publishing.unpublish(article, None, clock.now())
    make_article(at=clock.now() + timedelta(hours=1))
    assert addresses("/news-sitemap.xml") == []
    assert addresses(f"/sitemap-{article.year}-{article.month:02d}.xml") == []
