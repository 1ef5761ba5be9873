"""The reading history: off until it is switched on, written by no GET, gone when it is cleared or a year old."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection

from articles import history, tasks
from articles.models import Article, HistoryEntry
from memberships import clock
from memberships.models import User
from tests.factories.articles import make_article
from tests.factories.memberships import make_reader
from tests.people import Browser, anonymous, reader

pytestmark = pytest.mark.django_db


def keeper() -> Browser:
    """Somebody who has switched their history on."""
    browser = reader()
    history.begin(browser.user, clock.now())
    return browser


def read(browser: Browser, article: Article, furthest: str = "40"):
    return browser.post(f"/account/history/read/{article.public_id}/", {"furthest": furthest})


def page(browser: Browser) -> str:
    return browser.get("/account/history/").content.decode()


def test_history_is_off_until_somebody_switches_it_on():
    browser, article = reader(), make_article("Harbour tariffs fall")
    assert "It is off: nothing is kept of what you read." in page(browser)
    assert read(browser, article).status_code == 204
    assert not HistoryEntry.objects.exists()
    assert "It is on since" in browser.post("/account/history/keep/", {"keep": "yes"}, follow=True).content.decode()
    read(browser, article)
    assert "Harbour tariffs fall" in page(browser)


def test_switched_off_writes_nothing_and_keeps_what_is_there():
    browser, before, after = keeper(), make_article("Before"), make_article("After")
    read(browser, before)
    browser.post("/account/history/keep/", {"keep": "no"})
    read(browser, after)
    html = page(browser)
    assert "Before" in html
    assert "After" not in html


@pytest.mark.parametrize("keep", ["", "maybe", "YES"])
def test_switch_that_is_neither_stays_as_it_is(keep):
    browser = reader()
    browser.post("/account/history/keep/", {"keep": keep})
    assert User.objects.get(pk=browser.user.pk).history_since is None


def test_opening_a_story_writes_nothing():
    browser, article = keeper(), make_article()
    browser.get(article.get_absolute_url())
    browser.get("/account/here.json")
    assert not HistoryEntry.objects.exists()


def test_stranger_leaves_no_trace():
    assert read(anonymous(), make_article()).status_code == 302
    assert not HistoryEntry.objects.exists()


def test_story_stands_once_with_the_last_time_and_the_furthest_place():
    user, article, at = keeper().user, make_article(), clock.now()
    for hours, furthest in enumerate((30, 80, 50)):
        history.record(user, article, furthest, at + timedelta(hours=hours))
    entry = HistoryEntry.objects.get()
    assert (entry.last_read_at, entry.furthest) == (at + timedelta(hours=2), 80)


@pytest.mark.parametrize(
    ("said", "kept"), [("", 0), ("all", 0), ("-5", 0), ("55", 55), ("100", 100), ("1e9", 0), ("900", 100)]
)
def test_place_in_the_text_is_between_nothing_and_all(said, kept):
    read(keeper(), make_article(), said)
    assert HistoryEntry.objects.get().furthest == kept


def test_one_story_can_be_taken_off():
    browser, kept, removed = keeper(), make_article("Kept"), make_article("Removed")
    read(browser, kept)
    read(browser, removed)
    browser.post(f"/account/history/remove/{removed.public_id}/")
    assert [entry.article.headline for entry in HistoryEntry.objects.all()] == ["Kept"]


def test_clearing_asks_first_and_deletes_one_s_own_alone():
    browser, other, article = keeper(), keeper(), make_article()
    read(browser, article)
    read(other, article)
    assert "cannot be brought back" in browser.get("/account/history/clear/").content.decode()
    assert HistoryEntry.objects.count() == 2
    browser.post("/account/history/clear/")
    assert [entry.user for entry in HistoryEntry.objects.all()] == [other.user]
    assert User.objects.get(pk=browser.user.pk).history_since is not None


def test_what_is_a_year_old_is_forgotten():
    user, at = keeper().user, clock.now()
    old, recent = make_article("Old"), make_article("Recent")
    history.record(user, old, 10, at - history.KEPT_FOR - timedelta(minutes=1))
    history.record(user, recent, 10, at - history.KEPT_FOR + timedelta(days=1))
    assert tasks.forget_old_reading() == 1
    assert tasks.forget_old_reading() == 0
    assert [entry.article for entry in HistoryEntry.objects.all()] == [recent]


@pytest.mark.usefixtures("committing")
def test_many_windows_on_one_story_make_one_line():
    user, article, at = make_reader(), make_article(), clock.now()
    history.begin(user, at)

    def note(furthest: int) -> None:
        history.record(user, article, furthest, at)
        connection.close()

    windows = [Thread(target=note, args=[furthest]) for furthest in range(10, 100, 15)]
    for window in windows:
        window.start()
    for window in windows:
        window.join()
    assert HistoryEntry.objects.get().furthest == 85


@pytest.mark.parametrize("count", [1, 20])
def test_page_asks_the_same_few_questions(count, django_assert_num_queries):
    browser = keeper()
    for _number in range(count):
        history.record(browser.user, make_article(), 10, clock.now())
    browser.get("/account/history/")
    with django_assert_num_queries(6):
        browser.get("/account/history/")
