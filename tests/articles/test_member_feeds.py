"""Feeds with whole texts: as much as their reader may read at that moment, without a session, kept by no cache."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from defusedxml import ElementTree

from articles.models import Article, Chart
from articles.reading import open_all, open_article
from memberships import clock, feed_tokens
from memberships.models import User
from memberships.readers import reader_for
from newsroom.logs import redact
from tests.articles.builders import picture
from tests.factories.articles import BREAK, OPENING, SECRET, author, make_article, topic
from tests.factories.memberships import make_member, make_reader
from tests.people import Browser, anonymous, member

pytestmark = pytest.mark.django_db
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
ATOM = "{http://www.w3.org/2005/Atom}"
FORMS = ["rss", "atom", "json"]


def token_of(user: User) -> str:
    return feed_tokens.issue(user, "Reader", clock.now())[1]


def text_in(body: bytes, form: str) -> str:
    """The text of the one item of a feed."""
    if form == "json":
        (item,) = json.loads(body)["items"]
        return item["content_html"]
    if form == "atom":
        (content,) = ElementTree.fromstring(body).iter(f"{ATOM}content")
        assert content.get("type") == "html"
        return content.text
    (content,) = ElementTree.fromstring(body).iter(f"{CONTENT}encoded")
    return content.text


def read(token: str, form: str = "json", where: str = "") -> str:
    response = anonymous().get(f"/feeds/{token}/{where}feed.{form}")
    assert response.status_code == 200
    return text_in(response.content, form)


@pytest.mark.parametrize("form", FORMS)
def test_member_has_the_whole_text(form):
    make_article(kind="memo")
    text = read(token_of(make_member()), form)
    assert OPENING in text
    assert SECRET in text


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("person", [make_reader, lambda: make_member(days=-1)])
def test_reader_who_may_not_has_the_opening_and_the_way_on(person, form):
    memo = make_article(kind="memo")
    text = read(token_of(person()), form)
    assert OPENING in text
    assert SECRET not in text
    assert f'<a href="http://127.0.0.1:8000{memo.get_absolute_url()}">Read on at The Corniche</a>' in text


def test_address_shows_openings_from_the_day_the_membership_ends():
    make_article(kind="memo")
    token = token_of(make_member(days=2))
    assert SECRET in read(token)
    with time_machine.travel(clock.now() + timedelta(days=3)):
        assert SECRET not in read(token)


def test_session_opens_nothing_here_and_none_is_begun():
    make_article(kind="memo")
    token = token_of(make_reader())
    response = member().get(f"/feeds/{token}/feed.json")
    assert SECRET not in response.content.decode()
    response = anonymous().get(f"/feeds/{token}/feed.json")
    assert response.cookies == {}
    assert response["Cache-Control"] == "private, no-store"
    assert "Link" not in response


def test_revoked_address_is_gone():
    make_article()
    user, at = make_member(), clock.now()
    row, token = feed_tokens.issue(user, "Reader", at)
    feed_tokens.revoke(user, row.pk, at)
    response = anonymous().get(f"/feeds/{token}/feed.rss")
    assert response.status_code == 410
    assert OPENING not in response.content.decode()


def test_closed_account_closes_its_addresses():
    user = make_member()
    token = token_of(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert anonymous().get(f"/feeds/{token}/feed.rss").status_code == 410


@pytest.mark.parametrize("path", ["/feeds/{}x/feed.rss", "/feeds/{}/feed.xml", "/feeds/{}/topics/none/feed.rss"])
def test_what_is_no_address_is_unknown(path):
    assert anonymous().get(path.format(token_of(make_member()))).status_code == 404


@pytest.mark.parametrize("where", ["sections/politics/", "topics/ports/", "authors/rima-daouk/", "pro/memos/"])
def test_every_list_has_one(where):
    make_article("A memo", kind="memo", topics=[topic()])
    token = token_of(make_member())
    response = anonymous().get(f"/feeds/{token}/{where}feed.json")
    feed = json.loads(response.content)
    assert feed["feed_url"] == f"http://127.0.0.1:8000/feeds/{token}/{where}feed.json"
    assert feed["home_page_url"] == f"http://127.0.0.1:8000/{where}"
    assert SECRET in feed["items"][0]["content_html"]


def test_text_is_fit_for_a_feed_reader():
    shown = picture("A harbour at dusk.")
    rows = [{"name": "Tyre", "values": [7]}]
    Chart.objects.create(slug="calls", title="Calls fall", kind="bar", labels=["2024"], rows=rows)
    blocks = [
        '<p>See <a href="/topics/ports/">ports</a>.</p>',
        f'<figure class="wide" data-picture="{shown.public_id}"></figure><figure data-chart="calls"></figure>',
        f'<table><tbody><tr><td colspan="2">x</td></tr></tbody></table>{BREAK}<p>End.</p>',
    ]
    make_article(body="".join(blocks))
    text = read(token_of(make_reader()))
    assert '<a href="http://127.0.0.1:8000/topics/ports/">' in text
    image = f'<img src="http://127.0.0.1:8000{shown.file.url}" alt="A harbour at dusk."'
    assert f'{image} width="1500" height="1000">' in text
    assert "<strong>Calls fall</strong>" in text
    assert "<td>7</td>" in text
    assert "End." in text
    for unwanted in ("<svg", "class=", "data-", "<script"):
        assert unwanted not in text


def test_feed_that_has_not_changed_is_not_sent_again():
    make_article()
    token = token_of(make_member())
    first = anonymous().get(f"/feeds/{token}/feed.rss")
    assert anonymous().get(f"/feeds/{token}/feed.rss", headers={"if-none-match": first["ETag"]}).status_code == 304


def test_token_is_kept_out_of_the_logs():
    token = token_of(make_member())
    assert token not in str(redact(None, "", {"event": "request", "request": f"GET /feeds/{token}/feed.rss"}))


@pytest.mark.parametrize("count", [1, 12])
def test_feed_asks_the_same_few_questions(count, django_assert_num_queries):
    for number in range(count):
        shown = picture()
        make_article(
            kind="memo",
            body=f'<p>{OPENING}</p>{BREAK}<p>{SECRET}</p><figure data-picture="{shown.public_id}"></figure>',
            bylines=[(author(f"Author {number}"), "")],
        )
    token, browser = token_of(make_member()), Browser()
    browser.get(f"/feeds/{token}/feed.rss")
    # Token, articles, bylines, authors, what is held, paid texts, pictures.
    with django_assert_num_queries(6):
        browser.get(f"/feeds/{token}/feed.rss")


@pytest.mark.parametrize("person", [make_reader, make_member, lambda: make_member(days=-1)])
def test_list_is_opened_as_each_of_its_texts_would_be(person):
    """Also where some are open and others are not: one query for all must not open more than one by one."""
    make_article("Free")
    make_article("Closed", kind="memo")
    make_article("To come", kind="memo", at=clock.now() + timedelta(hours=1))
    at = clock.now()
    reader, articles = reader_for(person(), at), list(Article.objects.order_by("pk"))
    assert open_all(articles, reader, at) == [open_article(article, reader, at) for article in articles]
