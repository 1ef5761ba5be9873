"""A metered text on its page: counted once, walled when the month is spent, and never counted for whoever pays."""

from __future__ import annotations

import re
from itertools import count

import pytest
from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache

from articles.models import Article
from memberships import clock, metering
from memberships.metering import tickets
from memberships.models import MeteredReading
from tests.articles.builders import terms
from tests.factories.articles import SECRET, make_article
from tests.people import Browser, anonymous, member, reader

pytestmark = pytest.mark.django_db
_browsers = count(1)


@pytest.fixture
def stories() -> list[str]:
    """Addresses of seven metered texts, of which three a month are free, and five with an account."""
    terms(allowance=3, registered_allowance=5)
    return [make_article(f"Counted {n}", access="metered").get_absolute_url() for n in range(1, 8)]


@pytest.fixture
def agent(request) -> str:
    """A browser of its own for each test: new meters are counted for each."""
    return f"{request.node.name} {next(_browsers)}"


def opens(browser: Browser, address: str, agent: str = "x", **options) -> bool:
    response = browser.get(address, headers={"user-agent": agent}, **options)
    assert response.status_code == 200
    return SECRET in response.content.decode()


def test_stranger_reads_the_allowance_then_meets_the_wall(stories, agent):
    browser = anonymous()
    assert [opens(browser, address, agent) for address in stories[:4]] == [True, True, True, False]
    assert [opens(browser, address, agent) for address in stories[:3]] == [True, True, True]


def said(browser: Browser, address: str, agent: str) -> str:
    """What the page's private request says of the meter."""
    page = browser.get(address, headers={"user-agent": agent}).content.decode()
    story = re.search(r'data-meter="([0-9a-f]{32})"', page)
    told = browser.get("/account/here.json", {"meter": story[1]}, headers={"user-agent": agent}) if story else None
    return told.json().get("meter", "") if told else ""


def test_what_is_left_is_said_apart_from_the_page_and_the_wall_says_why(stories, agent):
    browser = anonymous()
    assert "2 free articles</strong> of 3 left" in said(browser, stories[0], agent)
    assert "1 free article</strong> of 3 left" in said(browser, stories[1], agent)
    assert "This is your last free article" in said(browser, stories[2], agent)
    assert "2 free articles</strong> of 3 left" not in said(browser, stories[0], agent)
    page = browser.get(stories[3], headers={"user-agent": agent}).content.decode()
    assert "You have read your 3 free articles of this month" in page
    assert "Signed in, you can read 5 a month." in page
    assert "meter-note" not in page


def test_asking_what_is_left_counts_nothing(stories, agent):
    browser, person = anonymous(), reader()
    for address in stories:
        story = Article.objects.get(slug=address.split("/")[-2]).public_id
        for each in (browser, person):
            told = each.get("/account/here.json", {"meter": story}, headers={"user-agent": agent})
            assert tickets.COOKIE not in told.cookies
    assert not MeteredReading.objects.exists()
    assert opens(browser, stories[0], agent)
    assert "2 free articles" in said(browser, stories[0], agent)


def test_no_cookie_before_something_counts(stories, agent):
    browser = anonymous()
    for address in ("/", make_article("Free").get_absolute_url()):
        assert not browser.get(address, headers={"user-agent": agent}).cookies
    response = browser.get(stories[0], headers={"user-agent": agent})
    cookie = response.cookies[tickets.COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert response["Cache-Control"] == "private, no-store"


def test_wall_of_a_spent_meter_is_nobodys_to_keep(stories, agent):
    browser = anonymous()
    for address in stories[:3]:
        opens(browser, address, agent)
    assert browser.get(stories[3], headers={"user-agent": agent})["Cache-Control"] == "private, no-store"


def test_old_cookie_put_back_gains_nothing(stories, agent):
    browser = anonymous()
    opens(browser, stories[0], agent)
    kept = browser.cookies[tickets.COOKIE].value
    for address in stories[1:3]:
        opens(browser, address, agent)
    browser.cookies[tickets.COOKIE] = kept
    assert not opens(browser, stories[3], agent)
    assert opens(browser, stories[0], agent)


def test_forged_cookie_is_a_newcomers(stories, agent):
    browser = anonymous()
    browser.cookies[tickets.COOKIE] = "WyJuIiwiMjAyNi0xMS0wMSIsW11d:forged"
    assert [opens(browser, address, agent) for address in stories[:4]] == [True, True, True, False]


def test_deleting_cookies_gains_little(stories, agent):
    terms(allowance=3, newcomers_a_day=2)
    assert [opens(anonymous(), stories[0], agent) for _ in range(4)] == [True, True, False, False]
    assert opens(anonymous(), stories[0], f"another {agent}")
    assert opens(anonymous(), stories[0], agent, REMOTE_ADDR="198.51.100.7")


def test_addresses_of_one_ipv6_household_are_one_connection(stories, agent):
    terms(newcomers_a_day=1)
    seen = [
        opens(anonymous(), stories[0], agent, REMOTE_ADDR=address)
        for address in ("2001:db8:1:2::a", "2001:db8:1:2:ffff::b", "2001:db8:1:3::a")
    ]
    assert seen == [True, False, True]


def test_head_counts_nothing(stories, agent):
    browser = anonymous()
    for address in stories:
        response = browser.head(address, headers={"user-agent": agent})
        assert (response.status_code, response.content) == (200, b"")
        assert tickets.COOKIE not in response.cookies
    assert opens(browser, stories[0], agent)
    person = reader()
    person.head(stories[0])
    assert not MeteredReading.objects.exists()


def test_account_is_counted_in_rows(stories):
    browser = reader()
    assert [opens(browser, address) for address in stories[:6]] == [True] * 5 + [False]
    assert MeteredReading.objects.filter(user=browser.user).count() == 5
    assert opens(Browser(browser.user), stories[0])
    assert not opens(Browser(browser.user), stories[6])


def test_signing_in_gives_no_second_allowance(stories, agent):
    browser = anonymous()
    for address in stories[:3]:
        opens(browser, address, agent)
    person = reader()
    person.cookies[tickets.COOKIE] = browser.cookies[tickets.COOKIE].value
    assert [opens(person, address, agent) for address in stories[:6]] == [True] * 5 + [False]
    assert MeteredReading.objects.count() == 2


def test_member_is_not_counted(stories):
    browser = member()
    assert all(opens(browser, address) for address in stories)
    assert "meter-note" not in browser.get(stories[0]).content.decode()
    assert not MeteredReading.objects.exists()


def test_print_view_counts_as_the_page_does(stories, agent):
    browser = anonymous()
    assert [opens(browser, f"{address}?print", agent) for address in stories[:4]] == [True, True, True, False]


def test_fewer_a_month_take_effect_at_once(stories, agent):
    browser = anonymous()
    opens(browser, stories[0], agent)
    terms(allowance=1)
    assert [opens(browser, address, agent) for address in stories[:2]] == [True, False]
    terms(allowance=0)
    assert not opens(anonymous(), stories[0], f"fresh {agent}")


def test_cache_that_is_away_turns_nobody_away(stories, agent, monkeypatch, caplog):
    """The cookie alone is believed: it still counts, and still closes."""
    nowhere = RedisCache("redis://127.0.0.1:1/0", {})
    monkeypatch.setattr(caches._connections, "default", nowhere, raising=False)
    browser = anonymous()
    assert [opens(browser, address, agent) for address in stories[:4]] == [True, True, True, False]
    assert "counters cannot be asked: ConnectionError" in caplog.text


def test_queries_of_a_counted_page_do_not_grow_with_the_meter(stories, django_assert_num_queries):
    """The page of an account's first and fourth reading ask alike; the same page again asks less."""
    browser = reader()
    opens(browser, stories[0])
    with django_assert_num_queries(15):
        opens(browser, stories[1])
    opens(browser, stories[2])
    with django_assert_num_queries(15):
        opens(browser, stories[3])


def test_renewal_is_named_on_the_wall(stories, agent):
    browser = anonymous()
    for address in stories[:3]:
        opens(browser, address, agent)
    page = browser.get(stories[3], headers={"user-agent": agent}).content.decode()
    assert metering.renews_on(clock.now()).strftime("1 %B") in page
