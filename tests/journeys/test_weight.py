"""What an article costs its reader, as the browser counts it: bytes, requests, cookies, strangers and jumps."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page

from tests.journeys import kinds
from tests.journeys.stack import Stack
from tests.journeys.test_looks import MOST_SHIFTED, WATCH_FOR_SHIFTS

MOST_BYTES, MOST_REQUESTS = 100_000, 12
MOST_OF_A_KIND = 25_000
# Of layout shift: what is rounded away wherever it is told.
NOTHING = 0.005
PHONE = {"width": 360, "height": 800}
ARTICLES = {
    "English": "palestinian-banks-correspondent-window",
    "English, with Arabic beside it": "baghdad-erbil-oil-revenue-formula",
    "with italics": "gaza-rubble-road-base",
    "Arabic": "ittifaq-baghdad-erbil-tisin-yawman",
    "Turkish": "merkez-bankasi-daha-kucuk-indirim",
    "closed": kinds.FOR_MEMBERS,
    "charts": kinds.REPORT,
}


@dataclass
class Loaded:
    """What went over the wire for one page: bytes by address, head and body, as encoded."""

    addresses: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, float] = field(default_factory=dict)

    def listen(self, wire: CDPSession) -> None:
        wire.on("Network.requestWillBeSent", lambda e: self._asked(e["requestId"], e["request"]["url"]))
        wire.on("Network.loadingFinished", lambda e: self.sizes.update({e["requestId"]: e["encodedDataLength"]}))

    def _asked(self, key: str, address: str) -> None:
        # The browser draws a player's buttons from addresses of its own, which are no requests.
        if not address.startswith("data:"):
            self.addresses[key] = address

    def size_of(self, suffix: str) -> float:
        known = ((size, self.addresses.get(key, "")) for key, size in self.sizes.items())
        return sum(size for size, address in known if urlsplit(address).path.endswith(suffix))

    @property
    def size(self) -> float:
        return sum(self.sizes.values())

    @property
    def table(self) -> str:
        lines = sorted(((self.sizes.get(key, 0), address) for key, address in self.addresses.items()), reverse=True)
        return "\n".join(f"{size:9,.0f} {address[:120]}" for size, address in lines)


@pytest.fixture(scope="module")
def sized(staged: Stack) -> Stack:
    """The newsroom once its worker has made the sizes of its pictures, which go out as they were drawn until then."""

    def are_there() -> bool:
        with urllib.request.urlopen(f"{staged.site}/") as front:
            html = front.read().decode()
        return 0 < html.count("<picture>") <= html.count('type="image/avif"')

    staged.until(are_there, within=180, by_itself=True)
    return staged


@pytest.fixture
def phone(sized: Stack, chromium: Browser) -> Iterator[BrowserContext]:
    """A stranger's phone, on which nothing of the house is yet."""
    context = chromium.new_context(base_url=sized.site, locale="en-GB", viewport=PHONE, device_scale_factor=2)
    yield context
    context.close()


def opened(phone: BrowserContext, stack: Stack, slug: str) -> tuple[Page, Loaded]:
    page, loaded = phone.new_page(), Loaded()
    address = kinds.story(page, stack, slug)
    wire = phone.new_cdp_session(page)
    wire.send("Network.enable")
    loaded.listen(wire)
    page.add_init_script(WATCH_FOR_SHIFTS)
    page.goto(address, wait_until="networkidle")
    page.evaluate("document.fonts.ready")
    return page, loaded


@pytest.mark.parametrize("slug", ARTICLES.values(), ids=ARTICLES.keys())
def test_an_article_is_light_and_calls_nobody_else(phone: BrowserContext, staged: Stack, slug: str) -> None:
    page, loaded = opened(phone, staged, slug)
    lead = page.locator(".article__lead-picture :is(img, video)").first
    picture = urlsplit(str(lead.evaluate("it => it.poster || it.currentSrc"))).path if lead.count() else ""
    weight = loaded.size - (loaded.size_of(picture) if picture else 0)
    assert weight <= MOST_BYTES, loaded.table
    assert len(loaded.addresses) <= MOST_REQUESTS, loaded.table
    assert 0 < loaded.size_of(".css") <= MOST_OF_A_KIND
    assert 0 < loaded.size_of(".js") <= MOST_OF_A_KIND
    assert {urlsplit(address).netloc for address in loaded.addresses.values()} == {urlsplit(staged.site).netloc}
    assert phone.cookies() == []
    assert page.evaluate("shifted") < MOST_SHIFTED, page.evaluate("movers")
    # The first time a face may come after the first paint, if only by a little; what is at hand moves nothing.
    page.reload(wait_until="networkidle")
    assert page.evaluate("shifted") < NOTHING, page.evaluate("movers")


def test_an_article_s_pictures_come_in_the_size_and_form_that_suit(phone: BrowserContext, staged: Stack) -> None:
    page, _loaded = opened(phone, staged, kinds.FREE)
    pictures = page.locator("main picture")
    assert pictures.count() > 1
    for picture in pictures.all():
        image = picture.locator("img")
        source = picture.locator("source[type='image/avif']")
        assert image.get_attribute("width")
        assert image.get_attribute("height")
        assert source.get_attribute("srcset")
        assert source.get_attribute("sizes")
    assert str(pictures.first.locator("img").evaluate("image => image.currentSrc")).endswith(".avif")
    assert [image.get_attribute("loading") for image in pictures.locator("img").all()][1:] == ["lazy"] * (
        pictures.count() - 1
    )


def test_the_faces_that_are_fetched_first_are_those_that_are_used(phone: BrowserContext, staged: Stack) -> None:
    for slug, count in ((ARTICLES["English"], 2), (ARTICLES["Arabic"], 4)):
        page, loaded = opened(phone, staged, slug)
        first = page.locator("link[rel=preload][as=font]")
        assert first.count() == count
        wanted = {urlsplit(str(link.get_attribute("href"))).path for link in first.all()}
        assert wanted <= {urlsplit(address).path for address in loaded.addresses.values()}
        # A face that is fetched twice was asked for in another way than it was announced.
        assert len(loaded.addresses) == len(set(loaded.addresses.values())), loaded.table
        page.close()


@pytest.mark.parametrize("path", ["/", "/pro/", "/search/?q=power", "/account/login/", "/nowhere/"])
def test_nothing_stands_in_a_page_that_its_policy_would_refuse(phone: BrowserContext, path: str) -> None:
    page = phone.new_page()
    answer = page.goto(path)
    assert answer is not None
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert page.locator("script:not([src]):not([type$=json]), style").count() == 0
    handlers = "Array.from(document.querySelectorAll('*'), e => [...e.attributes]).flat().map(a => a.name)"
    assert [name for name in page.evaluate(handlers) if name == "style" or name.startswith("on")] == []


def test_a_stranger_gets_a_cookie_when_a_meter_needs_one_and_not_before(phone: BrowserContext, staged: Stack) -> None:
    page = phone.new_page()
    for path in ("/", "/search/?q=power", "/newsletters/", kinds.story(page, staged, kinds.FOR_MEMBERS)):
        page.goto(path, wait_until="networkidle")
        assert [cookie["name"] for cookie in phone.cookies()] == [], path
    page.goto(kinds.story(page, staged, kinds.METERED[0]), wait_until="networkidle")
    assert len(phone.cookies()) == 1
    assert all(cookie["httpOnly"] and cookie["sameSite"] == "Lax" for cookie in phone.cookies())
