"""What is personal arrives by one private request; the page itself is the same for everybody."""

from __future__ import annotations

import re

import pytest

from articles import following, history, saving
from memberships import clock
from tests.factories.articles import author, make_article, series, topic
from tests.factories.memberships import make_member, make_reader
from tests.factories.newsletters import make_newsletter
from tests.people import Browser, anonymous, reader

pytestmark = pytest.mark.django_db
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')


def test_stranger_is_told_nothing_and_costs_no_query(django_assert_num_queries):
    browser = anonymous()
    browser.get("/account/here.json")
    with django_assert_num_queries(0):
        response = browser.get("/account/here.json", {"key": ["topic:ports", "story:x"]})
    assert response.json() == {"is_known": False}
    assert "Set-Cookie" not in response
    assert not response.cookies


def test_answer_is_kept_by_nobody():
    for browser in (anonymous(), reader()):
        assert browser.get("/account/here.json")["Cache-Control"] == "private, no-store"


def test_somebody_known_is_told_who_they_are_and_what_is_on():
    user = make_member("Clara Whitcombe")
    article, other = make_article(), make_article()
    saving.save(user, article, clock.now())
    following.follow(user, topic("موانئ", slug="موانئ"), clock.now())
    history.begin(user, clock.now())
    keys = [f"story:{article.public_id}", f"story:{other.public_id}", "topic:موانئ", "author:rima-daouk"]
    told = Browser(user).get("/account/here.json", {"key": keys}).json()
    token = told.pop("token")
    assert told == {
        "is_known": True,
        "name": "Clara",
        "email": user.email,
        "is_staff": False,
        "has_pro": True,
        "keeps_history": True,
        "on": [f"story:{article.public_id}", "topic:موانئ"],
    }
    assert token


def test_token_opens_the_forms_of_a_page_that_carries_none():
    user, article = make_reader(), make_article()
    browser = Browser(user)
    browser.handler.enforce_csrf_checks = True
    path = f"/account/saved/add/{article.public_id}/"
    assert browser.post(path).status_code == 403
    token = browser.get("/account/here.json").json()["token"]
    answer = browser.post(path, headers={"x-csrftoken": token, "accept": "application/json"})
    assert answer.status_code == 204
    assert saving.is_saved(user, article)


@pytest.mark.parametrize("key", ["", "story:", "story:nobody", "topic:", ":", "nothing:at-all", "topic:x" * 500])
def test_key_that_is_none_is_off(key):
    assert reader().get("/account/here.json", {"key": key}).json()["on"] == []


@pytest.mark.parametrize("count", [1, 50])
def test_it_asks_the_same_few_questions(count, django_assert_num_queries):
    browser = reader()
    articles = [make_article() for _number in range(2)]
    for article in articles:
        saving.save(browser.user, article, clock.now())
    keys = [f"story:{article.public_id}" for article in articles] + [f"topic:{number}" for number in range(count)]
    browser.get("/account/here.json")
    with django_assert_num_queries(6):
        browser.get("/account/here.json", {"key": keys})


@pytest.mark.parametrize("path", ["article", "series", "author"])
def test_page_is_the_same_whoever_reads_it_and_whatever_they_keep(path):
    make_newsletter()
    article = make_article(series=series(), topics=[topic()])
    addresses = {"article": article, "series": series(), "author": author()}
    one, other = reader(), Browser(make_reader("Tomás Ferreira"))
    saving.save(one.user, article, clock.now())
    following.follow(one.user, series(), clock.now())
    history.begin(one.user, clock.now())
    pages = [TOKEN.sub("", person.get(addresses[path].get_absolute_url()).content.decode()) for person in (one, other)]
    assert pages[0] == pages[1]
    assert one.user.email not in pages[0]
    assert "Tomás" not in pages[1]


def test_page_offers_to_save_and_follow_without_a_script():
    article = make_article("Harbour tariffs fall", series=series())
    html = anonymous().get(article.get_absolute_url()).content.decode()
    for path in (
        f"saved/add/{article.public_id}",
        "following/add/series/lebanon-pulse",
        "following/add/author/rima-daouk",
    ):
        assert f'href="/account/{path}/" rel="nofollow"' in html
    assert 'href="mailto:?subject=Harbour%20tariffs%20fall&amp;body=http%3A%2F%2F127.0.0.1%3A8000%2Farticles%2F' in html
    assert "csrfmiddlewaretoken" not in html.partition('class="article__tools"')[2].partition('class="prose')[0]
