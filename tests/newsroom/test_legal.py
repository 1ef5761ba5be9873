from __future__ import annotations

from datetime import date

import pytest

from articles import publishing
from articles.models import HouseText
from memberships import clock
from tests.factories.articles import make_article

pytestmark = pytest.mark.django_db
PAGES = ["about", "terms", "privacy", "accessibility", "corrections"]


def house_text(slug: str, language: str = "en", body: str = "<p>We say what we do.</p>") -> HouseText:
    values = {"title": f"{slug} in {language}", "body": body, "updated_on": date(2026, 11, 1)}
    return HouseText.objects.create(slug=slug, language=language, **values)


@pytest.mark.parametrize("slug", PAGES)
def test_house_text_has_its_page(client, slug):
    house_text(slug)
    response = client.get(f"/{slug}/")
    assert response.status_code == 200
    assert "We say what we do." in response.content.decode()


def test_text_stands_in_the_language_asked_for_or_else_in_the_first(client):
    house_text("terms")
    house_text("privacy")
    house_text("terms", "ar")
    assert "terms in ar" in client.get("/terms/?language=ar").content.decode()
    assert "privacy in en" in client.get("/privacy/?language=ar").content.decode()


def test_text_that_was_not_written_is_an_unknown_page(client):
    assert client.get("/terms/").status_code == 404


def test_script_in_a_house_text_dies(client):
    house_text("about", body='<p onclick="x()">We</p><script>alert(1)</script>')
    said = client.get("/about/").content.decode()
    assert "onclick" not in said
    assert "alert(1)" not in said


def test_corrections_page_lists_what_was_corrected(client):
    house_text("corrections")
    article = make_article("Harbour tariffs fall")
    publishing.correct(article, "The tariff fell by three per cent, not by thirty.", None, clock.now())
    said = client.get("/corrections/").content.decode()
    assert "The tariff fell by three per cent, not by thirty." in said
    assert f'href="{article.get_absolute_url()}"' in said


def test_correction_of_an_unpublished_text_is_not_listed(client):
    house_text("corrections")
    article = make_article("Harbour tariffs fall")
    publishing.correct(article, "Not so.", None, clock.now())
    publishing.unpublish(article, None, clock.now())
    assert "Not so." not in client.get("/corrections/").content.decode()
