"""A crawler is believed when its address's name and that name's addresses agree. The resolver is the outside world."""

from __future__ import annotations

from itertools import count

import pytest

from memberships import crawlers

GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
_hosts = count(1)


@pytest.fixture
def address() -> str:
    """An address no other test has asked about: answers are kept."""
    number = next(_hosts)
    return f"2001:db8:66::{number:x}"


def dns(name: str, *addresses: str):
    """A resolver that knows one name."""
    return (lambda asked: (name, [], [asked])), (lambda asked: list(addresses) if asked == name else [])


def no_name(asked: str):
    raise OSError("no such name")


def test_crawler_is_known_by_its_word():
    assert crawlers.claimed_by(GOOGLEBOT).name == "googlebot"
    assert crawlers.claimed_by("Mozilla/5.0 (compatible; bingbot/2.0)").name == "bingbot"
    assert crawlers.claimed_by("Mozilla/5.0 (X11; Linux) Firefox/140") is None
    assert crawlers.claimed_by("") is None


def test_name_that_leads_back_proves_it_and_is_remembered(address):
    crawler = crawlers.claimed_by(GOOGLEBOT)
    assert crawlers.is_verified(crawler, address) is None
    assert crawlers.verify(crawler, address, *dns("crawl-1.googlebot.com", address))
    assert crawlers.is_verified(crawler, address) is True


@pytest.mark.parametrize(
    "name",
    ["crawl-1.googlebot.com.evil.example", "evilgooglebot.com", "googlebot.com", "7.bc.googleusercontent.com", ""],
)
def test_name_of_somebody_else_proves_nothing(address, name):
    crawler = crawlers.claimed_by(GOOGLEBOT)
    assert not crawlers.verify(crawler, address, *dns(name, address))
    assert crawlers.is_verified(crawler, address) is False


def test_name_that_leads_elsewhere_proves_nothing(address):
    """Whoever owns an address may give it any name; only the owner of the name can make it lead back."""
    crawler = crawlers.claimed_by(GOOGLEBOT)
    assert not crawlers.verify(crawler, address, *dns("crawl-1.googlebot.com", "192.0.2.9"))


def test_resolver_that_does_not_answer_proves_nothing(address):
    crawler = crawlers.claimed_by(GOOGLEBOT)
    assert not crawlers.verify(crawler, address, no_name, crawlers.addresses_of)


def test_one_crawler_is_not_another(address):
    bing = crawlers.claimed_by("bingbot")
    assert not crawlers.verify(bing, address, *dns("crawl-1.googlebot.com", address))
