from __future__ import annotations

import zoneinfo
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection

from articles import publishing
from articles.models import Redirect
from articles.publishing import PublishingError
from tests.articles.builders import MINUTE, NOW, draft, news, published, section

pytestmark = pytest.mark.django_db


def test_month_of_the_address_is_the_newsrooms_own():
    """22:30 UTC on the last day of November is December in Beirut."""
    assert published(at=datetime(2026, 11, 30, 22, 30, tzinfo=zoneinfo.ZoneInfo("UTC"))).month == 12


def test_address_stays_when_the_text_is_published_again():
    live = published()
    changed = publishing.save(live.draft, live.draft.number, {"headline": "Tariffs rise after all"}, None, NOW)
    later = NOW + timedelta(days=40)
    again = publishing.publish(changed.article, None, later)
    assert again.get_absolute_url() == live.get_absolute_url()
    assert (again.headline, again.first_published_at, again.updated_at) == ("Tariffs rise after all", NOW, later)


def test_same_headline_twice_in_a_month_gets_a_number():
    slugs = [published().slug, published().slug, published(at=NOW + timedelta(days=40)).slug]
    assert slugs == ["harbour-tariffs-fall", "harbour-tariffs-fall-2", "harbour-tariffs-fall"]


def test_headline_in_another_script_makes_an_address_in_it():
    assert published("مرفأ بيروت يخفض الرسوم", language="ar").slug == "مرفأ-بيروت-يخفض-الرسوم"


def test_long_headline_is_cut_at_a_word():
    slug = published("a" * 50 + " " + "b" * 50).slug
    assert slug == "a" * 50


def test_chosen_address_that_is_taken_is_refused_by_name():
    published("Harbour tariffs fall")
    with pytest.raises(PublishingError) as refusal:
        publishing.publish(draft("Other", slug="harbour-tariffs-fall").article, None, NOW)
    assert refusal.value.messages == [
        "The address “harbour-tariffs-fall” belongs to “Harbour tariffs fall” of the same month. Choose another one."
    ]


def test_changed_address_leads_on_and_back():
    live = published()
    first = live.get_absolute_url()
    changed = publishing.save(live.draft, live.draft.number, {"slug": "tariffs"}, None, NOW)
    moved = publishing.publish(changed.article, None, NOW + MINUTE)
    assert moved.get_absolute_url() == "/articles/2026/11/tariffs/"
    assert list(Redirect.objects.values_list("path", "article")) == [(first, moved.pk)]
    back = publishing.save(changed, changed.number, {"slug": "harbour-tariffs-fall"}, None, NOW)
    assert publishing.publish(back.article, None, NOW + 2 * MINUTE).get_absolute_url() == first
    assert list(Redirect.objects.values_list("path", flat=True)) == ["/articles/2026/11/tariffs/"]


def test_address_that_leads_on_is_not_given_to_another():
    live = published()
    changed = publishing.save(live.draft, live.draft.number, {"slug": "tariffs"}, None, NOW)
    publishing.publish(changed.article, None, NOW)
    assert published("Harbour tariffs fall").slug == "harbour-tariffs-fall-2"


def test_text_published_elsewhere_keeps_its_date():
    live = publishing.publish(draft().article, None, NOW, dated=datetime(2015, 3, 4, tzinfo=zoneinfo.ZoneInfo("UTC")))
    assert (live.year, live.month, live.first_published_at.year, live.updated_at) == (2015, 3, 2015, None)


def test_two_people_publish_the_same_headline_at_once_under_two_addresses(committing):
    texts = [draft(section=section(), format=news()) for _ in range(2)]
    together = Barrier(2)

    def publish(text) -> str:
        together.wait()
        try:
            return publishing.publish(text.article, None, NOW).slug
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(publish, texts)) == ["harbour-tariffs-fall", "harbour-tariffs-fall-2"]
