"""What was made for one person is kept by nobody; what is for everybody may be."""

from __future__ import annotations

import pytest

from tests.factories.articles import make_article
from tests.people import anonymous, reader

pytestmark = pytest.mark.django_db
PAGES = ["/", "/pro/", "/events/", "/search/?q=harbour", "/newsletters/"]


@pytest.mark.parametrize("path", PAGES)
def test_page_for_somebody_known_is_kept_nowhere(path):
    assert reader().get(path)["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", PAGES)
def test_page_for_anybody_is_asked_for_anew(path):
    assert anonymous().get(path)["Cache-Control"] == "no-cache"


def test_errors_are_kept_nowhere():
    assert anonymous().get("/nothing/")["Cache-Control"] == "private, no-store"
    assert anonymous().post("/pro/teams/", {})["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/feed.rss", "/sitemap.xml", "/news-sitemap.xml", "/robots.txt"])
def test_machines_may_keep_what_is_the_same_for_all_and_ask_whether_it_changed(path):
    make_article()
    browser = reader()
    response = browser.get(path)
    assert response["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in response
    assert "Cookie" not in response.get("Vary", "")
    again = browser.get(path, headers={"if-none-match": response["ETag"]})
    assert again.status_code == 304
    make_article()
    if path != "/robots.txt":
        assert browser.get(path, headers={"if-none-match": response["ETag"]}).status_code == 200
