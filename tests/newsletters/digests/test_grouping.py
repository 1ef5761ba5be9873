"""Who gets the same review."""

from __future__ import annotations

import subprocess
import sys

from newsletters.digests.allocating import allocate, slate_of
from newsletters.digests.grouping import Member, history_class, share
from tests.newsletters.digests.weeks import NINE, Week, for_any_week, full_week, story

# Prints the key of a class and its review in a process of its own.
ELSEWHERE = """
from newsletters.digests.allocating import allocate
from newsletters.digests.grouping import history_class
from tests.newsletters.digests.weeks import full_week
week = full_week()
print(history_class(week, (3, 1), {12, 31}), [pick.article for pick in allocate(week, (3, 1), {12, 31})])
"""


def test_members_who_ranked_alike_and_know_the_same_of_the_week_share_a_review():
    week = full_week()
    members = [
        Member(1, NINE, {11, 700, 701}),
        Member(2, list(NINE), {11}),
        Member(3, NINE, set()),
        Member(4, NINE[::-1], {11}),
    ]
    assert [review.users for review in share(week, members).values()] == [[1, 2], [3], [4]]


def test_who_knows_a_pin_gets_it_with_everybody_else():
    week = slate_of([story(1, 1, pinned_to=1), story(2, 2)], NINE, 3)
    assert history_class(week, NINE, {1}) == history_class(week, NINE, set())


@for_any_week
def test_a_class_is_one_review_and_every_change_of_the_week_is_another_class(week: Week):
    of_others = week.seen | {1000}
    [review] = share(week.slate, [Member(1, week.order, week.seen), Member(2, week.order, of_others)]).values()
    assert review.users == [1, 2]
    assert review.picks == allocate(week.slate, week.order, of_others)
    later = Week([*week.candidates, story(999, 1)], week.places, week.order, week.seen)
    assert history_class(later.slate, week.order, week.seen) != review.key


def test_another_process_comes_to_the_same():
    runs = [
        subprocess.run(
            [sys.executable, "-c", ELSEWHERE], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1]
    assert runs[0].startswith(history_class(full_week(), (3, 1), {12, 31}))
