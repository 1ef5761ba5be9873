"""Every address of the contract answers, for people and for machines, and no link of the site leads nowhere."""

from __future__ import annotations

import json
import re

import icalendar
import pytest
from defusedxml import ElementTree
from playwright.sync_api import APIRequestContext, Page, expect

from tests.journeys import acts
from tests.journeys.acts import Person
from tests.journeys.crawl import crawl
from tests.journeys.stack import Stack

MEMBER = "member@readers.example"
PAGES = (
    "/",
    "/ar/",
    "/tr/",
    "/search/",
    "/pro/",
    "/pro/memos/",
    "/pro/trend-reports/",
    "/pro/industries/",
    "/pro/teams/",
    "/newsletters/",
    "/events/",
    "/about/",
    "/terms/",
    "/privacy/",
    "/accessibility/",
    "/corrections/",
    "/account/login/",
    "/account/signup/",
    "/inbox/",
)
OF_A_PERSON = (
    "/account/",
    "/account/membership/",
    "/account/newsletters/",
    "/account/saved/",
    "/account/following/",
    "/account/history/",
    "/account/team/",
    "/account/profile/",
    "/account/email/",
    "/account/2fa/",
    "/account/sessions/",
)
LISTS = ("sections", "topics", "countries", "series", "authors")
FEEDS = ("feed.rss", "feed.atom", "feed.json")
MOST_PAGES = 200
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture
def member(stack: Stack, person: Person) -> Page:
    page = person()
    acts.sign_in(page, stack, MEMBER)
    return page


def test_every_page_of_the_contract_answers(person: Person) -> None:
    request = person().request
    answers = {path: request.get(path) for path in PAGES}
    assert {path: answer.status for path, answer in answers.items()} == dict.fromkeys(PAGES, 200)
    for path, answer in answers.items():
        assert "text/html" in answer.headers["content-type"], path


def test_the_pages_of_a_person_ask_strangers_to_sign_in(person: Person, member: Page) -> None:
    for path in OF_A_PERSON:
        assert "/account/login/" in person().request.get(path).url
        member.goto(path)
        assert member.url.endswith(path)
        expect(member.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize("kind", LISTS)
def test_a_list_stands_beside_its_three_feeds(person: Person, kind: str) -> None:
    page = person()
    page.goto("/pro/memos/" if kind in {"countries", "topics"} else "/sections/politics/")
    if kind in {"countries", "topics"}:
        page.get_by_role("main").get_by_role("heading", level=2).get_by_role("link").first.click()
    page.locator(f"a[href^='/{kind}/']").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect_feeds(page.request, page.url)


def test_everything_published_is_in_the_feeds_of_the_site(stack: Stack, person: Person) -> None:
    expect_feeds(person().request, f"{stack.site}/")


def test_sitemaps_lead_to_every_article(stack: Stack, person: Person) -> None:
    request = person().request
    parts = addresses_in(request, "/sitemap.xml")
    assert len(parts) >= 2
    pages = [address for part in parts for address in addresses_in(request, part)]
    articles = [address for address in pages if "/articles/" in address]
    assert len(articles) >= 30
    assert {request.get(address).status for address in pages[:: max(1, len(pages) // 25)]} == {200}
    assert set(addresses_in(request, "/news-sitemap.xml")) <= set(articles)
    robots = request.get("/robots.txt").text()
    assert f"Sitemap: {stack.site}/sitemap.xml" in robots
    assert f"Sitemap: {stack.site}/news-sitemap.xml" in robots


def test_machines_are_told_how_it_goes(person: Person) -> None:
    request = person().request
    assert request.get("/healthz").json() == {"status": "ok"}
    assert request.get("/readyz").json() == {"status": "ok", "failed": {}}
    assert request.get("/metrics").text().startswith("# HELP")
    for path in ("/webhooks/stripe/", "/webhooks/email/nobody/"):
        assert request.get(path).status == 405
        assert 400 <= request.post(path, data="{}").status < 500


def test_programs_read_the_api_and_people_its_pages(person: Person) -> None:
    page = person()
    first = page.request.get("/api/v1/articles/?section=politics&limit=2").json()
    assert [article["section"] for article in first["results"]] == ["politics", "politics"]
    second = page.request.get(first["next"]).json()
    assert not {article["id"] for article in first["results"]} & {article["id"] for article in second["results"]}
    one = page.request.get(f"/api/v1/articles/{first['results'][0]['id']}/").json()
    assert one["headline"] == first["results"][0]["headline"]
    refused = page.request.get("/api/v1/articles/?colour=red")
    assert refused.status == 400
    assert "There is no filter colour." in refused.text()

    schema = page.request.get("/api/schema/", headers={"Accept": "application/json"}).json()
    assert schema["openapi"].startswith("3.")
    assert "/api/v1/articles/{public_id}/" in schema["paths"]
    page.goto("/api/docs/")
    expect(page.get_by_text("/api/v1/articles/", exact=True).first).to_be_visible()


def test_a_member_takes_a_place_at_an_event_and_gives_it_back(stack: Stack, member: Page) -> None:
    member.goto("/events/")
    member.get_by_role("main").get_by_role("heading", level=2).get_by_role("link").first.click()
    title = member.get_by_role("heading", level=1).inner_text()
    member.get_by_label("Your question for the speakers").fill("Who pays for the breakwater?")
    member.get_by_role("button", name="Register").click()
    expect(member.get_by_role("main")).to_contain_text("You have a place.")

    link = member.get_by_role("link", name="Put it into your calendar").get_attribute("href")
    calendar = icalendar.Calendar.from_ical(member.request.get(str(link)).body())
    [entry] = calendar.walk("VEVENT")
    assert entry["summary"] == title
    assert entry["dtstart"].dt < entry["dtend"].dt
    mail = stack.mail_to(MEMBER, title)
    assert [file.content_type for file in mail.attachments] == ["text/calendar"]

    assert member.request.get(f"{member.url}live/").status == 200
    member.get_by_role("button", name="Give my place back").click()
    expect(member.get_by_role("main").get_by_role("status")).to_contain_text("Your place is free for somebody else.")
    expect(member.get_by_role("button", name="Register")).to_be_visible()


def test_a_member_ranks_industries(person: Person, member: Page) -> None:
    stranger = person()
    stranger.goto("/pro/industries/")
    expect(stranger.get_by_role("main").get_by_role("listitem")).to_have_count(9)
    expect(stranger.get_by_role("button", name=re.compile("Move"))).to_have_count(0)

    member.goto("/pro/industries/")
    rows = member.get_by_role("main").get_by_role("listitem")
    names = [row.split("\n")[0] for row in rows.all_inner_texts()]
    member.get_by_role("button", name=f"Move {names[1]} up").click()
    expect(rows.first).to_contain_text(names[1])
    member.get_by_label(f"Place of {names[8]}").fill("1")
    member.get_by_role("button", name="Save the order").last.click()
    expect(rows.first).to_contain_text(names[8])
    member.reload()
    assert [row.split("\n")[0] for row in rows.all_inner_texts()][:3] == [names[8], names[1], names[0]]


@pytest.mark.parametrize("who", ["a stranger", "a member"])
def test_no_link_leads_nowhere_and_nothing_is_put_off(stack: Stack, person: Person, who: str) -> None:
    page = person()
    if who == "a member":
        acts.sign_in(page, stack, MEMBER)
    visited = list(crawl(page.request, stack.site, ["/", "/ar/", "/pro/", "/newsletters/"], MOST_PAGES))
    assert len(visited) > 100
    assert [(each.address, each.status, each.linked_from) for each in visited if each.status >= 400] == []
    # What reporters write may well happen soon.
    ours = [each for each in visited if "/articles/" not in each.address]
    assert [each.address for each in ours if re.search(r"\bsoon\b", each.text, re.IGNORECASE)] == []


def test_an_unknown_address_is_answered_in_our_own_words(person: Person) -> None:
    page = person()
    answer = page.goto("/articles/2026/11/nobody-wrote-this/")
    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing at this address")
    expect(page.get_by_role("main").get_by_role("link", name="To the front page")).to_be_visible()
    for path in ("/nowhere/", "/sections/nowhere/", "/newsletters/daily-briefing/2026-02-31/", "/feed.txt"):
        assert page.request.get(path).status == 404, path


def expect_feeds(request: APIRequestContext, page: str) -> None:
    """Three well-formed feeds of the same stories, each of which is there."""
    rss, atom, feed = (request.get(f"{page}{name}") for name in FEEDS)
    in_rss = [item.findtext("link") for item in ElementTree.fromstring(rss.body()).iter("item")]
    links = ElementTree.fromstring(atom.body()).iter("{http://www.w3.org/2005/Atom}entry")
    in_atom = [entry.find("{http://www.w3.org/2005/Atom}link").get("href") for entry in links]
    in_json = [item["url"] for item in json.loads(feed.body())["items"]]
    assert in_rss == in_atom == in_json
    assert request.get(in_json[0]).status == 200


def addresses_in(request: APIRequestContext, sitemap: str) -> list[str]:
    return [str(loc.text) for loc in ElementTree.fromstring(request.get(sitemap).body()).iter(f"{SITEMAP}loc")]
