"""Stories kept for later: by a button alone, for whoever is signed in, and taken off with a way back."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from articles import publishing, saving
from articles.models import Article, SavedArticle
from memberships import clock
from tests.factories.articles import make_article
from tests.people import Browser, anonymous, reader

pytestmark = pytest.mark.django_db


def address(article: Article, act: str = "add") -> str:
    return f"/account/saved/{act}/{article.public_id}/"


def page(browser: Browser, path: str = "/account/saved/") -> str:
    response = browser.get(path)
    assert response.status_code == 200
    return response.content.decode()


def headlines(html: str) -> list[str]:
    return re.findall(r'row-list__what">\s*<a [^>]+>([^<]+)<', html)


def test_story_waits_on_the_list_until_it_is_taken_off():
    browser, article = reader(), make_article("Harbour tariffs fall")
    assert "Nothing saved yet" in page(browser)
    response = browser.post(address(article), follow=True)
    assert "Saved: “Harbour tariffs fall”." in response.content.decode()
    assert headlines(page(browser)) == ["Harbour tariffs fall"]
    browser.post(address(article, "remove"))
    assert headlines(page(browser)) == []


def test_stranger_signs_in_first_and_only_the_button_afterwards_saves():
    article, browser = make_article(), anonymous()
    assert browser.get(address(article))["Location"] == f"/account/login/?next={address(article)}"
    assert browser.post(address(article))["Location"].startswith("/account/login/")
    known = reader()
    html = page(known, address(article))
    assert not SavedArticle.objects.exists()
    assert f'<form method="post" action="{address(article)}">' in html
    known.post(address(article))
    assert saving.is_saved(known.user, article)


def test_page_with_the_button_offers_to_take_off_what_is_saved():
    browser, article = reader(), make_article()
    saving.save(browser.user, article, clock.now())
    assert f'<form method="post" action="{address(article, "remove")}">' in page(browser, address(article))


def test_saving_twice_keeps_the_first_place():
    browser, old, new = reader(), make_article("Old"), make_article("New")
    at = clock.now()
    saving.save(browser.user, old, at - timedelta(days=2))
    saving.save(browser.user, new, at - timedelta(days=1))
    saving.save(browser.user, old, at)
    assert headlines(page(browser)) == ["New", "Old"]


def test_undo_puts_a_story_back_into_its_place():
    browser, old, new = reader(), make_article("Old"), make_article("New")
    at = clock.now()
    saving.save(browser.user, old, at - timedelta(days=2))
    saving.save(browser.user, new, at - timedelta(days=1))
    html = browser.post(address(old, "remove"), follow=True).content.decode()
    assert "“Old” is off your list." in html
    (since,) = re.findall(r'name="since" value="([^"]+)"', html)
    html = browser.post(address(old), {"since": since}, follow=True).content.decode()
    assert headlines(html) == ["New", "Old"]
    assert "is off your list" not in html


@pytest.mark.parametrize("since", ["", "yesterday", "2026-13-45T00:00", "2026-01-01T00:00:00", "2999-01-01T00:00:00Z"])
def test_moment_that_is_none_or_to_come_is_now(since):
    browser, article, before = reader(), make_article(), clock.now()
    browser.post(address(article), {"since": since})
    assert before <= SavedArticle.objects.get().saved_at <= clock.now()


def test_script_is_answered_without_a_page():
    browser, article = reader(), make_article()
    for act in ("add", "remove", "remove"):
        response = browser.post(address(article, act), headers={"accept": "application/json"})
        assert (response.status_code, response.content) == (204, b"")
    assert "Saved: " not in page(browser)


def test_nobody_sees_what_another_person_saved():
    one, other, article = reader(), reader(), make_article()
    one.post(address(article))
    other.post(address(article, "remove"))
    assert headlines(page(other)) == []
    assert len(headlines(page(one))) == 1


def test_retracted_story_says_so_and_an_unpublished_one_is_gone():
    browser, retracted, gone = reader(), make_article("Retracted one"), make_article("Gone one")
    for article in (retracted, gone):
        browser.post(address(article))
    publishing.retract(retracted, "It was wrong.", None, clock.now())
    publishing.unpublish(gone, None, clock.now())
    html = page(browser)
    assert headlines(html) == ["Retracted one"]
    assert "Retracted ·" in " ".join(html.split())
    assert browser.post(address(gone)).status_code == 404


@pytest.mark.parametrize("removed", ["", "nonsense", "00000000-0000-0000-0000-000000000000"])
def test_address_that_names_nothing_removed_shows_the_plain_list(removed):
    assert "is off your list" not in page(reader(), f"/account/saved/?removed={removed}&since=x")


def test_database_keeps_a_story_once_for_each_reader():
    user, article = reader().user, make_article()
    saving.save(user, article, clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedArticle.objects.create(user=user, article=article, saved_at=clock.now())


@pytest.mark.parametrize("count", [1, 20])
def test_list_asks_the_same_few_questions(count, django_assert_num_queries):
    browser = reader()
    for _number in range(count):
        saving.save(browser.user, make_article(kind="memo"), clock.now())
    browser.get("/account/saved/")
    with django_assert_num_queries(6):
        browser.get("/account/saved/")


def test_pages_follow_each_other():
    browser, at = reader(), clock.now()
    for number in range(21):
        saving.save(browser.user, make_article(f"Story {number:02d}"), at + timedelta(seconds=number))
    assert headlines(page(browser, "/account/saved/?page=2")) == ["Story 00"]
