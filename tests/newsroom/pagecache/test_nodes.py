"""Several processes: what one is told, the others hear; what one has made, the others need not; Valkey may be away."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from articles import publishing
from articles.models import Section
from articles.surrogates import key_of
from memberships import clock
from memberships.valkey import connect
from newsroom.pagecache.forgetting import EVERYBODY
from newsroom.pagecache.layer import PageCache
from newsroom.pagecache.listening import Listener
from newsroom.pagecache.node import Node
from newsroom.pagecache.shared import add_to_log
from newsroom.pagecache.shelf import MOST_AGE_UNHEARD, Shelf
from tests.factories.articles import make_article, make_draft, section
from tests.newsroom.pagecache.test_purges import copy
from tests.newsroom.pagecache.web import Visitor

pytestmark = pytest.mark.django_db
PATIENCE = 1.0


@contextmanager
def following(node: Node) -> Iterator[Listener]:
    """The node's thread that follows the log, from when it is up to date."""
    listener = Listener(node)
    listener.start()
    assert soon(lambda: node.is_following)
    try:
        yield listener
    finally:
        listener.stop()
        node.purge(["wake up"])
        listener.join(5)


def soon(is_so: Callable[[], bool], patience: float = PATIENCE) -> bool:
    deadline = time.monotonic() + patience
    while not (is_seen := is_so()) and time.monotonic() < deadline:
        threading.Event().wait(0.005)
    return is_seen


@pytest.fixture
def two(django) -> Iterator[tuple[Node, Node]]:
    one, other = Node(), Node()
    with following(one), following(other):
        yield one, other


def web(django, node: Node) -> Visitor:
    return Visitor(PageCache(django, node, is_following=False))


def test_what_one_process_made_the_other_gives(django, two, django_assert_num_queries):
    here, there = (web(django, node) for node in two)
    address = make_article().get_absolute_url()
    made = here.get(address)
    two[1].networks.products_at({"REMOTE_ADDR": "192.0.2.1"}, clock.now().timestamp())
    with django_assert_num_queries(0):
        given = there.get(address)
    assert (given.cache, given.body) == ("hit", made.body)
    assert there.get(address, if_none_match=made.headers["etag"]).status == 304


def test_purge_is_heard_by_the_other_process_within_a_second(django, two):
    here, there = (web(django, node) for node in two)
    article = make_article()
    address = article.get_absolute_url()
    here.get(address)
    assert there.get(address).cache == "hit"
    two[0].purge([key_of(article)])
    assert here.get(address).cache == "miss"
    two[0].purge([key_of(article)])
    assert soon(lambda: there.get(address).cache != "hit")


def test_forgetting_is_heard_by_the_other_process(two):
    one, other = two
    before = other.forgotten.count
    one.forget(["somebody"], 5.0)
    assert soon(lambda: other.forgotten.count > before)
    assert other.forgotten.is_void("somebody", 5.0)
    assert not other.forgotten.is_void("somebody", 5.1)
    one.forget([EVERYBODY], 9.0)
    assert soon(lambda: other.forgotten.is_void("anybody", 9.0))


def test_process_that_starts_later_knows_of_earlier_purges(django, node):
    with following(node):
        article = make_article()
        address = article.get_absolute_url()
        web(django, node).get(address)
        node.purge([key_of(article)])
        late = Node()
        with following(late):
            assert web(django, late).get(address).cache == "miss"


def test_process_that_starts_later_uses_what_is_there(django, node):
    with following(node):
        address = make_article().get_absolute_url()
        web(django, node).get(address)
        late = Node()
        with following(late):
            assert web(django, late).get(address).cache == "hit"


def test_page_that_was_being_made_during_a_purge_is_kept_nowhere(django, two):
    one, other = two
    article = make_article()
    address = article.get_absolute_url()

    def slow(environ, start_response):
        answer, before = list(django(environ, start_response)), one.purges.now().mark
        other.purge([key_of(article)])
        assert soon(lambda: one.purges.came_after_mark([key_of(article)], before))
        return answer

    reply = Visitor(PageCache(slow, one, is_following=False)).get(address)
    assert reply.status == 200
    assert [web(django, node).get(address).cache for node in two] == ["miss", "hit"]


def test_who_was_cut_off_forgets_everything_and_so_do_all(django, two):
    one, other = two
    address = make_article().get_absolute_url()
    assert web(django, one).get(address).cache == "miss"
    cut_off = Listener(other)
    cut_off._was_cut_off = True
    cut_off.start()
    assert soon(lambda: web(django, one).get(address).cache == "miss")
    cut_off.stop()
    one.purge(["wake up"])
    cut_off.join(5)


def test_a_lost_log_takes_what_was_made_before_it(django, node):
    with following(node):
        address = make_article().get_absolute_url()
        web(django, node).get(address)
        with connect() as valkey:
            valkey.delete(node.shared.log_key)
            add_to_log(valkey, node.shared.log_key, {"purge": "something"})
        late = Node()
        with following(late):
            assert web(django, late).get(address).cache == "miss"


def test_without_valkey_pages_are_kept_here_and_not_for_long(django, settings, later, caplog):
    settings.CACHE_URL = "redis://127.0.0.1:1/0"
    node = Node()
    visitor = web(django, node)
    article = make_article()
    address = article.get_absolute_url()
    assert [visitor.get(address).cache for _time in range(2)] == ["miss", "hit"]
    later(MOST_AGE_UNHEARD + 1)
    assert visitor.get(address).cache == "miss"
    node.purge([key_of(article)])
    assert visitor.get(address).cache == "miss"
    assert len([record for record in caplog.records if "cache cannot be asked" in record.getMessage()]) == 1


def test_without_valkey_nobody_waits(django, settings):
    settings.CACHE_URL = "redis://192.0.2.1:1/0"
    visitor = web(django, Node())
    address = make_article().get_absolute_url()
    visitor.get(address)
    begun = time.monotonic()
    for number in range(20):
        visitor.get(f"{address}?print={number % 2 or ''}")
    assert time.monotonic() - begun < 2.0


def test_listener_begins_again_when_valkey_is_back(settings):
    good, settings.CACHE_URL = settings.CACHE_URL, "redis://127.0.0.1:1/0"
    node = Node()
    listener = Listener(node)
    listener.start()
    assert not soon(lambda: node.is_following, 0.2)
    settings.CACHE_URL = good
    assert soon(lambda: node.is_following, 5.0)
    listener.stop()
    Node().purge(["wake up"])
    listener.join(5)


def test_purge_that_could_not_be_told_is_told_later(settings):
    good, settings.CACHE_URL = settings.CACHE_URL, "redis://127.0.0.1:1/0"
    silent = Node()
    settings.CACHE_URL = good
    hearing = Node()
    with following(hearing):
        before = hearing.purges.now().mark
        silent.purge(["article:1"])
        assert not hearing.purges.came_after_mark(["article:1"], before)
        silent.shared = Node().shared
        assert soon(lambda: hearing.purges.came_after_mark(["article:1"], before) and not silent._untold, 5.0)


def test_one_page_is_rendered_once_however_many_ask(django, node):
    asked, gate = [], threading.Event()

    def slow(environ, start_response):
        asked.append(environ["PATH_INFO"])
        gate.wait(5)
        start_response(
            "200 OK", [("Surrogate-Control", "max-age=60"), ("X-Page", "part=full&access=free"), ("X-Page-Tier", "0..")]
        )
        return [b"text"]

    node.is_following = True
    node.networks.products_at({"REMOTE_ADDR": "192.0.2.1"}, clock.now().timestamp())
    layer = PageCache(slow, node, is_following=False)
    replies: list = []
    crowd = [threading.Thread(target=lambda: replies.append(Visitor(layer).get("/"))) for _each in range(8)]
    for each in crowd:
        each.start()
    assert soon(lambda: len(asked) == 1)
    gate.set()
    for each in crowd:
        each.join(10)
    assert [reply.body for reply in replies] == [b"text"] * 8
    assert asked == ["/"]


def test_two_processes_take_turns(django, two):
    one, other = (PageCache(django, node, is_following=False) for node in two)
    address = make_article().get_absolute_url()
    asked = one._addresses.read({"REQUEST_METHOD": "GET", "PATH_INFO": address, "HTTP_HOST": "testserver"})
    one._turns.take(asked, "")
    ended = threading.Timer(0.1, lambda: one._turns.end(asked, ""))
    ended.start()
    assert Visitor(other).get(address).cache == "miss"
    assert not ended.is_alive()


def test_publishing_takes_the_lists_and_a_correction_the_page(layer, stranger, django_capture_on_commit_callbacks):
    draft = make_draft("The new quay opens")
    other = make_article()
    for path in ("/", "/feed.rss", "/sections/politics/", "/sitemap.xml", other.get_absolute_url()):
        stranger.get(path)
        assert stranger.get(path).cache == "hit"
    with django_capture_on_commit_callbacks(execute=True):
        article = publishing.publish(draft.article, None, clock.now())
    for path in ("/", "/feed.rss", "/sections/politics/"):
        assert "The new quay opens" in stranger.get(path).text
    assert stranger.get(other.get_absolute_url()).cache == "hit"
    address = article.get_absolute_url()
    stranger.get(address)
    with django_capture_on_commit_callbacks(execute=True):
        publishing.correct(article, "It opened a day later.", None, clock.now())
    assert "It opened a day later." in stranger.get(address).text
    with django_capture_on_commit_callbacks(execute=True):
        publishing.unpublish(article, None, clock.now())
    assert stranger.get(address).status == 404
    assert "The new quay opens" not in stranger.get("/").text


def test_a_translation_is_led_to_at_once(layer, stranger, django_capture_on_commit_callbacks):
    article = make_article()
    stranger.get(article.get_absolute_url())
    with django_capture_on_commit_callbacks(execute=True):
        other = make_article("تعرفة المرفأ", language="ar", group=article.group)
    assert other.get_absolute_url() in stranger.get(article.get_absolute_url()).text


def test_renaming_a_section_takes_every_page(layer, stranger, django_capture_on_commit_callbacks):
    make_article(section=section("Politics", is_in_navigation=True))
    assert "Politics" in stranger.get("/").text
    with django_capture_on_commit_callbacks(execute=True):
        politics = Section.objects.get(slug="politics")
        politics.name = "Statecraft"
        politics.save()
    assert "Statecraft" in stranger.get("/").text


def test_clocks_that_differ_a_little_share_copies(node):
    shelf, at = Shelf(node), 1_000.0
    node.is_following = True
    made = copy(made_at=at, fresh_until=at + 60, stale_until=at + 90)
    assert shelf.is_fresh(made, at - 1)
    assert not shelf.is_fresh(made, at - 60)
