"""What a member meets from the wall to the till and after it, each with what the pages must say of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.journeys import acts
from tests.journeys.stack import Stack

DAY = 24 * 60 * 60
PRICE = "$300.00"
WALL = "The rest of this article is for members"
A_DATE = re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4}")


@dataclass(frozen=True)
class Memo:
    """A memo as somebody unknown meets it; ``day`` is when the wall says the first charge would come."""

    path: str
    words: int
    day: str


def meet_the_wall(page: Page) -> Memo:
    """Open the newest memo as somebody unknown."""
    page.goto("/pro/memos/")
    page.get_by_role("main").get_by_role("heading", level=2).get_by_role("link").first.click()
    wall = page.get_by_role("region").filter(has_text=WALL)
    expect(wall).to_contain_text("$25.00 a month, billed annually")
    expect(wall).to_contain_text(f"The first charge, {PRICE}, comes on")
    day = A_DATE.search(wall.inner_text())
    assert day, wall.inner_text()
    return Memo(urlsplit(page.url).path, words_on(page), day[0])


def start_the_trial(page: Page, stack: Stack, address: str) -> None:
    """From the wall to the till for a year, with a new account made on the way."""
    page.get_by_role("link", name="Start 7 days free").click()
    to_the_till(page, stack, address)
    expect(page.get_by_role("region", name="What you are buying")).to_contain_text("7 days free")


def begin(page: Page, stack: Stack, address: str, plan: str = "Yearly", card: str = acts.GOOD_CARD) -> None:
    """From the offers to the welcome, with a new account made on the way."""
    page.goto("/pro/")
    page.get_by_role("radio", name=plan).check()
    to_the_till(page, stack, address)
    acts.pay(page, card)
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome")


def to_the_till(page: Page, stack: Stack, address: str) -> None:
    """With the plan that is chosen on the page of the offers."""
    page.get_by_role("button", name="Go on with this plan").click()
    acts.fill_in_sign_up(page, stack, address)
    page.wait_for_url(f"{stack.stripe}/**")
    expect(page.get_by_role("region", name="Payment")).to_contain_text(address)


def change_the_card(page: Page, stack: Stack, card: str) -> None:
    """In the portal of Stripe, from the page of the membership and back to it."""
    page.goto("/account/membership/")
    page.get_by_role("button", name="Billing details").click()
    page.get_by_role("link", name="Change card").click()
    acts.fill_in_the_card(page, card)
    page.get_by_role("button", name="Save card").click()
    page.get_by_role("link", name="Return to the site").click()
    expect(page).to_have_url(f"{stack.site}/account/membership/")


def words_on(page: Page) -> int:
    """Of the text alone: what stands around it is completed by scripts, which may run after somebody looks."""
    return len(page.get_by_role("article").first.locator(".prose").inner_text().split())


def expect_open(page: Page, memo: Memo) -> None:
    """It is before them, and whole."""
    expect(page).to_have_url(re.compile(f"{memo.path}$"))
    expect(page.get_by_text(WALL)).to_have_count(0)
    assert words_on(page) > 2 * memo.words


def expect_reads(page: Page, memo: Memo) -> None:
    page.goto(memo.path)
    expect_open(page, memo)


def expect_closed(page: Page, memo: Memo) -> None:
    page.goto(memo.path)
    expect(page.get_by_text(WALL)).to_be_visible()
    assert words_on(page) == memo.words


def expect_standing(page: Page, *sentences: str | re.Pattern[str]) -> None:
    """What the page of the membership says."""
    page.goto("/account/membership/")
    for sentence in sentences:
        expect(page.get_by_role("main")).to_contain_text(sentence)


def expect_invoices(page: Page, *amounts: str) -> None:
    """Exactly these were charged and paid, newest first; the page of the membership is before them."""
    rows = page.get_by_role("main").locator(".row-list > li").filter(has_text="Paid")
    expect(rows).to_have_count(len(amounts))
    for row, amount in zip(rows.all(), amounts, strict=True):
        expect(row).to_contain_text(amount)
