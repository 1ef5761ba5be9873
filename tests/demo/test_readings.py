"""The demo's month of reading: some thousand readings, the same every time, added once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from articles.models import AccessRule, NotedReading
from articles.reading_log import KEPT_FOR
from memberships import clock
from memberships.models import User
from newsroom.demo.seeding.readings import seed_readings
from tests.factories.articles import make_article, section
from tests.factories.memberships import pro

pytestmark = pytest.mark.django_db


def told() -> list[tuple[object, ...]]:
    columns = ("at", "article__headline", "user__email", "visitor", "referrer", "campaign")
    return sorted(NotedReading.objects.values_list(*columns), key=str)


def test_month_is_the_same_every_time_and_added_once():
    at = clock.now()
    for number in range(6):
        make_article(f"Story {number}", section=section("Business"), at=at - timedelta(days=6 * number, hours=1))
    seed_readings(pro(), at)
    first = told()
    assert 1_500 < len(first) < 6_000
    assert all(at - KEPT_FOR < row.at <= at for row in NotedReading.objects.all())
    assert all(row.at >= row.article.first_published_at for row in NotedReading.objects.select_related("article"))
    seed_readings(pro(), at)
    assert len(told()) == len(first)
    NotedReading.objects.all().delete()
    seed_readings(pro(), at)
    assert told() == first


def test_readers_sign_in_by_code_and_rules_wait_to_be_tried():
    section("Business")
    seed_readings(pro(), clock.now())
    readers = User.objects.filter(email__endswith="@readers.example")
    assert len(readers) == 20
    assert not any(reader.has_usable_password() for reader in readers)
    assert not AccessRule.objects.get().is_in_force
