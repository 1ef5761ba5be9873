"""Newsletters: asked for, confirmed, received once at their hour, left with one click."""

from __future__ import annotations

import re
import time
import urllib.request
from datetime import datetime, timedelta
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from newsroom.embedded import inbox
from tests.journeys import acts, desk
from tests.journeys.acts import Person
from tests.journeys.stack import Stack

MORNING, OTHER = "Middle East Minute (AM)", "Daily Briefing (PM)"
CONFIRM = "Please confirm"
# What the worker may need after the minute itself: a few ticks of the clock.
SOON_AFTER = timedelta(seconds=10)


def test_the_morning_edition_comes_once_and_one_click_leaves(stack: Stack, person: Person) -> None:
    leaver, stayer, silent = (acts.new_address(who) for who in ("leaver", "stayer", "silent"))
    editor, page, *others = (person() for _ in range(4))
    wishes = {leaver: [MORNING, OTHER], stayer: [MORNING], silent: [MORNING]}
    forms = dict(zip(wishes, (page, *others), strict=True))
    for address, lists in wishes.items():
        choose(forms[address], lists)
    desk.sign_in(editor, stack, "editor@corniche.example")
    # As fast as people type: what comes back faster counts as a machine. The others' forms are open all the while.
    type_the_address(page, leaver, delay=80)
    for address in (stayer, silent):
        type_the_address(forms[address], address)
    for address, form in forms.items():
        send(form, address)
    fetch(acts.link_in(stack.mail_to(silent, CONFIRM), "/newsletters/confirm/"))
    for address in (leaver, stayer):
        confirm(page, stack, address)

    first = publish_something(editor)
    stack.advance_to(next_morning(stack))
    edition = edition_for(stack, leaver, first)
    expect_a_readable_edition(stack, edition, first)
    leave_by_one_click(edition)

    second = publish_something(editor)
    stack.advance_to(next_morning(stack))
    edition_for(stack, stayer, second)
    assert len(editions_to(stack, stayer)) == 2
    assert len(editions_to(stack, leaver)) == 1
    assert [message.subject for message in stack.mails_to(silent)] == [f"{CONFIRM}: {MORNING}"]
    expect_still_on(page, edition, OTHER, not_on=MORNING)


def choose(page: Page, lists: list[str]) -> None:
    page.goto("/newsletters/")
    for name in lists:
        page.locator("label", has_text=name).click()
        expect(page.get_by_role("checkbox", name=name)).to_be_checked()


def type_the_address(page: Page, address: str, delay: int = 0) -> None:
    page.get_by_label("Your email address").press_sequentially(address, delay=delay)


def send(page: Page, address: str) -> None:
    page.get_by_role("button", name="Send them to me").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
    expect(page.get_by_role("main")).to_contain_text(address)


def confirm(page: Page, stack: Stack, address: str) -> None:
    """Looking at the link, however often and whoever does it, changes nothing; its button does."""
    link = acts.link_in(stack.mail_to(address, CONFIRM), "/newsletters/confirm/")
    fetch(link)
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("One click left")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are on the list")


def publish_something(editor: Page) -> str:
    headline = f"Grain ships queue at the breakwater, {time.time_ns()}"
    desk.publish(editor, headline, "The silos are full.", "Eleven of them lay at anchor at noon.", section="Business")
    return headline


def next_morning(stack: Stack) -> datetime:
    """Shortly after the next six o'clock where the morning edition is made."""
    now = stack.now().astimezone(ZoneInfo("Asia/Dubai"))
    six = datetime.combine(now.date(), time_of_day(6), now.tzinfo)
    return (six if six > now else six + timedelta(days=1)) + SOON_AFTER


def editions_to(stack: Stack, address: str) -> list[inbox.Message]:
    """The morning editions that arrived."""
    return [message for message in stack.mails_to(address) if is_of_the_morning(message)]


def is_of_the_morning(message: inbox.Message) -> bool:
    return bool(acts.headers_of(message, "List-Unsubscribe")) and f"{MORNING} · " in (message.text or "")


def edition_for(stack: Stack, address: str, headline: str) -> inbox.Message:
    """The morning edition that tells of a story."""
    return stack.mail(address, lambda message: is_of_the_morning(message) and headline in (message.text or ""))


def expect_a_readable_edition(stack: Stack, edition: inbox.Message, headline: str) -> None:
    assert edition.html is not None
    assert headline in edition.html
    assert acts.headers_of(edition, "List-Unsubscribe-Post") == ["List-Unsubscribe=One-Click"]
    preferences = acts.link_in(edition, "/newsletters/preferences/")
    assert preferences.startswith(stack.site)
    fetch(preferences)
    # The demo counts, so a story's link is one of ours that leads to it.
    with urllib.request.urlopen(acts.link_in(edition, f"{stack.site}/n/c/"), timeout=20) as story:
        assert story.url.startswith(f"{stack.site}/articles/")
    images = re.findall(r"<img[^>]*src=\"([^\"]+)\"", edition.html)
    assert all(address.startswith(stack.site) for address in images), images


def leave_by_one_click(edition: inbox.Message) -> None:
    """As a mail program does it (RFC 8058): a POST without cookies, which is not redirected."""
    [address] = re.findall(r"<(https?://[^>]+)>", acts.headers_of(edition, "List-Unsubscribe")[0])
    assert address == acts.link_in(edition, "/newsletters/unsubscribe/")
    answer = fetch(address, b"List-Unsubscribe=One-Click")
    assert "left" in answer


def expect_still_on(page: Page, edition: inbox.Message, name: str, *, not_on: str) -> None:
    page.goto(acts.link_in(edition, "/newsletters/preferences/"))
    expect(page.get_by_role("checkbox", name=name, exact=True)).to_be_checked()
    expect(page.get_by_role("checkbox", name=not_on, exact=True)).not_to_be_checked()


def fetch(address: str, data: bytes | None = None) -> str:
    """What stands at the address itself, as something without cookies gets it; a redirect or an error fails."""
    with urllib.request.urlopen(address, data=data, timeout=20) as answer:
        assert answer.url == address
        return str(answer.read().decode())
