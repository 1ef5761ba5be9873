"""Which copy is whose: by the one access decision."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.pagecache.variant import STRANGER, Page, Tier, copy_for, tier_coded

READER = Tier(is_signed_in=True, trials=("pro",))
MEMBER = Tier(is_signed_in=True, products=("pro",))
OTHER = Tier(is_signed_in=True, products=("climate",))
AT_THE_OFFICE = Tier(products=("pro",))
STAFF = Tier(is_signed_in=True, is_staff=True)

MEMO = Page("product", "pro", frozenset({"opening"}))
WALL_WITH_A_RECEIPT = Page("product", "pro", frozenset({"opening"}), own=frozenset({"opening"}))
NEWS = Page("free", "", frozenset({"full"}))
FEED = Page()
REGISTERED = Page("registered", "", frozenset({"opening"}))
METERED = Page("metered", "pro", frozenset({"opening"}))


@pytest.mark.parametrize(
    ("page", "tier", "name"),
    [
        (MEMO, STRANGER, "opening 0.."),
        (MEMO, READER, "opening 1..pro"),
        (MEMO, OTHER, "opening 1.climate."),
        (MEMO, MEMBER, "full"),
        (MEMO, AT_THE_OFFICE, "full"),
        (MEMO, STAFF, None),
        (WALL_WITH_A_RECEIPT, STRANGER, "opening 0.."),
        (WALL_WITH_A_RECEIPT, READER, None),
        (WALL_WITH_A_RECEIPT, MEMBER, "full"),
        (NEWS, STRANGER, "full 0.."),
        (NEWS, MEMBER, "full 1.pro."),
        (FEED, STRANGER, "full"),
        (FEED, MEMBER, "full"),
        (REGISTERED, STRANGER, "opening 0.."),
        (REGISTERED, READER, "full"),
        (REGISTERED, AT_THE_OFFICE, "opening 0.pro."),
        (METERED, STRANGER, None),
        (METERED, READER, None),
        (METERED, OTHER, "full"),
        (METERED, AT_THE_OFFICE, "full"),
        (Page("no such level", "pro"), MEMBER, "opening"),
    ],
)
def test_copy_by_page_and_reader(page, tier, name):
    assert copy_for(page, tier) == name


slugs = st.lists(st.from_regex(r"[a-z0-9_-]{1,12}", fullmatch=True), max_size=4, unique=True).map(
    lambda each: tuple(sorted(each))
)
tiers = st.builds(Tier, st.booleans(), slugs, slugs)


@given(tiers)
def test_tier_survives_its_code(tier):
    assert tier_coded(tier.code) == tier


@given(tiers, tiers)
def test_two_tiers_share_a_code_only_when_they_are_one(one, other):
    assert (one.code == other.code) == (one == other)


@given(st.text(max_size=40))
def test_no_text_breaks_it(text):
    tier = tier_coded(text)
    assert tier is None or tier.code == text
