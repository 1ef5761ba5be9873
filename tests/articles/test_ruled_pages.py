"""Article pages on terms that differ by where their reader comes from."""

from __future__ import annotations

import re
from itertools import count

import pytest
from django.core.files.base import ContentFile

from articles.media import recordings
from articles.media.recordings import add_recording
from memberships import clock
from memberships.metering import tickets
from memberships.models import Plan, ReadingRule
from memberships.remembered import forget_all
from tests.articles.builders import terms
from tests.articles.media import files
from tests.factories.articles import OPENING, SECRET, make_article, section
from tests.factories.memberships import plan, pro
from tests.people import Browser, anonymous, member, reader

pytestmark = pytest.mark.django_db
SEARCH = {"referer": "https://www.google.com/"}
_browsers = count(1)


@pytest.fixture(autouse=True)
def on_sale():
    return plan()


@pytest.fixture(autouse=True)
def our_proxy_says_the_country(settings):
    settings.COUNTRY_HEADER, settings.TRUSTED_PROXY_COUNT = "CF-IPCountry", 1


@pytest.fixture
def agent(request) -> str:
    """A browser of its own for each test: new meters are counted for each."""
    return f"{request.node.name} {next(_browsers)}"


def rule(**fields: object) -> ReadingRule:
    made = ReadingRule.objects.create(name="A rule", **fields)
    forget_all()
    return made


def monthly() -> Plan:
    return Plan.objects.create(
        product=pro(), name="PRO, monthly", lookup_key="pro_monthly", amount=900, interval="month", position=5
    )


def page(browser: Browser, address: str, **headers: str) -> str:
    response = browser.get(address, headers={name.replace("_", "-"): value for name, value in headers.items()})
    assert response.status_code == 200
    return response.content.decode()


def wall_on(html: str) -> str:
    return html.partition('<section class="wall')[2].partition("</section>")[0]


def left(browser: Browser, html: str, agent: str, **came: str) -> str:
    """What the page's own request says of the meter."""
    story = re.search(r'data-meter="([0-9a-f]{32})"', html)
    assert story
    told = browser.get("/account/here.json", {"meter": story[1], **came}, headers={"user-agent": agent})
    return told.json()["meter"]


def test_who_comes_from_search_has_three_readings_and_is_told_so(agent):
    terms(allowance=1, registered_allowance=2)
    rule(referrers="google.com", allowance=3)
    stories, browser = [make_article(access="metered").get_absolute_url() for _ in range(5)], anonymous()
    first = page(browser, stories[0], user_agent=agent, **SEARCH)
    assert "2 free articles</strong> of 3 left" in left(browser, first, agent, referrer="www.google.com")
    pages = [first, *(page(browser, address, user_agent=agent, **SEARCH) for address in stories[1:4])]
    assert [SECRET in html for html in pages] == [True, True, True, False]
    assert "You have read your 3 free articles of this month" in pages[3]
    assert "Signed in" not in wall_on(pages[3])
    straight = page(browser, stories[4], user_agent=agent)
    assert "You have read your 1 free article of this month" in straight
    assert "Signed in, you can read 2 a month" in straight


def test_wall_promises_the_readings_with_an_account_that_hold_after_signing_in(agent):
    """Signing in, one comes from our own page: what is for those from another site would not hold."""
    terms(allowance=0, registered_allowance=4)
    rule(referrers="google.com", allowance=1, registered_allowance=9)
    rule(countries="DE", position=1, allowance=1, registered_allowance=7)
    stories, browser = [make_article(access="metered").get_absolute_url() for _ in range(2)], anonymous()
    page(browser, stories[0], user_agent=agent, **SEARCH)
    assert "Signed in, you can read 4 a month" in page(browser, stories[1], user_agent=agent, **SEARCH)
    assert "Signed in, you can read 7 a month" in page(browser, stories[1], user_agent=agent, cf_ipcountry="de")


@pytest.mark.parametrize("kind", ["news", "memo"])
def test_campaign_opens_a_closed_text_to_who_follows_its_link(kind):
    rule(campaigns="Spring", counts_as="free")
    closed = {} if kind == "memo" else {"access": "registered"}
    address = make_article(kind=kind, **closed).get_absolute_url()
    assert SECRET in page(anonymous(), f"{address}?utm_source=letter&utm_campaign=SPRING")
    assert SECRET not in page(anonymous(), f"{address}?utm_campaign=autumn")
    assert SECRET not in page(anonymous(), address)


def test_memo_that_asks_for_an_account_only():
    rule(campaigns="spring", counts_as="registered")
    address = f"{make_article(kind='memo').get_absolute_url()}?utm_campaign=spring"
    stranger = page(anonymous(), address)
    assert SECRET not in stranger
    assert "Read on with a free account" in wall_on(stranger)
    assert SECRET in page(reader(), address)


def test_readers_in_a_country_read_what_others_do_not():
    rule(countries="LB\nPS", counts_as="free")
    address = make_article(access="registered").get_absolute_url()
    assert SECRET in page(anonymous(), address, cf_ipcountry="LB")
    assert SECRET not in page(anonymous(), address, cf_ipcountry="DE")
    assert SECRET not in page(anonymous(), address)


def test_readers_own_word_for_their_country_is_not_believed(settings):
    settings.TRUSTED_PROXY_COUNT = 0
    rule(countries="LB", counts_as="free")
    assert SECRET not in page(anonymous(), make_article(access="registered").get_absolute_url(), cf_ipcountry="LB")


def test_texts_of_a_section_have_terms_of_their_own(agent):
    terms(allowance=0)
    rule(sections=section("Culture").slug, allowance=1)
    culture = make_article(access="metered", section=section("Culture")).get_absolute_url()
    politics = make_article(access="metered").get_absolute_url()
    assert SECRET in page(anonymous(), culture, user_agent=agent)
    assert SECRET not in page(anonymous(), politics, user_agent=agent)


def test_plan_of_the_rule_stands_on_the_wall_and_its_link_leads_to_it():
    rule(referrers="google.com", plan=monthly())
    address = make_article(kind="memo").get_absolute_url()
    html = page(anonymous(), address, **SEARCH)
    assert SECRET not in html
    assert "$9.00 a month" in wall_on(html)
    way = f"/pro/?next={address.replace('/', '%2F')}&amp;plan=pro_monthly"
    assert f'href="{way}"' in wall_on(html)
    offer = page(anonymous(), way.replace("&amp;", "&"))
    assert 'value="pro_monthly" checked' in offer
    assert f'name="next" value="{address}"' in offer
    assert "$25.00 a month, billed annually" in wall_on(page(anonymous(), address))


def test_plan_that_is_sold_no_more_is_offered_no_more():
    offered = monthly()
    rule(referrers="google.com", plan=offered)
    offered.is_offered = False
    offered.save()
    forget_all()
    assert "$25.00 a month" in wall_on(page(anonymous(), make_article(kind="memo").get_absolute_url(), **SEARCH))


def test_head_counts_nothing_and_says_nothing(agent):
    terms(allowance=0)
    rule(referrers="google.com", allowance=1)
    address, browser = make_article(access="metered").get_absolute_url(), anonymous()
    response = browser.head(address, headers={"user-agent": agent, **SEARCH})
    assert (response.status_code, response.content) == (200, b"")
    assert tickets.COOKIE not in response.cookies
    assert SECRET in page(browser, address, user_agent=agent, **SEARCH)


@pytest.mark.parametrize(
    "referrer",
    [
        "http://testserver/",
        "https://google.com.evil.example/",
        "https://evil.example/?https://google.com/",
        "https://google.com@evil.example/",
        "https://[google.com",
        "google.com",
        "https://google.com\x00/",
        "https://google.com\t.evil.example/",
        "https://" + "google.com." * 1000,
        "\x01\x02" * 5000,
    ],
)
def test_referrer_that_is_not_the_site_opens_nothing(referrer):
    rule(referrers="google.com\ntestserver.example\n127.0.0.1.example", counts_as="free")
    address = make_article(access="registered").get_absolute_url()
    assert SECRET not in page(anonymous(), address, referer=referrer)


@pytest.mark.parametrize("said", ["x" * 10_000, "\x00", "L\x00", "LB;", "\u00ff" * 20, "LB,LB"])
def test_absurd_country_is_unknown(said):
    rule(countries="LB", counts_as="free")
    assert SECRET not in page(anonymous(), make_article(access="registered").get_absolute_url(), cf_ipcountry=said)


@pytest.mark.parametrize("said", ["x" * 10_000, "%ff%fe", "%01spring", "%E2%80%AE"])
def test_absurd_campaign_is_nobodys(said):
    rule(campaigns="spring", counts_as="free")
    address = make_article(access="registered").get_absolute_url()
    assert SECRET not in page(anonymous(), f"{address}?utm_campaign={said}")


def test_free_text_asks_no_rule_and_stays_everybodys(django_assert_num_queries):
    address = make_article().get_absolute_url()
    anonymous().get(address)
    rule(referrers="google.com", counts_as="metered", allowance=0)
    browser = anonymous()
    browser.get(address, headers=SEARCH)
    with django_assert_num_queries(3):
        response = browser.get(address, headers=SEARCH)
    assert SECRET in response.content.decode()
    assert response["Cache-Control"] == "no-cache"
    assert "max-age" in response["Surrogate-Control"]


# What is opened also asks for its paid column.
@pytest.mark.parametrize(("counts_as", "queries"), [("", 4), ("free", 5)])
def test_rules_in_force_cost_a_page_no_question(counts_as, queries, django_assert_num_queries):
    address, browser = make_article(kind="memo").get_absolute_url(), anonymous()
    browser.get(address)
    # The newsletter under a whole text is remembered.
    browser.get(make_article().get_absolute_url())
    with django_assert_num_queries(4):
        browser.get(address)
    for position in range(5):
        rule(position=position, referrers="t.co", countries="DE", counts_as="free")
    rule(position=9, referrers="google.com", counts_as=counts_as, plan=monthly())
    browser.get(address, headers=SEARCH)
    with django_assert_num_queries(queries):
        browser.get(address, headers=SEARCH)


def test_page_made_by_a_rule_is_for_nobody_elses_cache():
    rule(referrers="google.com", counts_as="free")
    response = anonymous().get(make_article(access="registered").get_absolute_url(), headers=SEARCH)
    assert SECRET in response.content.decode()
    assert response["Cache-Control"] == "private, no-store"


def test_member_reads_on_whatever_a_rule_says():
    rule(countries="DE", counts_as="metered", allowance=0, registered_allowance=0)
    html = page(member(), make_article(kind="memo").get_absolute_url(), cf_ipcountry="DE")
    assert OPENING in html
    assert SECRET in html
    assert "meter-note" not in html


def test_recording_follows_what_a_campaign_opened(settings, tmp_path):
    """Its own request comes from our page: that the page was opened is what it goes by."""
    settings.MEDIA_ROOT = tmp_path
    rule(campaigns="spring", counts_as="free")
    film = add_recording(ContentFile(files.film(), "strait.mp4"), "The strait, filmed", "", None, clock.now())
    story, browser = make_article(kind="memo", recording=film), anonymous()
    address = recordings.address(story)
    assert browser.get(address).status_code == 403
    assert SECRET in page(browser, f"{story.get_absolute_url()}?utm_campaign=spring")
    assert browser.get(address).status_code == 200
    assert browser.get(recordings.address(make_article(kind="memo", recording=film))).status_code == 403


def test_recording_is_open_where_a_country_opens_its_story(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    rule(countries="DE", counts_as="free")
    film = add_recording(ContentFile(files.film(), "strait.mp4"), "The strait, filmed", "", None, clock.now())
    address = recordings.address(make_article(kind="memo", recording=film))
    assert anonymous().get(address, headers={"cf-ipcountry": "DE"}).status_code == 200
    assert anonymous().get(address, headers={"cf-ipcountry": "FR"}).status_code == 403
