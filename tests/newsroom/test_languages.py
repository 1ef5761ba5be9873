"""On public pages the address decides the language; on private ones the person does."""

from __future__ import annotations

import pytest

from newsroom.languages import language_of
from tests.factories.articles import make_article
from tests.factories.memberships import make_reader
from tests.people import Browser, anonymous

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("address", "language", "direction"),
    [
        ("/", "en", "ltr"),
        ("/ar/", "ar", "rtl"),
        ("/tr/", "tr", "ltr"),
        ("/events/?language=ar", "ar", "rtl"),
        ("/events/?language=klingon", "en", "ltr"),
    ],
)
def test_address_decides_on_public_pages(address, language, direction):
    browser = Browser(make_reader(language="tr"))
    response = browser.get(address, headers={"accept-language": "tr"})
    assert response["Content-Language"] == language
    assert f'<html lang="{language}" dir="{direction}">' in response.content.decode()


@pytest.mark.parametrize("path", ["/account/login/", "/account/signup/"])
def test_browser_decides_on_private_pages_of_strangers(path):
    assert anonymous().get(path, headers={"accept-language": "tr,en;q=0.5"})["Content-Language"] == "tr"
    assert anonymous().get(path, headers={"accept-language": "fi"})["Content-Language"] == "en"


def test_person_decides_on_their_private_pages(rf):
    request = rf.get("/account/profile/", headers={"accept-language": "ar"})
    request.user = make_reader(language="tr")
    assert language_of(request) == "tr"


def test_language_does_not_outlive_the_request():
    browser = anonymous()
    browser.get("/ar/")
    assert browser.get("/")["Content-Language"] == "en"


def test_pages_lead_to_pages_that_speak_as_they_do():
    html = anonymous().get("/ar/").content.decode()
    for path in ("/search/", "/pro/", "/pro/memos/", "/newsletters/", "/events/", "/terms/", "/feed.rss"):
        assert f'href="{path}?language=ar"' in html, path
        assert f'href="{path}"' not in html, path
    assert '<a class="wordmark" href="/ar/">' in html
    assert 'href="/search/"' in anonymous().get("/").content.decode()


def test_wall_of_an_arabic_memo_leads_to_the_arabic_offer():
    article = make_article("مذكرة", kind="memo", language="ar")
    html = anonymous().get(article.get_absolute_url()).content.decode()
    start = html.partition('class="wall')[2].partition('href="')[2].partition('"')[0]
    assert start.startswith("/pro/?next=%2Farticles%2F")
    assert start.endswith("&amp;language=ar")


def test_language_without_memos_of_its_own_shows_those_of_the_first():
    make_article("What Duqm is worth", kind="memo")
    browser = anonymous()
    assert "What Duqm is worth" in browser.get("/pro/memos/?language=ar").content.decode()
    make_article("مذكرة", kind="memo", language="ar")
    html = browser.get("/pro/memos/?language=ar").content.decode()
    assert "مذكرة</a>" in html
    assert "What Duqm is worth" not in html
