"""Copies are kept for everybody; what a reading rule says is for one who came in a certain way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from memberships import clock
from memberships.models import Plan, ReadingRule
from memberships.remembered import forget_all
from tests.factories.articles import SECRET, make_article
from tests.factories.memberships import make_member, plan, pro
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


def test_what_a_rule_opens_or_closes_comes_from_copies_and_is_private(layer):
    open_to_search()
    address = make_article(kind="memo").get_absolute_url()
    Visitor(layer).get(address)
    opened = [Visitor(layer).get(address, **SEARCH) for _ in range(2)]
    assert [(reply.cache, SECRET in reply.text) for reply in opened] == [("miss", True), ("hit", True)]
    walls = [Visitor(layer).get(address) for _ in range(2)]
    assert [(reply.cache, SECRET in reply.text) for reply in walls] == [("miss", False), ("hit", False)]
    assert {reply.headers["cache-control"] for reply in (*opened, *walls)} == {"private, no-store"}


def test_rule_takes_effect_at_its_moment_on_kept_walls(layer, later):
    address = make_article(kind="memo").get_absolute_url()
    open_to_search(starts_at=clock.now() + timedelta(minutes=2))
    forget_all()
    assert [SECRET in Visitor(layer).get(address, **SEARCH).text for _ in range(2)] == [False, False]
    later(121)
    assert SECRET in Visitor(layer).get(address, **SEARCH).text
    assert SECRET not in Visitor(layer).get(address).text


def test_plan_of_a_rule_is_offered_to_whom_it_is_for(layer):
    monthly = Plan.objects.create(
        product=pro(), name="PRO, monthly", lookup_key="pro_monthly", amount=900, interval="month", position=5
    )
    ReadingRule.objects.create(name="Spring", campaigns="spring", plan=monthly)
    forget_all()
    address = make_article(kind="memo").get_absolute_url()
    for _time in range(2):
        assert "plan=pro_monthly" in Visitor(layer).get(f"{address}?utm_campaign=spring").text
        assert "plan=pro_monthly" not in Visitor(layer).get(address).text


def test_rule_of_a_section_leaves_other_walls_to_the_tier(layer):
    open_to_search(sections="culture")
    forget_all()
    address = make_article(kind="memo").get_absolute_url()
    replies = [Visitor(layer).get(address) for _ in range(2)]
    assert replies[1].cache == "hit"
    assert replies[1].headers["cache-control"].startswith("public")
