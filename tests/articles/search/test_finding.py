"""How far back one looks: never so little that something newer is missed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.search import asking, finding
from tests.factories.articles import make_article

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 27, 12, tzinfo=UTC)
# Days ago: some lately, none for years, many in one spring, and a few before anybody counted.
AGES = (0, 3, 40, 61, 75, 400, *range(2_000, 2_120, 7), 3_700, 3_701, 11_500)
ages = st.integers(-30, 12_000)


@pytest.fixture
def texts():
    """Keys by moment, the newest first."""
    made = [make_article("Cranes", at=AT - timedelta(days=age)) for age in AGES]
    return [(article.first_published_at, article.pk) for article in made]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(most=st.integers(1, 30), oldest=st.none() | ages, newest=st.none() | ages)
def test_the_newest_are_found_however_they_are_spread(texts, most, oldest, newest):
    since, until = (None if age is None else AT - timedelta(days=age) for age in (oldest, newest))
    query = asking.in_their_languages(asking.parsed("cranes"))
    found = finding.newest(query, AT + timedelta(seconds=1), most, since, until)
    wanted = [pk for moment, pk in texts if (not since or moment >= since) and (not until or moment < until)]
    assert found.numbers == tuple(wanted[:most])
    assert found.is_cut_off == (len(found.numbers) == most)
