"""What a week's review is made of for one member."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise

import pytest

from newsletters.digests.allocating import Pick, Reason, allocate, shares, slate_of
from tests.newsletters.digests.weeks import NINE, Week, for_any_week, full_week, story


def rooms(picks: tuple[Pick, ...]) -> dict[int, int]:
    return dict(Counter(pick.industry for pick in picks if pick.industry))


def test_the_first_get_more_room_and_the_rest_one_story_each():
    backwards = NINE[::-1]
    picks = allocate(full_week(), backwards, set())
    assert [pick.article for pick in picks] == [91, 92, 93, 81, 82, 71, 61, 51, 41, 31, 21, 11]
    assert [pick.rank for pick in picks] == [1, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9]
    assert [pick.reason for pick in picks] == [Reason.RANKED] * 6 + [Reason.FLOOR] * 6


def test_who_has_ranked_nothing_sees_all_evenly():
    picks = allocate(full_week(places=18), [], set())
    assert rooms(picks) == dict.fromkeys(NINE, 2)
    assert {pick.rank for pick in picks} == {None}


def test_what_has_no_rank_shares_evenly_what_is_left_of_the_room():
    assert rooms(allocate(full_week(places=25), [5], set())) == {5: 6, **dict.fromkeys([1, 2, 3], 3), 4: 2, 6: 2} | (
        dict.fromkeys([7, 8, 9], 2)
    )


@pytest.mark.parametrize(
    ("places", "ranked", "industries", "rooms"),
    [
        (7, 3, 3, (4, 2, 1)),
        (3, 9, 9, (2, 1, 0, 0, 0, 0, 0, 0, 0)),
        (4, 0, 3, (2, 1, 1)),
        (6, 1, 3, (4, 1, 1)),
        (2, 0, 0, ()),
    ],
)
def test_room_is_shared_by_largest_remainder(places, ranked, industries, rooms):
    assert shares(places, ranked, industries) == rooms


def test_with_few_places_the_first_ranks_have_theirs():
    assert [pick.industry for pick in allocate(full_week(places=4), NINE, set())] == [1, 2, 3, 4]


def test_nothing_comes_again_but_pins_stay():
    week = [story(1, 1), story(2, 1, hours=1), story(3, 2, pinned_to=2)]
    picks = allocate(slate_of(week, NINE, 3), NINE, {1, 3})
    assert picks == (Pick(2, Reason.RANKED, 1, 1), Pick(3, Reason.PINNED))


def test_pins_stand_at_their_places_and_make_way_for_each_other():
    week = [story(9, pinned_to=2, hours=1), story(8, pinned_to=2), story(7, pinned_to=40)]
    week += [story(number, 1, hours=number) for number in range(1, 7)]
    assert [pick.article for pick in allocate(slate_of(week, NINE, 6), NINE, set())] == [1, 8, 9, 2, 3, 7]
    assert [pick.article for pick in allocate(slate_of(week, NINE, 2), NINE, set())] == [9, 8]


def test_a_story_in_two_industries_comes_once_for_the_one_ranked_higher():
    slate = slate_of([story(1, 1, 2), story(2, 2, hours=1)], NINE, 3)
    assert allocate(slate, [2, 1], set()) == (Pick(1, Reason.RANKED, 2, 1), Pick(2, Reason.RANKED, 2, 1))
    assert allocate(slate, [1, 2], set()) == (Pick(1, Reason.RANKED, 1, 1), Pick(2, Reason.RANKED, 2, 2))


def test_room_nobody_fills_flows_on_by_rank_and_then_to_any_story():
    week = [story(1, 1), *(story(20 + number, 2, hours=number) for number in range(4)), story(31, 3), story(50)]
    picks = allocate(slate_of(week, NINE, 8), [1, 2, 3], set())
    assert [pick.article for pick in picks] == [1, 20, 21, 22, 23, 31, 50]
    assert picks[-1] == Pick(50, Reason.FILLING)


def test_within_an_industry_the_heavier_then_the_newer_comes_first():
    week = [story(4, 1, hours=1), story(3, 1, hours=1), story(2, 1), story(1, 1, hours=9, weight=2)]
    assert [pick.article for pick in allocate(slate_of(week, NINE, 4), NINE, set())] == [1, 2, 3, 4]


def test_an_article_that_is_there_twice_is_a_mistake():
    with pytest.raises(ValueError, match="only once"):
        slate_of([story(1, 1), story(1, 2)], NINE, 3)


@for_any_week
def test_a_review_is_as_long_as_stories_and_places_allow_and_repeats_nothing(week: Week):
    picks = allocate(week.slate, week.order, week.seen)
    articles = [pick.article for pick in picks]
    pinned = {each.article for each in week.candidates if each.pinned_to is not None}
    unknown = {each.article for each in week.candidates} - week.seen
    assert len(articles) == len(set(articles)) == min(week.places, len(unknown | pinned))
    assert set(articles) <= unknown | pinned
    assert {pick.article for pick in picks if pick.reason is Reason.PINNED} == pinned & set(articles)
    assert len(pinned & set(articles)) == min(len(pinned), week.places)


@for_any_week
def test_every_industry_with_a_story_is_there_as_far_as_the_places_reach(week: Week):
    picks = allocate(week.slate, week.order, week.seen)
    filed = {each.article: each.industries for each in week.candidates}
    waiting = [each for each in week.candidates if each.pinned_to is None and each.article not in week.seen]
    have = [industry for industry in week.line if any(industry in each.industries for each in waiting)]
    places = week.places - sum(pick.reason is Reason.PINNED for pick in picks)
    told = {industry for pick in picks for industry in filed[pick.article]}
    assert set(have[:places]) <= told


@for_any_week
def test_who_is_ranked_higher_has_no_less_room_while_it_has_stories(week: Week):
    picks = allocate(week.slate, week.order, week.seen)
    room, shown = Counter(pick.industry for pick in picks), {pick.article for pick in picks}
    unpinned = [each for each in week.candidates if each.pinned_to is None]
    left = [each for each in unpinned if each.article not in shown | week.seen]
    for higher, lower in pairwise(week.line):
        assert room[higher] >= room[lower] or not any(higher in each.industries for each in left)


@for_any_week
def test_the_order_in_which_anything_is_passed_in_does_not_matter(week: Week):
    shuffled = random.Random(1).sample(week.candidates, len(week.candidates))
    backwards = sorted(week.seen, reverse=True)
    again = Week(shuffled, week.places, week.order, week.seen).slate
    assert again == week.slate
    assert allocate(again, week.order, backwards) == allocate(week.slate, week.order, week.seen)
