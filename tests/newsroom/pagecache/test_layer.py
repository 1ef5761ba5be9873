"""One page, many readers: who gets which copy, and what is told to whom."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import brotli
import pytest
from django.contrib.messages.constants import INFO
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from articles import publishing
from articles.surrogates import keep, key_of
from memberships import clock
from newsroom.pagecache.address import Address
from newsroom.pagecache.layer import PageCache
from tests.articles.builders import terms
from tests.factories.articles import OPENING, SECRET, make_article, section
from tests.factories.memberships import make_member, make_reader, make_staff, plan
from tests.memberships.builders import subscription
from tests.newsroom.pagecache.web import Visitor, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def on_sale():
    plan()


def test_second_stranger_gets_the_first_ones_copy_and_django_is_not_asked(stranger, layer, django_assert_num_queries):
    address = make_article().get_absolute_url()
    first = stranger.get(address)
    assert (first.status, first.cache) == (200, "miss")
    Visitor(layer).get(address)
    with django_assert_num_queries(0):
        second = Visitor(layer).get(address)
    assert (second.status, second.cache, second.body) == (200, "hit", first.body)


def test_members_share_the_full_text_and_strangers_the_opening(layer, django_assert_num_queries):
    address = make_article(kind="memo").get_absolute_url()
    one, other = signed_in(layer, make_member()), signed_in(layer, make_member())
    assert SECRET not in Visitor(layer).get(address).text
    full = one.get(address)
    assert full.cache == "miss"
    assert SECRET in full.text
    assert other.get(address).cache == "hit"
    with django_assert_num_queries(0):
        again = other.get(address)
    assert (again.cache, again.body) == ("hit", full.body)
    opening = Visitor(layer).get(address)
    assert opening.cache == "hit"
    assert SECRET not in opening.text
    assert OPENING in opening.text


def test_a_members_full_text_is_kept_by_no_browser_and_no_stranger(layer):
    address = make_article(kind="memo").get_absolute_url()
    member = signed_in(layer, make_member())
    member.get(address)
    for reply in (member.get(address), member.get(address, surrogate_capability='edge="Surrogate/1.0"')):
        assert reply.cache == "hit"
        assert reply.headers["cache-control"] == "private, no-store"
        assert "etag" not in reply.headers
        assert "surrogate-key" not in reply.headers
        assert reply.headers.get("surrogate-control", "no-store") == "no-store"


def test_a_strangers_copy_is_asked_for_anew_and_not_sent_again(stranger):
    address = make_article().get_absolute_url()
    stranger.get(address)
    reply = stranger.get(address)
    assert reply.headers["cache-control"] == "public, max-age=0, must-revalidate"
    assert reply.headers["vary"] == "Accept-Encoding, Cookie"
    assert reply.headers["age"] == "0"
    tag = reply.headers["etag"]
    for asked in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = stranger.get(address, if_none_match=asked)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", tag)
        assert "content-type" not in again.headers
    assert stranger.get(address, if_none_match='"other"').status == 200
    assert stranger.get(address, if_modified_since="Fri, 01 Jan 2100 00:00:00 GMT").status == 200


def test_every_encoding_has_a_tag_of_its_own(stranger):
    address = make_article().get_absolute_url()
    plain = stranger.get(address)
    packed = stranger.get(address, accept_encoding="gzip, br;q=0")
    better = stranger.get(address, accept_encoding="gzip, deflate, br, zstd")
    assert gzip.decompress(packed.body) == brotli.decompress(better.body) == plain.body
    assert [reply.headers.get("content-encoding") for reply in (plain, packed, better)] == [None, "gzip", "br"]
    assert len({reply.headers["etag"] for reply in (plain, packed, better)}) == 3
    assert int(packed.headers["content-length"]) == len(packed.body)


def test_tag_changes_with_the_text(stranger, node):
    article = make_article()
    before = stranger.get(article.get_absolute_url()).headers["etag"]
    article.headline = "Harbour tariffs fall again"
    article.save()
    node.purge([key_of(article)])
    assert stranger.get(article.get_absolute_url(), if_none_match=before).status == 200


def test_head_is_answered_from_the_copy_without_its_body(stranger):
    address = make_article().get_absolute_url()
    assert stranger.get(address, method="HEAD").cache == "miss"
    whole = stranger.get(address)
    head = stranger.get(address, method="HEAD")
    assert (head.cache, head.body) == ("hit", b"")
    assert head.headers["content-length"] == str(len(whole.body))


def test_our_own_edge_is_told_how_long_and_by_what_key(stranger):
    article = make_article()
    stranger.get(article.get_absolute_url())
    reply = stranger.get(article.get_absolute_url(), surrogate_capability='edge="Surrogate/1.0"')
    assert reply.headers["surrogate-control"].startswith("max-age=")
    assert key_of(article) in reply.headers["surrogate-key"].split()
    assert 0 < int(reply.headers["x-accel-expires"]) <= 300
    assert reply.headers["vary"] == "Accept-Encoding"


def test_nobody_else_sees_what_was_meant_for_the_layer(stranger, layer):
    address = make_article(kind="memo").get_absolute_url()
    replies = [stranger.get(address), stranger.get(address), signed_in(layer, make_staff("Editor")).get(address)]
    replies += [stranger.get(f"{address}?x=1"), stranger.get("/search/?q=x")]
    internal = {"x-page", "x-page-tier", "surrogate-control", "surrogate-key", "x-accel-expires"}
    assert [reply.headers.keys() & internal for reply in replies] == [set()] * len(replies)


@pytest.mark.parametrize(
    ("path", "more", "reason"),
    [
        ("/account/here.json", {}, "bypass (not a page)"),
        ("/?q=1", {}, "bypass (query)"),
        ("/", {"range": "bytes=0-9"}, "bypass (range)"),
        ("/", {"authorization": "Bearer x"}, "bypass (authorization)"),
        ("/", {"cookie": "messages=x"}, "bypass (messages)"),
        ("/", {"cookie": "looking=1"}, "bypass (looking)"),
        ("/", {"cookie": "x=" + "y" * 10_000}, "bypass (cookies)"),
        ("/newsletters/", {}, "bypass (not kept)"),
        ("/no/such/page/", {}, "bypass (not kept)"),
    ],
)
def test_what_is_not_kept_says_why(stranger, path, more, reason):
    for _time in range(2):
        assert stranger.get(path, **more).cache == reason


def test_post_reaches_django(stranger):
    address = make_article().get_absolute_url()
    stranger.get(address)
    reply = stranger.get(address, method="POST")
    assert (reply.status, reply.cache) == (403, "bypass (method)")


@pytest.mark.parametrize(
    ("path", "more", "status"),
    [
        ("/", {"host": "elsewhere.example"}, 400),
        ("/", {"host": ""}, 400),
        ("/%00", {}, 400),
        ("/?utm_source=%00", {}, 400),
        ("/?x=" + "y" * 10_240, {}, 200),
        ("/%0d%0aset-cookie:x=1/", {}, 404),
        ("/%ff%fe/", {}, 404),
        ("/", {"cookie": "sessionid=\x01\x02"}, 200),
        ("/", {"cookie": "sessionid=" + "é" * 50}, 200),
        ("/", {"accept_encoding": ";;q=;gzip;q=x,,"}, 200),
        ("/", {"if_none_match": '"' * 500}, 200),
    ],
)
def test_odd_requests_get_what_django_alone_would_answer(layer, django, path, more, status):
    for _time in range(2):
        ours, plain = Visitor(layer).get(path, **more), Visitor(django).get(path, **more)
        assert ours.status == plain.status == status
        assert ours.body == plain.body


def test_tracking_parameters_find_the_same_copy(stranger):
    address = make_article().get_absolute_url()
    first = stranger.get(f"{address}?utm_source=mail&fbclid=x")
    again = stranger.get(address)
    assert (again.cache, again.body) == ("hit", first.body)
    assert b"utm_source" not in first.body


def test_a_page_that_is_not_there_takes_no_room(stranger):
    make_article(section=section("Politics"))
    assert stranger.get("/sections/politics/").cache == "miss"
    assert stranger.get("/sections/politics/").cache == "hit"
    for _time in range(2):
        assert stranger.get("/sections/politics/?page=77").cache == "bypass (not kept)"
        assert stranger.get("/?page=2").cache == "bypass (not kept)"


def test_staff_are_answered_by_django(layer):
    address = make_article(kind="memo").get_absolute_url()
    Visitor(layer).get(address)
    editor = signed_in(layer, make_staff("Editor"))
    for _time in range(2):
        reply = editor.get(address)
        assert reply.cache == "bypass (staff)"
        assert SECRET in reply.text


def test_a_retracted_text_is_kept_as_gone(stranger):
    article = make_article()
    publishing.retract(article, "It was not so.", None, clock.now())
    replies = [stranger.get(article.get_absolute_url()) for _time in range(2)]
    assert [(reply.status, reply.cache) for reply in replies] == [(410, "miss"), (410, "hit")]


def test_each_kind_of_reader_sees_their_own_offer(layer):
    address = make_article(kind="memo").get_absolute_url()
    tried = make_reader()
    subscription(tried, plan=plan(), status="canceled")
    for _time in range(2):
        assert "Free for 7 days" in signed_in(layer, make_reader()).get(address).text
        assert "$300.00 is charged today" in signed_in(layer, tried).get(address).text
        assert "/account/login/?next=" in Visitor(layer).get(address).text


def test_what_was_said_once_is_not_said_to_others(layer):
    """A page with a message on it belongs to whom the message was for."""
    address = make_article().get_absolute_url()
    reader = signed_in(layer, make_reader())
    reader.cookies["messages"] = CookieStorage(HttpRequest())._encode([Message(INFO, "Saved.")])
    assert "Saved." in reader.get(address).text
    assert "Saved." not in reader.get(address).text
    assert "Saved." not in Visitor(layer).get(address).text


def test_stale_copy_is_given_while_one_renders_it_anew(stranger, layer, later):
    address = make_article().get_absolute_url()
    stranger.get(address)
    later(5 * 60 + 1)
    with rendering(layer, address):
        assert stranger.get(address).cache == "stale"
    assert stranger.get(address).cache == "miss"
    assert stranger.get(address).cache == "hit"
    later(3600)
    with rendering(layer, address):
        assert stranger.get(address).cache == "miss"


def test_stale_copy_is_given_while_django_fails(node, django, later):
    is_broken = False

    def fragile(environ, start_response):
        if is_broken:
            start_response("500 Internal Server Error", [])
            return [b"broken"]
        return django(environ, start_response)

    visitor = Visitor(PageCache(fragile, node, is_following=False))
    node.is_following = True
    address = make_article().get_absolute_url()
    whole = visitor.get(address)
    is_broken = True
    later(5 * 60 + 1)
    reply = visitor.get(address)
    assert (reply.status, reply.cache, reply.body) == (200, "stale (error)", whole.body)
    later(3600)
    assert visitor.get(address).status == 500


def test_clock_moved_back_makes_copies_of_the_future_void(stranger, later):
    address = make_article().get_absolute_url()
    later(600)
    stranger.get(address)
    later(0)
    assert stranger.get(address).cache == "miss"


def test_page_is_fresh_until_its_date_changes(settings):
    settings.TIME_ZONE = "Asia/Beirut"
    response, before_midnight = HttpResponse(), datetime(2026, 11, 22, 21, 59, 30, tzinfo=UTC)
    keep(response, before_midnight, keys=[])
    assert response["Surrogate-Control"].startswith("max-age=30,")


@contextmanager
def rendering(layer: PageCache, address: str) -> Iterator[None]:
    """Somebody else renders the strangers' copy of the page meanwhile."""
    where, name = Address("testserver", address, ""), "full 0.."
    layer._turns.take(where, name)
    yield
    layer._turns.end(where, name)


@pytest.mark.parametrize("crawlers_read", ["everything", "nothing"])
def test_what_a_crawler_reads_is_nobody_elses(layer, crawlers_read):
    """Whoever comes first: a search engine's whole text is not kept, and a stranger's opening is not given to it."""
    terms(crawlers_read=crawlers_read)
    cache.set("crawler:googlebot:192.0.2.1", True, 60)
    first, other = (make_article(kind="memo").get_absolute_url() for _time in range(2))
    Visitor(layer, address="192.0.2.7").get(other)
    for address in (first, other, first, other):
        crawled = Visitor(layer).get(address, user_agent="Mozilla/5.0 (compatible; Googlebot/2.1)")
        assert (SECRET in crawled.text) == (crawlers_read == "everything")
        assert SECRET not in Visitor(layer).get(address).text
        assert SECRET not in signed_in(layer, make_reader()).get(address).text


def test_a_wall_is_shared_by_those_who_stand_alike_and_names_none_of_them(layer):
    address = make_article(kind="memo").get_absolute_url()
    walls = [signed_in(layer, make_reader()).get(address) for _time in range(3)]
    assert [wall.cache for wall in walls] == ["miss", "hit", "hit"]
    assert len({wall.body for wall in walls}) == 1
    assert {wall.headers["cache-control"] for wall in walls} == {"private, no-store"}
