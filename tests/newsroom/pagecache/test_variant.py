"""Which copy is whose: by the one access decision."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.surrogates import part_of
from memberships.access import Item, Meter, Reader, decide
from newsroom.pagecache.variant import STRANGER, Page, Tier, name_of, tier_coded, verdict_for

AT = datetime(2026, 11, 26, tzinfo=UTC)

READER = Tier(is_signed_in=True, trials=("pro",))
MEMBER = Tier(is_signed_in=True, products=("pro",))
OTHER = Tier(is_signed_in=True, products=("climate",))
AT_THE_OFFICE = Tier(products=("pro",))
STAFF = Tier(is_signed_in=True, is_staff=True)

MEMO = Page(Item("product", "pro", "m"), frozenset({"opening"}))
NEWS = Page(Item("free"), frozenset({"full"}))
FEED = Page()
REGISTERED = Page(Item("registered"), frozenset({"opening"}))
METERED = Page(Item("metered", "pro", "c"), frozenset({"opening"}))


@pytest.mark.parametrize(
    ("page", "tier", "name"),
    [
        (MEMO, STRANGER, "opening.needs_subscription. 0.."),
        (MEMO, READER, "opening.needs_subscription. 1..pro"),
        (MEMO, OTHER, "opening.needs_subscription. 1.climate."),
        (MEMO, MEMBER, "full"),
        (MEMO, AT_THE_OFFICE, "full"),
        (NEWS, STRANGER, "full 0.."),
        (NEWS, MEMBER, "full 1.pro."),
        (FEED, STRANGER, "full"),
        (FEED, MEMBER, "full"),
        (REGISTERED, STRANGER, "opening.needs_login. 0.."),
        (REGISTERED, READER, "full"),
        (REGISTERED, AT_THE_OFFICE, "opening.needs_login. 0.pro."),
        (METERED, OTHER, "full"),
        (METERED, AT_THE_OFFICE, "full"),
        (Page(Item("no such level", "pro")), MEMBER, "opening.needs_subscription."),
    ],
)
def test_copy_by_page_and_reader(page, tier, name):
    assert name_of(page, tier, part_of(verdict_for(page, tier))) == name


def test_copy_read_on_the_meter_is_one_for_all():
    counted = part_of(decide(Reader(meter=Meter(3)), METERED.item, AT))
    assert {name_of(METERED, tier, counted) for tier in (STRANGER, READER)} == {"metered"}


def test_wall_of_a_spent_meter_names_its_allowance():
    spent = [part_of(decide(Reader(meter=Meter(allowance, allowance)), METERED.item, AT)) for allowance in (3, 5)]
    assert spent == ["opening.meter_spent.3", "opening.meter_spent.5"]
    assert name_of(METERED, STRANGER, spent[0]) != name_of(METERED, READER, spent[0])


slugs = st.lists(st.from_regex(r"[a-z0-9_-]{1,12}", fullmatch=True), max_size=4, unique=True).map(
    lambda each: tuple(sorted(each))
)
# Who works here is signed in.
tiers = st.builds(Tier, st.booleans(), slugs, slugs, st.just(False)) | st.builds(
    Tier, st.just(True), slugs, slugs, st.just(True)
)


@given(tiers)
def test_tier_survives_its_code(tier):
    assert tier_coded(tier.code) == tier


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
pages = st.builds(
    Page, st.builds(Item, texts, st.none() | texts.filter(bool), texts), st.frozensets(texts), st.frozensets(texts)
)


@given(pages)
def test_page_survives_its_code(page):
    assert Page.coded(json.loads(json.dumps(page.code))) == page


@given(tiers, tiers)
def test_two_tiers_share_a_code_only_when_they_are_one(one, other):
    assert (one.code == other.code) == (one == other)


@given(st.text(max_size=40))
def test_no_text_breaks_it(text):
    tier = tier_coded(text)
    assert tier is None or tier.code == text
