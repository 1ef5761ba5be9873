"""oEmbed (https://oembed.com/), and the card it puts into other pages."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest
from defusedxml import ElementTree

from articles import publishing
from articles.models import Article
from memberships import clock
from tests.articles.builders import picture
from tests.factories.articles import OPENING, SECRET, make_article
from tests.people import anonymous, member

pytestmark = pytest.mark.django_db
SITE = "http://127.0.0.1:8000"


def whole(article: Article) -> str:
    return f"{SITE}{article.get_absolute_url()}"


def asked(address: str, **more: object) -> Any:
    return anonymous().get("/oembed/", {"url": address, **more})


def test_answer_has_what_the_specification_asks_for():
    article = make_article("Tariffs & <ports>", lead_picture=picture())
    response = asked(whole(article))
    assert response["Content-Type"] == "application/json; charset=utf-8"
    assert response["Access-Control-Allow-Origin"] == "*"
    said = json.loads(response.content)
    assert (said["version"], said["type"], said["title"]) == ("1.0", "rich", "Tariffs & <ports>")
    assert (said["provider_name"], said["provider_url"]) == ("The Corniche", SITE)
    assert said["author_name"] == "Rima Daouk"
    assert (said["width"], said["height"]) == (600, 480)
    assert f'src="{SITE}/embed/{article.public_id}/"' in said["html"]
    assert "<ports>" not in said["html"]
    assert (said["thumbnail_width"], said["thumbnail_height"]) == (1200, 630)


def test_xml_says_the_same():
    address = whole(make_article("Tariffs & <ports>"))
    response = asked(address, format="xml")
    assert response["Content-Type"] == "text/xml; charset=utf-8"
    oembed = ElementTree.fromstring(response.content)
    assert oembed.tag == "oembed"
    assert {part.tag: part.text for part in oembed} == {
        name: str(value) for name, value in json.loads(asked(address).content).items()
    }


def test_article_leads_to_both():
    html = anonymous().get(make_article().get_absolute_url()).content.decode()
    found = dict(re.findall(r'<link rel="alternate" type="([^"]+oembed)" title="[^"]+" href="([^"]+)">', html))
    assert set(found) == {"application/json+oembed", "text/xml+oembed"}
    for address in found.values():
        assert anonymous().get(unescape(address).removeprefix(SITE)).status_code == 200


@pytest.mark.parametrize(
    ("room", "kind"), [({"maxwidth": 400}, "rich"), ({"maxwidth": 200}, "link"), ({"maxheight": 100}, "link")]
)
def test_answer_keeps_to_the_room_there_is(room, kind):
    said = json.loads(asked(whole(make_article()), **room).content)
    assert said["type"] == kind
    assert said.get("width", 0) <= room.get("maxwidth", 600)
    assert "thumbnail_url" not in said
    assert ("html" in said) == (kind == "rich")


@pytest.mark.parametrize("size", ["x", "-1", "1.5", "٣"])
def test_size_that_is_none_is_refused(size):
    assert asked(whole(make_article()), maxwidth=size).status_code == 400


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8000.evil.example{}",
        "http://evil.example{}",
        "http://user@127.0.0.1:8000{}",
        "https://127.0.0.1:8000{}",
        "{}",
        "http://127.0.0.1:8000/",
        "http://127.0.0.1:8000/articles/2026/11/none/",
        "http://[",
    ],
)
def test_address_that_is_no_article_of_ours_is_unknown(address):
    assert asked(address.format(make_article().get_absolute_url())).status_code == 404


def test_what_is_off_the_site_is_unknown():
    article = make_article()
    publishing.retract(article, "It was wrong.", None, clock.now())
    assert asked(whole(article)).status_code == 404
    assert anonymous().get(f"/embed/{article.public_id}/").status_code == 404


def test_other_formats_are_not_implemented():
    assert asked(whole(make_article()), format="yaml").status_code == 501


def test_missing_address_is_refused():
    assert anonymous().get("/oembed/").status_code == 400


@pytest.mark.parametrize("person", [anonymous, member])
def test_card_may_stand_in_any_frame_and_shows_no_text(person):
    article = make_article("تعرفة", language="ar", kind="memo")
    response = person().get(f"/embed/{article.public_id}/")
    html = response.content.decode()
    assert '<html lang="ar" dir="rtl">' in html
    assert article.headline in html
    assert OPENING not in html
    assert SECRET not in html
    assert "<script" not in html
    assert "X-Frame-Options" not in response
    policy = dict(part.strip().partition(" ")[::2] for part in response["Content-Security-Policy"].split(";"))
    assert policy["frame-ancestors"] == "*"
    assert policy["script-src"] == policy["form-action"] == "'none'"
    assert "Set-Cookie" not in response


def test_other_pages_may_not_be_framed():
    response = anonymous().get(make_article().get_absolute_url())
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
