"""A membership that is given: bought by a guest, claimed by somebody new, ended by itself unless they go on."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys import acts
from tests.journeys.acts import Person
from tests.journeys.members import (
    DAY,
    PRICE,
    expect_closed,
    expect_invoices,
    expect_reads,
    expect_standing,
    meet_the_wall,
)
from tests.journeys.stack import Stack

GIVEN_FOR = "$90.00"


def test_a_gift_is_bought_claimed_and_gone_on_with(staged: Stack, person: Person) -> None:
    giver, page = person(), person()
    theirs, mine = acts.new_address("giver"), acts.new_address("given")
    memo = meet_the_wall(page)
    acts.give(giver, staged, theirs, mine)
    bought = staged.mail_to(theirs, "Your gift of").text or ""
    assert GIVEN_FOR in bought
    assert "nothing is charged again" in bought

    staged.wake("memberships.tasks.deliver_gifts")
    letter = staged.mail_to(mine, "gives you")
    assert "For the long train rides." in (letter.text or "")
    claim(page, staged, mine, acts.link_in(letter, "/gift/"))
    expect_reads(page, memo)
    staged.mail_to(theirs, "was claimed")
    giver.reload()
    expect(giver.get_by_role("main")).to_contain_text("claimed")

    go_on(page, staged)
    assert PRICE in (staged.mail_to(mine, "You read on after your gift").text or "")
    expect_standing(page, "You read with a gift until", f"Then {PRICE} is charged to your Visa")
    expect_invoices(page)
    staged.advance(93 * DAY)
    staged.mail_to(mine, f"Receipt for {PRICE}")
    expect_standing(page, "Your membership renews on")
    expect_invoices(page, PRICE)
    expect_reads(page, memo)
    expect_closed(giver, memo)


def claim(page: Page, stack: Stack, mine: str, link: str) -> None:
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Paul Brandt gives you")
    page.get_by_role("main").get_by_role("link", name="Create an account").click()
    acts.fill_in_sign_up(page, stack, mine)
    page.get_by_role("button", name="Claim the gift").click()
    expect_standing(page, "with a gift until", "It ends by itself: nothing is charged.")


def go_on(page: Page, stack: Stack) -> None:
    """The first charge comes when the gift ends, and the offer says so."""
    page.goto("/account/membership/")
    page.get_by_role("main").locator("a.button--pro").click()
    expect(page.get_by_role("main")).to_contain_text("gift")
    page.get_by_role("main").locator("form .button--pro").click()
    page.wait_for_url(f"{stack.stripe}/**")
    acts.pay(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome")
