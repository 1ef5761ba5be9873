"""What journalists and support do over and over at the desk, each through its pages."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.journeys.stack import Stack

OPERATOR = "operator@corniche.example"
SAVED = re.compile(r"^Saved")


def sign_in(page: Page, stack: Stack, address: str) -> None:
    """Whoever is staff; ``/admin/`` asks for it."""
    page.goto("/admin/")
    form = page.locator("form", has=page.get_by_label("Password"))
    form.get_by_label("Email").fill(address)
    form.get_by_label("Password").fill(stack.password)
    form.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("The desk")).to_be_visible()


def begin(page: Page, headline: str, kind: str = "News", language: str = "English") -> None:
    """A new text, as far as the page on which it is written."""
    page.goto("/admin/articles/draft/")
    page.get_by_role("link", name="add").first.click()
    page.get_by_role("combobox", name="Language").select_option(label=language)
    page.get_by_role("combobox", name="Format").select_option(label=kind)
    page.get_by_role("textbox", name="Headline").fill(headline)
    page.get_by_role("button", name="Begin writing").click()
    expect(page.get_by_role("button", name="Submit to the desk")).to_be_visible()


def text_of(page: Page) -> Locator:
    """The editor's own field."""
    return page.locator("[contenteditable=true].prose")


def write(page: Page, *paragraphs: str) -> None:
    """Type paragraphs at the end of the text; what stands before a colon at the start of one is its run-in subhead."""
    text_of(page).click()
    page.keyboard.press("Control+End")
    for number, paragraph in enumerate(paragraphs):
        if number:
            page.keyboard.press("Enter")
        subhead, colon, rest = paragraph.partition(": ")
        if colon:
            page.keyboard.press("Control+b")
            page.keyboard.type(subhead + colon.strip())
            page.keyboard.press("Control+b")
            page.keyboard.type(f" {rest}")
        else:
            page.keyboard.type(paragraph)


def choose(page: Page, label: str, name: str, *, number: int = 0) -> None:
    """Find something by typing the beginning of its name into a field that searches."""
    page.get_by_label(label, exact=True).nth(number).locator("xpath=following-sibling::*[1]").click()
    page.keyboard.type(name)
    page.get_by_role("option", name=name).first.click()


def file(page: Page, standfirst: str, section: str) -> None:
    """The least a text needs besides its words."""
    page.get_by_role("textbox", name="Standfirst").fill(standfirst)
    page.get_by_role("combobox", name="Section").select_option(label=section)


def expect_autosaved(page: Page) -> None:
    expect(page.get_by_role("status")).to_have_text(SAVED)


def press(page: Page, button: str, answer: str) -> None:
    """Press one of the buttons beside the text and read what it answers."""
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_text(answer, exact=True)).to_be_visible()


def publish(page: Page, headline: str, standfirst: str, *paragraphs: str, section: str = "Politics") -> str:
    """Write something short and publish it; answers its address."""
    begin(page, headline)
    file(page, standfirst, section)
    write(page, *paragraphs)
    press(page, "Publish now", "Published.")
    return address_of(page)


def address_of(page: Page) -> str:
    address = page.get_by_role("link", name="Open it on the site").get_attribute("href")
    assert address
    return address


def found(page: Page, address: str) -> Locator:
    """The account of an address, in the list of them."""
    page.goto(f"/admin/memberships/user/?q={address}")
    return page.get_by_role("link", name=address, exact=True)


def everything_about(page: Page, address: str) -> None:
    found(page, address).click()
    page.get_by_role("link", name="Everything about them").first.click()
    expect(page.locator(".member-links").first).to_contain_text(address)
