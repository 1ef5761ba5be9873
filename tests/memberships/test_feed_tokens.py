"""Addresses of feeds with whole texts: known to one person, kept as a hash, revoked at once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection

from memberships import clock, feed_tokens
from memberships.feed_tokens import FeedTokenError
from memberships.models import FeedToken
from tests.factories.memberships import make_reader, make_staff
from tests.people import Browser, anonymous, member

pytestmark = pytest.mark.django_db
ADDRESS = re.compile(r"http://127\.0\.0\.1:8000/feeds/([\w-]+)/feed\.rss")


def made(browser: Browser, name: str = "NetNewsWire") -> str:
    """The token of a new address, as the page shows it."""
    html = browser.post("/account/feeds/", {"name": name}).content.decode()
    found = ADDRESS.search(html)
    assert found
    return found[1]


def test_address_is_shown_once():
    browser = member()
    token = made(browser)
    html = browser.get("/account/feeds/").content.decode()
    assert "NetNewsWire" in html
    assert token not in html


def test_database_does_not_hold_the_address():
    token = made(member())
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM memberships_feedtoken t")
        (row,) = cursor.fetchall()
    assert token not in row[0]
    assert len(token) == 43


def test_two_addresses_are_never_alike():
    user, at = make_reader(), clock.now()
    assert len({feed_tokens.issue(user, "Reader", at)[1] for _ in range(5)}) == 5


def test_there_are_only_so_many_until_one_is_revoked():
    browser = member()
    for number in range(feed_tokens.MOST_OPEN):
        made(browser, f"Reader {number}")
    refused = browser.post("/account/feeds/", {"name": "One more"})
    assert refused.status_code == 422
    assert "Revoke one first." in refused.content.decode()
    browser.post(f"/account/feeds/{FeedToken.objects.first().pk}/revoke/")
    assert made(browser, "One more")


def test_reader_without_a_name_is_asked_for_one():
    response = member().post("/account/feeds/", {"name": " "})
    assert response.status_code == 422
    assert FeedToken.objects.count() == 0


def test_revoking_is_for_the_owner_and_by_post():
    mine, other = member(), member()
    made(mine)
    row = FeedToken.objects.get()
    assert mine.get(f"/account/feeds/{row.pk}/revoke/").status_code == 405
    other.post(f"/account/feeds/{row.pk}/revoke/")
    anonymous().post(f"/account/feeds/{row.pk}/revoke/")
    row.refresh_from_db()
    assert row.revoked_at is None
    mine.post(f"/account/feeds/{row.pk}/revoke/")
    row.refresh_from_db()
    assert row.revoked_at
    assert "NetNewsWire" not in mine.get("/account/feeds/").content.decode()


def test_use_is_noted_once_an_hour():
    user, at = make_reader(), clock.now()
    row, token = feed_tokens.issue(user, "Reader", at)
    for minutes in (0, 59):
        feed_tokens.note_use(feed_tokens.find(token), at + timedelta(minutes=minutes))
    row.refresh_from_db()
    assert row.last_used_at == at
    feed_tokens.note_use(feed_tokens.find(token), at + timedelta(minutes=60))
    row.refresh_from_db()
    assert row.last_used_at == at + timedelta(minutes=60)


def test_support_sees_who_reads_by_feed_and_never_the_address():
    token = made(member())
    row, desk = FeedToken.objects.get(), Browser(make_staff("Support"))
    for path in ("/admin/memberships/feedtoken/", f"/admin/memberships/feedtoken/{row.pk}/change/"):
        html = desk.get(path).content.decode()
        assert "NetNewsWire" in html
        assert token not in html
        assert row.sha256 not in html


def test_refusal_says_how_many_one_may_have():
    user, at = make_reader(), clock.now()
    for _ in range(feed_tokens.MOST_OPEN):
        feed_tokens.issue(user, "Reader", at)
    with pytest.raises(FeedTokenError, match="5 feed addresses"):
        feed_tokens.issue(user, "Reader", at)
