"""What a reader may look at before signing up: the last edition of each list, whatever day the demo begins on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newsletters import editions
from newsletters.models import Delivery, Edition
from newsroom.demo.seeding.letters import seed_editions
from tests.factories.articles import make_article
from tests.newsletters.builders import newsletter

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize("weekday", range(7))
def test_each_list_has_an_edition_on_every_day_of_the_week(weekday):
    at = MONDAY + timedelta(days=weekday)
    make_article("A week and a half old", at=at - timedelta(days=10))
    weekly = newsletter(days=[3])
    seed_editions(at)
    edition = Edition.objects.get(newsletter=weekly)
    assert (edition.state, edition.audience_size, edition.sent_at) == ("sent", 0, edition.due_at)
    assert edition.items.get().article.headline == "A week and a half old"
    assert edition.due_at <= at - editions.MOST_LATE
    assert not Delivery.objects.exists()


def test_seeding_again_adds_none_and_the_timetable_makes_no_second_one():
    make_article("Fresh", at=MONDAY - timedelta(days=2))
    newsletter(days=[0, 1, 2, 3, 4, 5, 6])
    for _time in range(2):
        seed_editions(MONDAY)
    made = Edition.objects.get()
    editions.compose_due(made.due_at + timedelta(minutes=5))
    assert Edition.objects.get() == made


def test_a_list_that_never_had_a_story_has_no_edition():
    newsletter(days=[3])
    seed_editions(MONDAY)
    assert not Edition.objects.exists()
