"""Where there is no network: a page of ours, and nothing of anybody's in what a browser keeps for it."""

from __future__ import annotations

import json
import re

import pytest
from django.contrib.staticfiles import finders

from tests.people import anonymous, member

pytestmark = pytest.mark.django_db
KEPT = re.compile(r"const KEPT = (\{.*\});")


def kept() -> dict:
    (found,) = KEPT.findall(anonymous().get("/sw.js").content.decode())
    return json.loads(found)


@pytest.mark.parametrize(
    ("query", "words", "tag"),
    [("", "You are offline", '<html lang="en" dir="ltr">'), ("?language=ar", "", '<html lang="ar" dir="rtl">')],
)
def test_page_speaks_the_language_asked_for(query, words, tag):
    html = anonymous().get(f"/offline/{query}").content.decode()
    assert words in html
    assert tag in html


def test_page_is_the_same_for_everybody_and_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        stranger = anonymous().get("/offline/")
    known = member()
    assert known.get("/offline/").content == stranger.content
    assert known.user.email not in stranger.content.decode()
    assert stranger["Cache-Control"] == "public, max-age=3600"


def test_worker_keeps_the_page_in_every_language_and_what_it_is_drawn_with():
    assert kept()["pages"] == {"en": "/offline/", "ar": "/offline/?language=ar", "tr": "/offline/?language=tr"}
    parts = kept()["parts"]
    assert "/static/css/site.css" in parts
    assert "/static/js/site.js" in parts
    assert all(finders.find(part.removeprefix("/static/")) for part in parts)


def test_worker_keeps_no_story():
    everything = [*kept()["pages"].values(), *kept()["parts"]]
    assert all(path.startswith(("/offline/", "/static/")) for path in everything)


def test_worker_is_asked_for_anew_and_may_serve_the_whole_site():
    response = anonymous().get("/sw.js")
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Cache-Control"] == "no-cache"
    assert "Set-Cookie" not in response


def test_what_the_browser_keeps_is_replaced_when_the_page_changes(settings):
    def name() -> str:
        return re.findall(r'NAME = "(offline-[0-9a-f]{12})"', anonymous().get("/sw.js").content.decode())[0]

    before = name()
    assert name() == before
    settings.SITE_TAGLINE = "Another line"
    assert name() != before


@pytest.mark.parametrize(("query", "start", "direction"), [("", "/", "ltr"), ("?language=ar", "/ar/", "rtl")])
def test_manifest_names_icons_that_are_there(query, start, direction):
    response = anonymous().get(f"/manifest.webmanifest{query}")
    told = response.json()
    assert response["Content-Type"] == "application/manifest+json"
    assert (told["start_url"], told["dir"], told["scope"]) == (start, direction, "/")
    assert {icon["sizes"] for icon in told["icons"]} == {"192x192", "512x512"}
    assert all(finders.find(icon["src"].removeprefix("/static/")) for icon in told["icons"])


def test_every_page_names_the_manifest():
    assert '<link rel="manifest" href="/manifest.webmanifest">' in anonymous().get("/").content.decode()
