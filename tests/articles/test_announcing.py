"""Hub and IndexNow are told over real HTTP, by a server of this test's own; nobody is told where nothing is set."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs

import pytest
from defusedxml import ElementTree

from articles import announcing, publishing, receivers, tasks
from articles.announcing import NotTold
from memberships import clock
from tests.factories.articles import author, country, make_article, series, topic
from tests.people import anonymous

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"
SITE = "http://127.0.0.1:8000"
KEY = "corniche-0123456789"


@dataclass
class Listener:
    """What was posted to a server on this machine, and how it answers."""

    url: str
    status: int = 204
    location: str = ""
    posted: list[tuple[str, bytes]] = field(default_factory=list)


@pytest.fixture
def listener() -> Iterator[Listener]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.posted.append((self.headers["Content-Type"], body))
            self.send_response(heard.status)
            if heard.location:
                self.send_header("Location", heard.location)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Tests are quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    heard = Listener(f"http://127.0.0.1:{server.server_port}/")
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield heard
    server.shutdown()
    server.server_close()


def test_hub_is_told_every_feed_the_article_stands_in(listener, settings):
    settings.WEBSUB_HUB = listener.url
    memo = make_article(
        kind="memo", topics=[topic()], country=country(), series=series(), bylines=[(author("Rima Daouk"), "")]
    )
    tasks.tell_hub(memo.pk)
    ((kind, body),) = listener.posted
    assert kind == "application/x-www-form-urlencoded"
    said = parse_qs(body.decode())
    assert said["hub.mode"] == ["publish"]
    lists = ["", "pro/memos/", "sections/politics/", "countries/lebanon/", "series/lebanon-pulse/", "topics/ports/"]
    lists.append("authors/rima-daouk/")
    assert set(said["hub.url"]) == {f"{SITE}/{place}feed.{form}" for place in lists for form in ("rss", "atom", "json")}
    for address in said["hub.url"]:
        assert memo.headline in anonymous().get(address.removeprefix(SITE)).content.decode()


def test_feeds_name_the_hub(settings):
    settings.WEBSUB_HUB = "https://hub.example/"
    make_article()
    response = anonymous().get("/feed.rss")
    assert response["Link"] == f'<https://hub.example/>; rel="hub", <{SITE}/feed.rss>; rel="self"'
    for form, where in (("rss", "channel/"), ("atom", "")):
        feed = ElementTree.fromstring(anonymous().get(f"/feed.{form}").content)
        links = {link.get("rel"): link.get("href") for link in feed.findall(f"{where}{ATOM}link")}
        assert links["hub"] == "https://hub.example/"
        assert links["self"] == f"{SITE}/feed.{form}"
    assert json.loads(anonymous().get("/feed.json").content)["hubs"] == [
        {"type": "WebSub", "url": "https://hub.example/"}
    ]


def test_search_engines_are_told_with_a_key_that_is_there(listener, settings):
    settings.INDEXNOW_KEY, settings.INDEXNOW_URL = KEY, listener.url
    article = make_article()
    tasks.tell_search_engines(article.pk)
    ((kind, body),) = listener.posted
    said = json.loads(body)
    assert kind == "application/json; charset=utf-8"
    assert said["urlList"] == [f"{SITE}{article.get_absolute_url()}"]
    assert (said["host"], said["key"]) == ("127.0.0.1", KEY)
    assert anonymous().get(said["keyLocation"].removeprefix(SITE)).content.decode() == KEY


def test_key_is_nowhere_while_there_is_none(settings):
    assert anonymous().get(f"/{KEY}.txt").status_code == 404
    settings.INDEXNOW_KEY = KEY
    assert anonymous().get("/another-key-123.txt").status_code == 404


@pytest.mark.usefixtures("listener")
def test_nobody_is_told_where_nothing_is_set(listener):
    article = make_article()
    tasks.tell_hub(article.pk)
    tasks.tell_search_engines(article.pk)
    assert listener.posted == []


@pytest.mark.parametrize("status", [301, 302, 400, 500, 503])
def test_refusal_is_worth_another_try_and_a_redirect_is_not_followed(listener, settings, status):
    settings.WEBSUB_HUB, listener.status, listener.location = listener.url, status, listener.url
    with pytest.raises(NotTold):
        announcing.tell_hub(make_article(), clock.now())
    assert len(listener.posted) == 1


@pytest.mark.parametrize("hub", ["http://127.0.0.1:1/", "file:///etc/hostname", "ftp://127.0.0.1/"])
def test_what_cannot_be_reached_or_is_not_the_web_is_refused(settings, hub):
    settings.WEBSUB_HUB = hub
    with pytest.raises(NotTold):
        announcing.tell_hub(make_article(), clock.now())


@pytest.mark.parametrize(("age", "told"), [(timedelta(minutes=1), True), (timedelta(days=900), False)])
def test_archive_that_is_brought_in_is_no_news(age, told):
    at = clock.now()
    article = make_article(at=at - age)
    assert receivers.is_worth_telling(article, at) == told


def test_old_text_that_changes_or_goes_is_told():
    at = clock.now()
    article = make_article(at=at - timedelta(days=900))
    assert receivers.is_worth_telling(publishing.publish(article, None, at), at)
    publishing.retract(article, "It was wrong.", None, at)
    article.refresh_from_db()
    assert receivers.is_worth_telling(article, at)
