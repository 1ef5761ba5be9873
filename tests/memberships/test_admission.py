"""Counting under the allowances of a reading rule: one meter, however somebody came."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from secrets import token_hex
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory

from memberships import gift_links
from memberships.access import ANONYMOUS, Item, Reader, Reason, Verdict, decide
from memberships.admission import admit
from memberships.crawlers import claimed_by, verify
from memberships.models import GiftLink, MeteredReading, ReadingRule, User
from memberships.remembered import forget_all
from tests.articles.builders import terms
from tests.factories.memberships import make_reader

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
SEARCH = {"referer": "https://www.google.com/"}
_browsers = count(1)


class Visitor:
    """A browser, or an account's, that asks for admission and keeps what it is given."""

    def __init__(self, user: User | None = None, agent: str = "", address: str = "127.0.0.1") -> None:
        self._user, self._address = user, address
        self._agent = agent or f"tests of admission {next(_browsers)} {uuid4()}"
        self._reader = Reader(is_signed_in=True) if user else ANONYMOUS
        self.cookies: dict[str, str] = {}

    def reads(self, item: Item, method: str = "GET", query: str = "", **headers: str) -> Verdict:
        made = getattr(RequestFactory(), method.lower())
        request = made(f"/x/?{query}", headers={"user-agent": self._agent, **headers}, REMOTE_ADDR=self._address)
        request.user, request.COOKIES = self._user or AnonymousUser(), dict(self.cookies)
        admission, response = admit(request, self._reader, item, NOW), HttpResponse()
        admission.carry(response)
        self.cookies |= {name: morsel.value for name, morsel in response.cookies.items()}
        return decide(admission.reader, admission.item, NOW)


def metered(number: int) -> list[Item]:
    return [Item("metered", key=str(uuid4())) for _ in range(number)]


def rule(**fields: object) -> ReadingRule:
    return ReadingRule.objects.create(name="A rule", **{"referrers": "google.com", **fields})


def test_more_readings_are_counted_on_the_same_meter():
    terms(allowance=1)
    rule(allowance=3)
    items, visitor = metered(5), Visitor()
    came = [{}, {}, SEARCH, SEARCH, SEARCH]
    verdicts = [visitor.reads(item, **headers) for item, headers in zip(items, came, strict=True)]
    assert [(verdict.is_granted, verdict.allowance) for verdict in verdicts] == [
        (True, 1),
        (False, 1),
        (True, 3),
        (True, 3),
        (False, 3),
    ]
    assert [visitor.reads(item).is_granted for item in items] == [True, False, True, True, False]


def test_fewer_readings_close_earlier_and_take_back_nothing():
    terms(allowance=5)
    rule(allowance=2)
    items, visitor = metered(4), Visitor()
    assert all(visitor.reads(item).is_granted for item in items[:3])
    assert not visitor.reads(items[3], **SEARCH).is_granted
    assert all(visitor.reads(item, **SEARCH).is_granted for item in items[:3])
    assert visitor.reads(items[3]).left == 1


def test_none_at_all_is_an_allowance_too():
    terms(allowance=5)
    rule(allowance=0)
    verdict = Visitor().reads(metered(1)[0], **SEARCH)
    assert (verdict.is_granted, verdict.allowance) == (False, 0)


def test_account_has_the_rules_own_number():
    terms(allowance=1, registered_allowance=1)
    rule(allowance=9, registered_allowance=2)
    items, visitor = metered(4), Visitor(make_reader())
    came = [{}, SEARCH, SEARCH, {}]
    verdicts = [visitor.reads(item, **headers).is_granted for item, headers in zip(items, came, strict=True)]
    assert verdicts == [True, True, False, False]
    assert MeteredReading.objects.count() == 2


def test_what_was_read_before_signing_in_counts_with_it():
    terms(allowance=5, registered_allowance=5)
    rule(registered_allowance=2)
    items, stranger, person = metered(3), Visitor(), Visitor(make_reader())
    stranger.reads(items[0], **SEARCH)
    person.cookies = dict(stranger.cookies)
    assert [person.reads(item, **SEARCH).is_granted for item in items] == [True, True, False]


def test_text_that_counts_as_metered_is_counted_and_is_not_when_it_does_not():
    terms(allowance=1)
    rule(counts_as="metered")
    memo, other, visitor = Item("product", "pro", str(uuid4())), Item("product", "pro", str(uuid4())), Visitor()
    assert visitor.reads(memo).reason == Reason.NEEDS_SUBSCRIPTION
    assert not visitor.cookies
    assert visitor.reads(memo, **SEARCH).reason == Reason.METERED
    assert visitor.reads(memo, **SEARCH).reason == Reason.METERED
    assert visitor.reads(other, **SEARCH).reason == Reason.METER_SPENT
    assert visitor.reads(memo).reason == Reason.NEEDS_SUBSCRIPTION


def test_head_counts_nothing_under_a_rule():
    terms(allowance=0)
    rule(allowance=1)
    items, visitor = metered(2), Visitor()
    assert all(visitor.reads(item, "HEAD", **SEARCH).is_granted for item in items)
    assert not visitor.cookies
    assert [visitor.reads(item, **SEARCH).is_granted for item in items] == [True, False]


def test_what_a_rule_opens_uses_up_no_gift():
    rule(counts_as="free")
    memo, at = Item("product", "pro", str(uuid4())), NOW
    link = gift_links.give(make_reader(), memo.key, at)
    visitor = Visitor()
    assert visitor.reads(memo, query=f"gift={link.public_id}", **SEARCH).reason == Reason.PUBLIC
    assert GiftLink.objects.get().openings == 0
    assert visitor.reads(memo, query=f"gift={link.public_id}").reason == Reason.GIFTED
    assert GiftLink.objects.get().openings == 1


def test_rule_that_asks_for_an_account_closes_no_gift():
    rule(counts_as="registered")
    (story,) = metered(1)
    link = gift_links.give(make_reader(), story.key, NOW)
    visitor = Visitor()
    assert visitor.reads(story, query=f"gift={link.public_id}", **SEARCH).reason == Reason.GIFTED
    assert visitor.reads(story, **SEARCH).reason == Reason.NEEDS_LOGIN


def test_rule_that_asks_for_an_account_closes_nothing_to_a_search_engine():
    rule(referrers="", sections="politics", counts_as="registered")
    address = f"2001:db8::a{token_hex(1)}"
    verify(claimed_by(GOOGLEBOT), address, lambda _: ("crawl-1.googlebot.com", [], []), lambda _: [address])
    story = Item("metered", key=str(uuid4()), section="politics")
    assert Visitor(agent=GOOGLEBOT, address=address).reads(story).reason == Reason.CRAWLER
    assert Visitor().reads(story).reason == Reason.NEEDS_LOGIN


def test_what_was_counted_under_a_rule_still_counts_when_it_is_gone():
    terms(allowance=2)
    made = rule(allowance=3)
    items, visitor = metered(4), Visitor()
    assert all(visitor.reads(item, **SEARCH).is_granted for item in items[:3])
    made.delete()
    forget_all()
    assert [visitor.reads(item, **SEARCH).is_granted for item in items] == [True, True, True, False]
