"""Readings that are counted are judged one by one, and answered from the copies everybody shares."""

from __future__ import annotations

from datetime import timedelta

import pytest

from articles.media import recordings
from articles.models import Article
from memberships import clock, gift_links
from memberships.metering import tickets
from memberships.models import GiftLink, MeteredReading
from tests.articles.builders import terms
from tests.articles.media.files import mp3, sound
from tests.factories.articles import SECRET, make_article
from tests.factories.memberships import make_member, make_reader, plan, pro
from tests.newsroom.pagecache.web import Visitor, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def of_the_month():
    plan()
    terms(allowance=2, registered_allowance=3, newcomers_a_day=10_000)


@pytest.fixture
def stories(layer) -> list[str]:
    """Addresses of four metered texts that the page cache has met."""
    found = [make_article(f"Counted {n}", access="metered").get_absolute_url() for n in range(1, 5)]
    for address in found:
        Visitor(layer, address="198.51.100.9").get(address)
    return found


def test_second_newcomer_gets_the_first_ones_copy_and_a_meter_of_their_own(layer, stories):
    newcomers = [Visitor(layer), Visitor(layer)]
    replies = [newcomer.get(stories[0]) for newcomer in newcomers]
    assert [reply.cache for reply in replies] == ["miss", "hit"]
    assert replies[0].body == replies[1].body
    assert SECRET in replies[1].text
    assert {reply.headers["cache-control"] for reply in replies} == {"private, no-store"}
    assert not any("etag" in reply.headers for reply in replies)
    assert len({newcomer.cookies[tickets.COOKIE] for newcomer in newcomers}) == 2


def test_copies_count_as_django_does(layer, stories):
    for _reader in range(2):
        browser = Visitor(layer)
        assert [SECRET in browser.get(address).text for address in stories] == [True, True, False, False]
        assert [SECRET in browser.get(address).text for address in stories] == [True, True, False, False]


def test_wall_of_a_spent_meter_is_shared_by_those_who_had_as_many(layer, stories):
    for expected in ("miss", "hit"):
        browser = Visitor(layer)
        wall = [browser.get(address) for address in stories][2]
        assert wall.cache == expected
        assert "You have read your 2 free articles" in wall.text
    assert "You have read your" not in Visitor(layer).get(stories[2]).text


def test_account_is_counted_in_rows_on_a_hit(layer, stories, django_assert_num_queries):
    for address in stories:
        Visitor(layer).get(address)
    person = make_reader()
    browser = signed_in(layer, person)
    replies = [browser.get(address) for address in stories]
    assert [SECRET in reply.text for reply in replies] == [True, True, True, False]
    assert [reply.cache for reply in replies] == ["hit", "hit", "hit", "miss"]
    assert MeteredReading.objects.filter(user=person).count() == 3
    # Read before: the terms, the session, the person and the month's rows.
    with django_assert_num_queries(4):
        assert SECRET in browser.get(stories[0]).text


def test_member_is_not_counted_and_shares_the_text_with_members(layer, stories):
    assert [signed_in(layer, make_member()).get(stories[0]).cache for _time in range(2)] == ["miss", "hit"]
    assert not MeteredReading.objects.exists()
    assert "meter-note" not in signed_in(layer, make_member()).get(stories[0]).text
    assert "meter-note" in Visitor(layer).get(stories[0]).text


def test_head_of_a_kept_page_counts_nothing(layer, stories):
    Visitor(layer).get(stories[0])
    browser = Visitor(layer)
    for _time in range(3):
        reply = browser.get(stories[0], method="HEAD")
        assert (reply.status, reply.body) == (200, b"")
    assert tickets.COOKIE not in browser.cookies


def test_forged_and_foreign_meters_gain_nothing(layer, stories):
    spent = Visitor(layer)
    for address in stories:
        spent.get(address)
    for forged in ("", "x", "WyJuIiwiMjAyNi0xMS0wMSIsW11d:forged", spent.cookies[tickets.COOKIE] + "x"):
        browser = Visitor(layer, cookies={tickets.COOKIE: forged})
        assert [SECRET in browser.get(address).text for address in stories] == [True, True, False, False]
    assert SECRET not in Visitor(layer, cookies=dict(spent.cookies)).get(stories[3]).text


def test_gift_opens_the_members_copy_and_is_counted(layer):
    article, giver = make_article(kind="memo"), make_member()
    address = article.get_absolute_url()
    signed_in(layer, giver).get(address)
    link = gift_links.give(giver, str(article.public_id), clock.now())
    for expected in ("hit", "hit"):
        given = Visitor(layer).get(f"{address}?gift={link.public_id}")
        assert (given.cache, given.headers["cache-control"]) == (expected, "private, no-store")
        assert SECRET in given.text
        assert SECRET not in Visitor(layer).get(address).text
    assert GiftLink.objects.get().openings == 2
    gift_links.revoke(link, clock.now())
    assert SECRET not in Visitor(layer).get(f"{address}?gift={link.public_id}").text


def test_gift_opens_a_page_nobody_has_met(layer):
    article, giver = make_article(kind="memo"), make_member()
    link = gift_links.give(giver, str(article.public_id), clock.now())
    given = Visitor(layer).get(f"{article.get_absolute_url()}?gift={link.public_id}")
    assert given.cache == "bypass (not kept)"
    assert SECRET in given.text
    assert SECRET not in Visitor(layer).get(article.get_absolute_url()).text


def test_recording_follows_a_gift_that_was_answered_from_a_copy(layer, settings, tmp_path):
    """The cookie that says so is the visitor's own: it is on no copy."""
    settings.MEDIA_ROOT = tmp_path / "media"
    article, giver = make_article(kind="memo", recording=sound()), make_member()
    signed_in(layer, giver).get(article.get_absolute_url())
    link = gift_links.give(giver, str(article.public_id), clock.now())
    for expected in ("hit", "hit"):
        given = Visitor(layer)
        assert given.get(f"{article.get_absolute_url()}?gift={link.public_id}").cache == expected
        heard = given.get(recordings.address(article), range="bytes=0-9")
        assert (heard.status, heard.body, heard.cache) == (206, mp3()[:10], "bypass (range)")
        assert given.get(recordings.address(article)).body == mp3()
    stranger = Visitor(layer)
    for _time in range(2):
        refused = stranger.get(recordings.address(article))
        assert (refused.status, refused.headers["cache-control"]) == (403, "private, no-store")
    assert signed_in(layer, giver).get(recordings.address(article)).body == mp3()


def test_free_recording_is_kept_by_nobody_here(layer, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    address = recordings.address(make_article(recording=sound()))
    replies = [Visitor(layer).get(address) for _time in range(2)]
    assert [reply.body for reply in replies] == [mp3(), mp3()]
    assert {reply.headers["cache-control"] for reply in replies} == {"public, max-age=300"}
    assert not any(reply.cache == "hit" for reply in replies)


def test_words_changed_at_the_desk_are_on_the_page_at_once(
    layer, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path / "media"
    made = sound()
    address = make_article(recording=made).get_absolute_url()
    assert [Visitor(layer).get(address).cache for _time in range(2)] == ["miss", "hit"]
    with django_capture_on_commit_callbacks(execute=True):
        made.title = "The tune"
        made.save()
    assert "The tune" in Visitor(layer).get(address).text


@pytest.mark.parametrize("link", ["gift=", "gift=x", "pass=x", "gift=1&gift=2", "pass=" + "9" * 300])
def test_link_that_is_none_opens_nothing(layer, stories, link):
    memo = make_article(kind="memo").get_absolute_url()
    signed_in(layer, make_member()).get(memo)
    for _time in range(2):
        reply = Visitor(layer).get(f"{memo}?{link}")
        assert reply.status == 200
        assert SECRET not in reply.text


def test_losing_a_metered_text_to_a_product_takes_effect_at_once(layer, node, stories):
    article = Article.objects.get(slug="counted-1")
    Visitor(layer).get(stories[0])
    Article.objects.filter(pk=article.pk).update(access="registered")
    node.purge([f"article:{article.public_id.hex}"])
    for _time in range(2):
        assert SECRET not in Visitor(layer).get(stories[0]).text


def test_new_month_begins_anew_on_kept_pages(layer, stories, later):
    browser = Visitor(layer)
    for address in stories:
        browser.get(address)
    later(timedelta(days=32).total_seconds())
    assert SECRET in browser.get(stories[3]).text


def test_level_that_changed_unheard_is_judged_anew_where_the_page_is_made(layer, stories):
    """The layer still believes it metered; what Django finds is sold, and what the layer decided is not about that."""
    Article.objects.filter(slug="counted-1").update(access="product", product=pro())
    for _time in range(2):
        assert SECRET not in Visitor(layer).get(stories[0]).text
