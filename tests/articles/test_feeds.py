"""Feeds are well-formed by their own standards and carry what everybody may read: headline, standfirst, names."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from defusedxml import ElementTree

from articles import publishing
from articles.feeds import TYPES
from memberships import clock
from tests.articles.builders import picture
from tests.articles.media import files
from tests.factories.articles import OPENING, SECRET, author, country, make_article, section, series, topic
from tests.people import anonymous, member

pytestmark = pytest.mark.django_db
SITE = "http://127.0.0.1:8000"
ATOM = "{http://www.w3.org/2005/Atom}"
LISTS = ["sections/politics", "topics/ports", "countries/lebanon", "series/lebanon-pulse", "authors/rima-daouk"]
DC = "{http://purl.org/dc/elements/1.1/}"


def get(path: str, browser=None) -> bytes:
    response = (browser or anonymous()).get(path)
    assert response.status_code == 200
    return response.content


def test_rss_says_what_rss_2_asks_for():
    names = [(author("Rima"), ""), (author("Noor"), "")]
    article = make_article("Tariffs & <ports>", standfirst="They “fall”.", bylines=names)
    response = anonymous().get("/feed.rss")
    assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
    rss = ElementTree.fromstring(response.content)
    assert (rss.tag, rss.get("version")) == ("rss", "2.0")
    channel = rss.find("channel")
    assert channel.findtext("title") == "The Corniche"
    assert channel.findtext("link") == f"{SITE}/"
    assert channel.findtext("description")
    assert channel.findtext("language") == "en"
    own = {"rel": "self", "type": "application/rss+xml", "href": f"{SITE}/feed.rss"}
    assert channel.find(f"{ATOM}link").attrib == own
    (item,) = channel.findall("item")
    assert item.findtext("title") == "Tariffs & <ports>"
    assert item.findtext("description") == "They “fall”."
    assert item.findtext("link") == f"{SITE}{article.get_absolute_url()}"
    assert item.findtext("guid") == f"urn:uuid:{article.public_id}"
    assert item.find("guid").get("isPermaLink") == "false"
    assert item.findtext(f"{DC}creator") == "Rima, Noor"
    assert item.findtext("category") == "Politics"
    assert parsedate_to_datetime(item.findtext("pubDate")) == article.first_published_at.replace(microsecond=0)


def test_atom_says_what_rfc_4287_asks_for():
    article = make_article("Tariffs & <ports>")
    response = anonymous().get("/feed.atom")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = ElementTree.fromstring(response.content)
    assert feed.tag == f"{ATOM}feed"
    assert feed.findtext(f"{ATOM}id") == f"{SITE}/"
    assert feed.findtext(f"{ATOM}title") == "The Corniche"
    assert datetime.fromisoformat(feed.findtext(f"{ATOM}updated"))
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {"alternate": f"{SITE}/", "self": f"{SITE}/feed.atom"}
    (entry,) = feed.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == f"urn:uuid:{article.public_id}"
    assert entry.findtext(f"{ATOM}title") == "Tariffs & <ports>"
    assert entry.find(f"{ATOM}link").get("href") == f"{SITE}{article.get_absolute_url()}"
    assert entry.find(f"{ATOM}author").findtext(f"{ATOM}name") == "Rima Daouk"
    assert entry.findtext(f"{ATOM}published")
    assert entry.findtext(f"{ATOM}updated")


def test_json_feed_says_what_version_1_1_asks_for():
    article = make_article("Tariffs & <ports>", lead_picture=picture())
    response = anonymous().get("/feed.json")
    assert response["Content-Type"] == "application/feed+json; charset=utf-8"
    feed = json.loads(response.content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert (feed["title"], feed["home_page_url"], feed["feed_url"]) == ("The Corniche", f"{SITE}/", f"{SITE}/feed.json")
    (item,) = feed["items"]
    assert item["id"] == f"urn:uuid:{article.public_id}"
    assert item["url"] == f"{SITE}{article.get_absolute_url()}"
    assert (item["title"], item["content_text"]) == ("Tariffs & <ports>", article.standfirst)
    assert item["authors"] == [{"name": "Rima Daouk", "url": f"{SITE}/authors/rima-daouk/"}]
    assert item["tags"] == ["Politics"]
    assert item["image"] == f"{SITE}{article.lead_picture.file.url}"
    assert datetime.fromisoformat(item["date_published"]) == article.first_published_at


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
@pytest.mark.parametrize("person", [anonymous, member])
def test_text_is_never_in_a_feed(form, person):
    make_article("Memo", kind="memo")
    make_article("News")
    body = get(f"/feed.{form}", person()).decode()
    assert "Memo" in body
    assert "What the port asks, and of whom." in body
    assert OPENING not in body
    assert SECRET not in body


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
@pytest.mark.parametrize("path", LISTS)
def test_every_list_has_its_feeds(path, form):
    make_article("Filed", topics=[topic()], country=country(), series=series())
    make_article("Elsewhere", section=section("Business"), bylines=[(author("Noor"), "")])
    body = get(f"/{path}/feed.{form}").decode()
    assert "Filed" in body
    assert "Elsewhere" not in body
    assert f"{SITE}/{path}/feed.{form}" in body


def test_feed_is_in_the_language_asked_for():
    make_article("Tariffs")
    make_article("تعرفة", language="ar")
    rss = ElementTree.fromstring(get("/feed.rss?language=ar&utm_source=x"))
    assert [item.findtext("title") for item in rss.iter("item")] == ["تعرفة"]
    assert rss.findtext("channel/link") == f"{SITE}/ar/"
    assert rss.find(f"channel/{ATOM}link").get("href") == f"{SITE}/feed.rss?language=ar"


def test_update_moves_the_moment_of_the_update_and_not_of_publication():
    article = make_article(at=clock.now() - timedelta(days=2))
    publishing.publish(article, None, clock.now())
    (item,) = json.loads(get("/feed.json"))["items"]
    assert item["date_published"] < item["date_modified"]


def test_what_is_off_the_site_is_off_the_feeds():
    publishing.retract(make_article("Wrong"), "It was.", None, clock.now())
    make_article("To come", at=clock.now() + timedelta(hours=1))
    assert json.loads(get("/feed.json"))["items"] == []


def test_feed_holds_the_newest_forty():
    at = clock.now()
    for number in range(42):
        make_article(f"Story {number}", at=at - timedelta(hours=number + 1))
    titles = [item["title"] for item in json.loads(get("/feed.json"))["items"]]
    assert titles == [f"Story {number}" for number in range(40)]


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_feed_of_nothing_is_well_formed(form):
    topic()
    assert ElementTree.fromstring(get(f"/topics/ports/feed.{form}")) is not None


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
@pytest.mark.parametrize("path", ["/pro/memos", "/pro/trend-reports"])
def test_lists_of_pro_have_their_feeds(path, form):
    make_article("A memo", kind="memo")
    make_article("A report", kind="trend_report")
    make_article("A story")
    body = get(f"{path}/feed.{form}").decode()
    assert ("A memo" in body) == ("memos" in path)
    assert ("A report" in body) == ("reports" in path)
    assert "A story" not in body
    assert SECRET not in body


@pytest.mark.parametrize(
    "path",
    ["/", "/ar/", "/sections/politics/", "/authors/rima-daouk/?language=ar", "/pro/memos/", "/pro/trend-reports/"],
)
def test_feed_readers_find_every_feed_a_list_names(path):
    make_article("Filed")
    html = anonymous().get(path).content.decode()
    pattern = r'<link rel="alternate" type="(application/(?:rss|atom|feed)\+\w+)" title="[^"]+" href="([^"]+)">'
    found = re.findall(pattern, html)
    assert {mime for mime, _address in found} == set(TYPES.values())
    for mime, address in found:
        response = anonymous().get(address.replace("&amp;", "&"))
        assert response.status_code == 200, address
        assert response["Content-Type"] == f"{mime}; charset=utf-8"


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_feed_that_has_not_changed_is_not_sent_again(form):
    article = make_article(at=clock.now() - timedelta(days=2))
    browser = anonymous()
    first = browser.get(f"/feed.{form}")
    assert parsedate_to_datetime(first["Last-Modified"]) == article.first_published_at.replace(microsecond=0)
    for asked in ({"if-none-match": first["ETag"]}, {"if-modified-since": first["Last-Modified"]}):
        again = browser.get(f"/feed.{form}", headers=asked)
        assert (again.status_code, again.content) == (304, b"")
    publishing.publish(article, None, clock.now())
    for asked in ({"if-none-match": first["ETag"]}, {"if-modified-since": first["Last-Modified"]}):
        assert browser.get(f"/feed.{form}", headers=asked).status_code == 200


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_feed_of_nothing_says_the_same_every_time(form):
    topic()
    assert get(f"/topics/ports/feed.{form}") == get(f"/topics/ports/feed.{form}")
    assert "Last-Modified" not in anonymous().get(f"/topics/ports/feed.{form}")


def test_atom_names_every_author_and_the_house_where_a_text_names_none():
    """RFC 4287 §4.1.1: an entry has an author, or its feed has."""
    make_article(bylines=[(author("Rima"), ""), (author("Noor"), "")])
    feed = ElementTree.fromstring(get("/feed.atom"))
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "The Corniche"
    assert [name.text for name in feed.findall(f"{ATOM}entry/{ATOM}author/{ATOM}name")] == ["Rima", "Noor"]


@pytest.mark.parametrize("path", ["/topics/ports/feed.xml", "/topics/none/feed.rss", "/feed.xml"])
def test_feed_that_is_none_is_unknown(path):
    topic()
    assert anonymous().get(path).status_code == 404


@pytest.mark.parametrize("count", [1, 20])
@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_feed_asks_the_same_few_questions(form, count, django_assert_num_queries):
    for number in range(count):
        make_article(bylines=[(author(f"Author {number}"), "")], lead_picture=picture())
    browser = anonymous()
    with django_assert_num_queries(2):
        browser.get(f"/feed.{form}")


def test_free_recording_is_enclosed_and_a_paid_one_is_not(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    free = make_article("Free", recording=files.sound())
    make_article("Paid", kind="memo", recording=files.moving())
    where, size = f"{SITE}{free.get_absolute_url()}recording.mp3", str(free.recording.size)
    rss = ElementTree.fromstring(get("/feed.rss"))
    assert [row.attrib for row in rss.iter("enclosure")] == [{"url": where, "length": size, "type": "audio/mpeg"}]
    links = ElementTree.fromstring(get("/feed.atom")).iter(f"{ATOM}link")
    enclosed = [link.attrib for link in links if link.get("rel") == "enclosure"]
    assert enclosed == [{"rel": "enclosure", "href": where, "length": size, "type": "audio/mpeg"}]
    items = {item["title"]: item for item in json.loads(get("/feed.json"))["items"]}
    attached = {"url": where, "mime_type": "audio/mpeg", "title": "The podcast"}
    attached |= {"size_in_bytes": free.recording.size, "duration_in_seconds": 3}
    assert items["Free"]["attachments"] == [attached]
    assert "attachments" not in items["Paid"]
    assert anonymous().get(where.removeprefix(SITE)).status_code == 200


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_recordings_cost_a_feed_no_question(django_assert_num_queries, settings, tmp_path, form):
    settings.MEDIA_ROOT = tmp_path / "media"
    for number in range(3):
        make_article(recording=files.sound(data=files.mp3(100 + number)))
    with django_assert_num_queries(2):
        get(f"/feed.{form}")
