"""Copies are kept for everybody; what a reading rule says is for one who came in a certain way."""

from __future__ import annotations

import pytest

from memberships.models import ReadingRule
from tests.factories.articles import SECRET, make_article
from tests.factories.memberships import make_member, plan
from tests.newsroom.pagecache.web import Visitor, signed_in

pytestmark = pytest.mark.django_db
SEARCH = {"referer": "https://www.google.com/"}


@pytest.fixture(autouse=True)
def on_sale():
    plan()


def open_to_search(**fields: object) -> ReadingRule:
    return ReadingRule.objects.create(name="Search", referrers="google.com", counts_as="free", **fields)


def test_new_rule_takes_the_kept_walls_away(layer, django_capture_on_commit_callbacks):
    address = make_article(kind="memo").get_absolute_url()
    assert [Visitor(layer).get(address).cache for _ in range(2)] == ["miss", "hit"]
    with django_capture_on_commit_callbacks(execute=True):
        open_to_search()
    assert SECRET in Visitor(layer).get(address, **SEARCH).text
    assert SECRET not in Visitor(layer).get(address).text
    assert SECRET in Visitor(layer).get(address, **SEARCH).text


@pytest.mark.parametrize("first", [{}, SEARCH])
def test_what_one_arrival_opened_is_given_to_no_other(layer, first):
    open_to_search()
    address = make_article(kind="memo").get_absolute_url()
    Visitor(layer).get(address, **first)
    seen = [SECRET in Visitor(layer).get(address, **headers).text for headers in ({}, SEARCH, {}, SEARCH)]
    assert seen == [False, True, False, True]


def test_members_share_their_copy_as_before(layer):
    open_to_search()
    address = make_article(kind="memo").get_absolute_url()
    replies = [signed_in(layer, make_member()).get(address, **SEARCH) for _ in range(2)]
    assert [(reply.cache, SECRET in reply.text) for reply in replies] == [("miss", True), ("hit", True)]


def test_rule_that_is_changed_or_deleted_is_forgotten_at_once(layer, django_capture_on_commit_callbacks):
    made = open_to_search()
    address = make_article(kind="memo").get_absolute_url()
    assert SECRET in Visitor(layer).get(address, **SEARCH).text
    with django_capture_on_commit_callbacks(execute=True):
        made.referrers = "t.co"
        made.save()
    assert SECRET not in Visitor(layer).get(address, **SEARCH).text
    assert SECRET in Visitor(layer).get(address, referer="https://t.co/abc").text
    with django_capture_on_commit_callbacks(execute=True):
        made.delete()
    assert SECRET not in Visitor(layer).get(address, referer="https://t.co/abc").text
