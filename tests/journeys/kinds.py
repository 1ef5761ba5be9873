"""Every kind of page of the reading site, once: what looks, what is accessible, what is valid is proved for each."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.template.loader import render_to_string
from playwright.sync_api import Page, Route

from tests.journeys import acts, hosted, staging
from tests.journeys.stack import ROOT, Stack

READER, MEMBER, OWNER = "reader@readers.example", "member@readers.example", "farah.azzouni@saffronbay.example"
PAYING = staging.PAYING
# Metered stories; the last is one too many for somebody the house does not know.
METERED = (
    "red-sea-war-risk-premiums",
    "abu-dhabi-data-centres-firm-power",
    "egypt-wheat-silos-private-traders",
    "turkey-building-permits-bill",
)
FREE, FOR_MEMBERS, FOR_ACCOUNTS = "alexandria-sea-wall", "memo-duqm-hydrogen-timetable", "gulf-cyber-port-exercise"
REPORT = "trend-gulf-storage-night-shift"
# Where the page that says it is our fault is looked at.
FAILING = "/what-fails/"

Arrival = Callable[[Page, Stack], None]


@dataclass(frozen=True)
class Kind:
    """A kind of page: its path, which follows the story's address where there is a ``story``; with ``leads`` the path
    of a list whose first entry is meant; or the way there where no address leads to it. What ``is_written`` is in one
    language.
    """

    path: str = ""
    leads: bool = False
    story: str = ""
    arrive: Arrival | None = None
    language: str = "en ltr"
    status: int = 200
    is_written: bool = False

    @property
    def is_in_arabic_too(self) -> bool:
        """A story speaks its own language whatever its address asks for, and an act is performed once."""
        return not (self.story or self.leads or self.arrive or self.is_written) and self.language == "en ltr"


def go_to(page: Page, stack: Stack, kind: Kind, query: str = "") -> None:
    """Open the page, in a window of whoever is meant to see it."""
    if kind.arrive is not None:
        kind.arrive(page, stack)
        return
    if kind.leads:
        page.goto(kind.path)
        page.get_by_role("main").get_by_role("heading", level=2).get_by_role("link").first.click()
        page.wait_for_url(lambda address: not address.endswith(kind.path))
        return
    path = f"{story(page, stack, kind.story)}{kind.path}" if kind.story else kind.path
    answer = page.goto(path + (f"{'&' if '?' in path else '?'}{query}" if query else ""))
    assert answer is not None
    assert answer.status == kind.status, f"{answer.status} from {answer.url}"


_stories: dict[str, dict[str, dict[str, str]]] = {}


def _known(page: Page, stack: Stack) -> dict[str, dict[str, str]]:
    if stack.site not in _stories:
        answer = page.request.get("/api/v1/articles/?limit=100").json()["results"]
        _stories[stack.site] = {urlsplit(each["url"]).path.split("/")[4]: each for each in answer}
    return _stories[stack.site]


def story(page: Page, stack: Stack, slug: str) -> str:
    """The path of a story of the demo, whose month depends on the day."""
    return urlsplit(_known(page, stack)[slug]["url"]).path


def stage(stack: Stack) -> None:
    """Let happen in the running demo what it has not had yet, so that there is a page of it."""
    environment = {**os.environ, "MODE": "demo", "NEWSROOM_VAR": str(stack.var), "PORT": str(urlsplit(stack.site).port)}
    for foreign in ("DATABASE_URL", "REDIS_URL", "CACHE_URL", "EMAIL_URL", "STRIPE_SECRET_KEY", "PYTEST_XDIST_WORKER"):
        environment.pop(foreign, None)
    subprocess.run([sys.executable, "-m", "tests.journeys.staging"], cwd=ROOT, env=environment, check=True)


# --- ways to pages that no address leads to -----


def _of(prefix: str, slug: str) -> Arrival:
    def arrive(page: Page, stack: Stack) -> None:
        page.goto(f"{prefix}{_known(page, stack)[slug]['id']}/")

    return arrive


def _spend_the_meter(page: Page, stack: Stack) -> None:
    for slug in METERED:
        page.goto(story(page, stack, slug))
    assert "of this month" in page.locator(".wall__reason").inner_text()


def _retracted(page: Page, stack: Stack) -> None:
    base = story(page, stack, FREE)
    answer = page.goto(base.replace(FREE, staging.RETRACTED))
    assert answer is not None
    assert answer.status == 410


def _latest_edition(slug: str) -> Arrival:
    def arrive(page: Page, stack: Stack) -> None:
        page.goto(f"/newsletters/{slug}/")
        page.get_by_role("main").locator(f"a[href*='/newsletters/{slug}/20']").first.click()
        page.wait_for_url(re.compile(r"\d{4}-\d{2}-\d{2}/$"))

    return arrive


def _live_page(page: Page, stack: Stack) -> None:
    page.goto("/events/")
    page.get_by_role("main").get_by_role("heading", level=2).get_by_role("link").first.click()
    page.wait_for_url(lambda address: not address.endswith("/events/"))
    page.goto(f"{page.url}live/")


def _ask_for_a_code(page: Page, stack: Stack) -> None:
    page.goto("/account/login/")
    page.get_by_label("Email address").fill(READER)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_role("heading", name="Type the code").wait_for()


def _come_from_google(page: Page, stack: Stack) -> None:
    page.goto("/account/login/")
    acts.say_who_one_is(page, "Google", acts.new_address("google"))


def _sign_up(page: Page, stack: Stack) -> None:
    page.goto("/account/signup/")
    page.get_by_label("Email").fill(acts.new_address("newcomer"))
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_role("heading", name="Type the code").wait_for()


def _send_a_form_from_elsewhere(page: Page, stack: Stack) -> None:
    page.goto("/about/")
    with page.expect_navigation() as navigation:
        page.evaluate(
            "document.body.append(Object.assign(document.createElement('form'), {id: 'bare', method: 'post',"
            " action: '/pro/teams/'})); document.getElementById('bare').submit()"
        )
    answer = navigation.value
    assert answer is not None
    assert answer.status == 403


def _gift_given(page: Page, stack: Stack) -> None:
    """Back from the till."""
    acts.give(page, stack, acts.new_address("giver"), acts.new_address("given"))


def _gift_to_print(page: Page, stack: Stack) -> None:
    _gift_given(page, stack)
    page.get_by_role("button", name="Make the page to print").click()
    page.locator(".gift-sheet").wait_for()


def _gift_to_claim(page: Page, stack: Stack) -> None:
    mine = acts.new_address("given")
    acts.give(page, stack, acts.new_address("giver"), mine)
    stack.wake("memberships.tasks.deliver_gifts")
    page.goto(acts.link_in(stack.mail_to(mine, "gives you"), "/gift/"))


def _withdrawal(page: Page, stack: Stack) -> None:
    address = acts.new_address("withdrawing")
    page.goto("/withdraw/")
    page.get_by_label("Your name").fill("Emil Haas")
    page.get_by_label("Email address of the contract").fill(address)
    page.get_by_role("button", name="Go on").click()
    page.goto(acts.link_in(stack.mail_to(address, "Confirm your withdrawal"), "/withdraw/"))


def _withdrawn(page: Page, stack: Stack) -> None:
    _withdrawal(page, stack)
    page.get_by_role("button", name="Confirm withdrawal").click()
    page.get_by_role("heading", name="Your withdrawal has arrived").wait_for()


def _another_plan(page: Page, stack: Stack) -> None:
    page.goto("/account/membership/change/")
    page.get_by_role("button", name="See what it costs").click()
    page.locator("[name=look]").wait_for(state="attached")


def _server_error(page: Page, stack: Stack) -> None:
    """The page as it is, which the demo gives nobody a reason to send."""
    names = json.loads((stack.var / "static" / "staticfiles.json").read_text())["paths"]
    html = re.sub(r"/static/([\w./-]+)", lambda found: f"/static/{names[found[1]]}", render_to_string("500.html"))
    address = f"{stack.site}{FAILING}"

    def answer(route: Route) -> None:
        route.fulfill(status=500, body=html, content_type="text/html")

    page.route(address, answer)
    given = page.goto(address)
    assert given is not None
    assert given.status == 500


# --- the kinds -----
PUBLIC = {
    "front": Kind("/"),
    "Arabic front": Kind("/ar/", language="ar rtl"),
    "Turkish front": Kind("/tr/", language="tr ltr"),
    "section": Kind("/sections/business/"),
    "topic": Kind("/topics/water/"),
    "country": Kind("/countries/iraq/"),
    "series": Kind("/series/iraq-pulse/"),
    "author": Kind("/authors/selin-karabey/"),
    "news": Kind(story="palestinian-banks-correspondent-window"),
    "Arabic news": Kind(story="ittifaq-baghdad-erbil-tisin-yawman", language="ar rtl"),
    "Turkish news": Kind(story="merkez-bankasi-daha-kucuk-indirim", language="tr ltr"),
    "feature, corrected": Kind(story=FREE),
    "what changed": Kind("changes/", story=FREE),
    "opinion": Kind(story="lebanon-depositors-queue"),
    "interview": Kind(story="interview-liquid-cooling-founder"),
    "live": Kind(story="storm-closes-eastern-mediterranean-ports"),
    "video": Kind(story="gaza-rubble-road-base"),
    "audio": Kind(story="tunisia-olive-year-podcast"),
    "analysis, metered": Kind(story=METERED[0]),
    "meter spent": Kind(arrive=_spend_the_meter),
    "wall to accounts": Kind(story=FOR_ACCOUNTS),
    "memo, closed": Kind(story=FOR_MEMBERS),
    "trend report, closed": Kind(story=REPORT),
    "access receipt": Kind(arrive=_of("/account/receipts/", FOR_MEMBERS)),
    "for paper": Kind("?print", story=FREE),
    "embedded card": Kind(arrive=_of("/embed/", FREE)),
    "retracted": Kind(arrive=_retracted),
    "search": Kind("/search/?q=power"),
    "search, nothing found": Kind("/search/?q=xyzzyx"),
    "PRO": Kind("/pro/"),
    "memos": Kind("/pro/memos/"),
    "trend reports": Kind("/pro/trend-reports/"),
    "industries": Kind("/pro/industries/"),
    "PRO, with a code": Kind(f"/pro/?code={staging.CODE}"),
    "teams": Kind("/pro/teams/"),
    "withdraw": Kind("/withdraw/"),
    "withdraw sent": Kind("/withdraw/sent/"),
    "withdrawal": Kind(arrive=_withdrawal),
    "withdrawn": Kind(arrive=_withdrawn),
    "withdrawal link damaged": Kind("/withdraw/damaged/", status=410),
    "student link damaged": Kind("/account/student/damaged/", status=410),
    "to give a membership": Kind("/gift/"),
    "a gift that was bought": Kind(arrive=_gift_given),
    "a gift to print": Kind(arrive=_gift_to_print),
    "a gift to claim": Kind(arrive=_gift_to_claim),
    "a gift that cannot be opened": Kind("/gift/no-such-gift/", status=410),
    "newsletters": Kind("/newsletters/"),
    "newsletter": Kind("/newsletters/turkey/", is_written=True),
    "edition": Kind(arrive=_latest_edition("turkey")),
    "edition, closed": Kind(arrive=_latest_edition("supply-chain")),
    "events": Kind("/events/"),
    "event": Kind("/events/", leads=True),
    "sign-in": Kind("/account/login/"),
    "sign-in, the code": Kind(arrive=_ask_for_a_code),
    "sign-up": Kind("/account/signup/"),
    "sign-in with a provider": Kind(arrive=_come_from_google),
    "sign-in with a provider, amiss": Kind("/account/oidc/google/login/callback/", status=401),
    "sign-up, the code": Kind(arrive=_sign_up),
    "about": Kind("/about/"),
    "terms": Kind("/terms/"),
    "privacy": Kind("/privacy/"),
    "accessibility": Kind("/accessibility/"),
    "corrections": Kind("/corrections/"),
    "no network": Kind("/offline/"),
    "not read": Kind("/search/?q=%00", status=400),
    "not from us": Kind(arrive=_send_a_form_from_elsewhere),
    "nothing": Kind("/nowhere/", status=404),
    "our fault": Kind(arrive=_server_error),
}
# The pages of the local Stripe, which are in the demo's path.
HOSTED = {
    "checkout": Kind(arrive=hosted.checkout),
    "checkout, with mistakes": Kind(arrive=hosted.declined),
    "checkout, the bank asks": Kind(arrive=hosted.bank),
    "checkout, bought once": Kind(arrive=hosted.purchase),
    "invoice": Kind(arrive=hosted.invoice),
    "billing portal": Kind(arrive=hosted.portal),
    "local Stripe": Kind(arrive=hosted.control),
}
OF_A_READER = {
    "wall to members": Kind(story=FOR_MEMBERS),
    "to start a membership": Kind("/account/start/pro_annual/"),
    "membership, none": Kind("/account/membership/"),
    "closed to me": Kind("/account/team/"),
}
OF_A_MEMBER = {
    "memo": Kind(story=FOR_MEMBERS),
    "trend report": Kind(story=REPORT),
    "ranking": Kind("/pro/industries/"),
    "event, live": Kind(arrive=_live_page),
    "account": Kind("/account/"),
    "profile": Kind("/account/profile/"),
    "address": Kind("/account/email/"),
    "membership": Kind("/account/membership/"),
    "own newsletters": Kind("/account/newsletters/"),
    "saved stories": Kind("/account/saved/"),
    "to save a story": Kind(arrive=_of("/account/saved/add/", FREE)),
    "following": Kind("/account/following/"),
    "reading history": Kind("/account/history/"),
    "to clear the history": Kind("/account/history/clear/"),
    "gifts": Kind("/account/gifts/"),
    "to give a story": Kind(arrive=_of("/account/gifts/give/", FOR_MEMBERS)),
    "feeds": Kind("/account/feeds/"),
    "privacy": Kind("/account/privacy/"),
    "erase": Kind("/account/privacy/erase/"),
    "security": Kind("/account/2fa/"),
    "sessions": Kind("/account/sessions/"),
    "sign-out": Kind("/account/logout/"),
}
OF_SOMEBODY_WHO_PAYS = {
    "membership, paid": Kind("/account/membership/"),
    "to cancel": Kind("/account/membership/cancel/"),
    "other plans": Kind("/account/membership/change/"),
    "another plan": Kind(arrive=_another_plan),
    "to pause": Kind("/account/membership/pause/"),
    "erase, with a membership": Kind("/account/privacy/erase/"),
}
OF_AN_OWNER = {"team": Kind("/account/team/")}
# Who looks at which; "" is somebody the house does not know.
SEEN_BY: dict[str, dict[str, Kind]] = {
    "": {**PUBLIC, **HOSTED},
    READER: OF_A_READER,
    MEMBER: OF_A_MEMBER,
    PAYING: OF_SOMEBODY_WHO_PAYS,
    OWNER: OF_AN_OWNER,
}
ALL = [(who, name) for who, kinds in SEEN_BY.items() for name in kinds]
