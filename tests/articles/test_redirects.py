"""An address an article once had leads to it for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest

from articles import publishing
from articles.models import Article, Draft, Redirect
from memberships import clock
from tests.factories.articles import make_article
from tests.people import anonymous

pytestmark = pytest.mark.django_db


def move(article: Article, slug: str) -> Article:
    draft = Draft.objects.get(article=article)
    publishing.save(draft, draft.number, {"slug": slug}, None, clock.now())
    return publishing.publish(article, None, clock.now())


def lead(path: str, article: Article) -> None:
    Redirect.objects.create(path=path, article=article)


def assert_leads(path: str, article: Article) -> None:
    response = anonymous().get(path)
    assert (response.status_code, response["Location"]) == (301, article.get_absolute_url())


def test_old_slug_leads_to_the_new_one():
    article = make_article("Tariffs")
    old = article.get_absolute_url()
    moved = move(article, "tariffs-fall")
    assert moved.get_absolute_url() != old
    assert_leads(old, moved)
    assert_leads(f"{old}?utm_source=x", moved)


def test_article_that_moved_twice_is_found_from_both():
    article = make_article("Tariffs")
    first = article.get_absolute_url()
    second = move(article, "two").get_absolute_url()
    third = move(article, "three")
    assert_leads(first, third)
    assert_leads(second, third)


def test_old_slug_in_another_script_leads_too():
    article = make_article("تعرفة", language="ar")
    old = article.get_absolute_url()
    assert_leads(old, move(article, "tariffs"))


@pytest.mark.parametrize("path", ["/2014/03/15/hello-world/", "/2014/03/15/hello-world", "/blog/old.html", "/مقال/"])
def test_address_of_the_old_site_leads_here(path):
    article = make_article()
    lead(path, article)
    assert_leads(path, article)


def test_short_address_leads_here_although_it_looks_like_the_front():
    article = make_article()
    lead("/?p=12", article)
    assert_leads("/?p=12", article)
    assert_leads("/?p=12&preview=true", article)
    assert anonymous().get("/?p=13").status_code == 200
    assert anonymous().get("/?p=x").status_code == 200


def test_living_page_is_not_led_away():
    article = make_article()
    lead("/pro/", article)
    assert anonymous().get("/pro/").status_code == 200


def test_redirect_to_what_nobody_may_see_is_an_unknown_page():
    article = make_article(at=clock.now() + timedelta(hours=1))
    lead("/old/", article)
    assert anonymous().get("/old/").status_code == 404


def test_retracted_article_is_still_found_from_its_old_address():
    article = make_article()
    lead("/old/", article)
    publishing.retract(article, "It was wrong.", None, clock.now())
    assert anonymous().get("/old/", follow=True).status_code == 410


def test_form_sent_to_an_old_address_is_not_led_on():
    lead("/old/", make_article())
    assert anonymous().post("/old/").status_code == 404


def test_living_pages_are_not_made_slower(django_assert_num_queries):
    with django_assert_num_queries(0):
        anonymous().get("/manifest.webmanifest")
