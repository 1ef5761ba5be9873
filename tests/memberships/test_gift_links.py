from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from memberships import gift_links
from memberships.gift_links import GiftError
from memberships.models import GiftLink
from tests.articles.builders import terms
from tests.factories.memberships import make_member

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)


def key() -> str:
    return str(uuid4())


def opens(link: GiftLink, item: str, at: datetime = NOW, *, counts: bool = True) -> bool:
    return gift_links.opens(str(link.public_id), item, at, counts=counts)


@pytest.mark.django_db
def test_link_opens_its_item_and_no_other():
    item = key()
    link = gift_links.give(make_member(), item, NOW)
    assert (opens(link, item), opens(link, key())) == (True, False)
    assert not gift_links.opens(str(uuid4()), item, NOW, counts=True)


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", "x", "null\x00", "9" * 10_000, "ö" * 36])
def test_no_token_is_too_strange(token):
    assert not gift_links.opens(token, key(), NOW, counts=True)


@pytest.mark.django_db
def test_giving_again_is_the_same_link_and_no_second_gift():
    giver, item = make_member(), key()
    assert gift_links.give(giver, item, NOW).pk == gift_links.give(giver, item, NOW + DAY).pk
    assert gift_links.left(giver, NOW) == 9


@pytest.mark.django_db
def test_month_has_so_many_gifts_and_the_next_has_more():
    terms(gifts_a_month=2)
    giver = make_member()
    gift_links.give(giver, key(), NOW)
    gift_links.revoke(gift_links.give(giver, key(), NOW), NOW)
    with pytest.raises(GiftError, match="given away everything"):
        gift_links.give(giver, key(), NOW)
    assert gift_links.give(giver, key(), NOW + 9 * DAY).month.month == 12


@pytest.mark.django_db
def test_gift_grows_old_and_can_be_given_anew():
    terms(gift_days=3)
    giver, item = make_member(), key()
    link = gift_links.give(giver, item, NOW)
    last = NOW + 3 * DAY
    assert [opens(link, item, at) for at in (NOW - DAY, NOW, last - timedelta(microseconds=1), last)] == [
        False,
        True,
        True,
        False,
    ]
    assert opens(gift_links.give(giver, item, last), item, last)


@pytest.mark.django_db
def test_revoked_link_opens_nothing():
    item = key()
    link = gift_links.give(make_member(), item, NOW)
    assert [gift_links.revoke(link, NOW), gift_links.revoke(link, NOW)] == [True, False]
    assert not opens(link, item)


@pytest.mark.django_db
def test_looking_without_counting_uses_no_opening():
    terms(gift_openings=1)
    item = key()
    link = gift_links.give(make_member(), item, NOW)
    assert [opens(link, item, counts=counts) for counts in (False, False, True, True)] == [True, True, True, False]


def test_last_opening_is_had_once(committing):
    terms(gift_openings=3)
    item = key()
    link = gift_links.give(make_member(), item, NOW)
    together = Barrier(8)

    def open_it(_: int) -> bool:
        together.wait()
        try:
            return opens(link, item)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(open_it, range(8))) == 3
    assert GiftLink.objects.get().openings == 3


def test_two_clicks_give_one_link(committing):
    giver, item, together = make_member(), key(), Barrier(4)

    def give(_: int) -> int:
        together.wait()
        try:
            return gift_links.give(giver, item, NOW).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(give, range(4)))) == GiftLink.objects.count() == 1
