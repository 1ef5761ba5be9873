"""What a week's reviews are chosen from, and the order that editors give it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from newsletters import composition, editions
from newsletters.digests import pool
from newsletters.models import Edition, EditionItem
from newsletters.timetable import Due
from tests.newsletters.builders import AT, story
from tests.newsletters.digests.press import industries, of, review, review_list

pytestmark = pytest.mark.django_db
WEEK = timedelta(days=7)


def test_a_busy_industry_leaves_room_for_the_others(monkeypatch):
    monkeypatch.setattr(composition, "MOST_IN_A_POOL", 3)
    busy, quiet = industries(2)
    lone = of(quiet, published_at=AT - timedelta(days=6))
    newest, second, _third = (of(busy, published_at=AT - timedelta(hours=hours)) for hours in (1, 2, 3))
    story(published_at=AT - timedelta(minutes=5))
    assert composition.stories(review_list(), AT - WEEK, AT, AT) == [newest, second, lone]


def test_a_review_is_composed_once_of_what_came_since_the_last_and_of_nothing_is_none():
    (banking,) = industries(1)
    letter, due = review_list(), Due(AT, AT.date())
    fresh = of(banking, published_at=AT - timedelta(hours=1))
    made = editions.compose(letter, due, AT + editions.SETTLES_AFTER)
    assert made is not None
    assert [item.article for item in made.items.all()] == [fresh]
    assert (made.subject, made.preheader, made.state) == ("The Review, 4 March 2026", "", "approved")
    assert editions.compose(letter, due, AT + editions.SETTLES_AFTER) is None
    Edition.objects.filter(pk=made.pk).update(state=Edition.State.SENT, frozen_at=AT, audience_size=0)
    later = AT + WEEK
    following = editions.compose(letter, Due(later, later.date()), later + editions.SETTLES_AFTER)
    assert following is not None
    assert following.state == "empty"


def test_editors_pin_drop_and_put_in_order():
    (banking,) = industries(1)
    first, second, dropped, pinned = (of(banking) for _number in range(4))
    made = review(review_list(), second, first, dropped, pinned)
    EditionItem.objects.filter(article=dropped).update(is_dropped=True)
    EditionItem.objects.filter(article=pinned).update(is_pinned=True)
    slate = pool.slate_for(made, AT)
    assert slate.queues[banking.pk] == (second.pk, first.pk)
    assert [(pin.article, pin.pinned_to) for pin in slate.pinned] == [(pinned.pk, 4)]
