"""Members who leave: one stays for less, goes at last and comes back by a letter; one withdraws from the contract."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.journeys import acts
from tests.journeys.acts import Person
from tests.journeys.members import (
    DAY,
    begin,
    expect_closed,
    expect_invoices,
    expect_reads,
    expect_standing,
    meet_the_wall,
)
from tests.journeys.stack import Stack

MONTH, HALF, BACK_FOR = "$30.00", "$15.00", "$18.00"


def test_one_who_was_kept_once_leaves_and_comes_back_by_a_letter(staged: Stack, person: Person) -> None:
    page, address = person(), acts.new_address("leaving")
    memo = meet_the_wall(page)
    begin(page, staged, address, "Monthly")
    stay_for_less(page)
    staged.advance(32 * DAY)
    staged.mail_to(address, f"Receipt for {HALF}")

    leave(page)
    staged.mail_to(address, "You have cancelled")
    expect_reads(page, memo)
    staged.advance(32 * DAY)
    assert "stay closed" in (staged.mail_to(address, "has ended").text or "")
    expect_closed(page, memo)

    staged.advance(31 * DAY)
    staged.wake("newsletters.tasks.win_back")
    come_back(page, staged, acts.link_in(staged.mail_to(address, "Come back"), "code="))
    staged.mail_to(address, f"Receipt for {BACK_FOR}")
    expect_standing(page, f"{MONTH} is charged to your Visa")
    expect_invoices(page, BACK_FOR, HALF, MONTH)
    expect_reads(page, memo)


def test_a_contract_is_withdrawn_from_without_signing_in(staged: Stack, person: Person) -> None:
    page, stranger, address = person(), person(), acts.new_address("withdrawing")
    memo = meet_the_wall(page)
    begin(page, staged, address, "Monthly")

    stranger.goto("/")
    stranger.get_by_role("contentinfo").get_by_role("link", name="Withdraw from contract here").click()
    stranger.get_by_label("Your name").fill("Emil Haas")
    stranger.get_by_label("Email address of the contract").fill(address)
    stranger.get_by_role("button", name="Go on").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
    expect_reads(page, memo)

    stranger.goto(acts.link_in(staged.mail_to(address, "Confirm your withdrawal"), "/withdraw/"))
    expect(stranger.get_by_role("main")).to_contain_text(f"Your membership ends at once. {MONTH} go back to the card")
    stranger.get_by_role("button", name="Confirm withdrawal").click()
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Your withdrawal has arrived")
    assert "Emil Haas" in (staged.mail_to(address, "Your withdrawal has arrived").text or "")
    assert "has ended with it" in (staged.mail_to(address, f"We have given you {MONTH} back").text or "")
    expect_closed(page, memo)
    expect_standing(page, "ended on", "Given back")


def stay_for_less(page: Page) -> None:
    """The offer stands beside the button that leaves, with the sum, and its own button takes it."""
    say_why(page, "It is too expensive")
    expect(page.get_by_role("main")).to_contain_text(f"you would pay {HALF} instead of {MONTH}")
    page.get_by_role("button", name=f"Stay for {HALF}").click()
    expect(told(page)).to_contain_text(f"Thank you for staying. The next charge is {HALF}")


def leave(page: Page) -> None:
    """Nobody is offered anything twice in a year."""
    say_why(page, "I have too little time to read")
    expect(page.get_by_role("button", name=re.compile("Stay for"))).to_have_count(0)
    page.get_by_role("button", name="Cancel my membership").click()
    expect(told(page)).to_contain_text("Cancelled.")
    expect(page.get_by_role("main")).to_contain_text("is not renewed. You read on until then.")


def say_why(page: Page, reason: str) -> None:
    page.goto("/account/membership/")
    page.get_by_role("link", name="Cancel the membership").click()
    page.get_by_role("radio", name=reason).check()


def come_back(page: Page, stack: Stack, link: str) -> None:
    page.goto(link)
    page.get_by_role("radio", name="Monthly").check()
    expect(page.get_by_role("main")).to_contain_text(f"The first charge is {BACK_FOR} instead of {MONTH}.")
    page.get_by_role("button", name="Go on with this plan").click()
    page.wait_for_url(f"{stack.stripe}/**")
    acts.pay(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome")


def told(page: Page) -> Locator:
    return page.get_by_role("main").get_by_role("status")
