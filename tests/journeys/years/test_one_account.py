"""What support does with whole accounts: a gift of the house, two made one, another address, the unused share back."""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.journeys import acts, desk
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

MONTH, REASON = "$30.00", "Reads for the jury of our prize"


def test_two_accounts_become_one_that_moves_and_reads_on_with_a_gift(staged: Stack, person: Person) -> None:
    page, other, colleague = person(), person(), person()
    kept, gone, new = (acts.new_address(who) for who in ("kept", "gone", "new"))
    memo = meet_the_wall(page)
    page.goto("/account/signup/")
    acts.fill_in_sign_up(page, staged, kept)
    begin(other, staged, gone, "Monthly")
    desk.sign_in(colleague, staged, desk.OPERATOR)

    given_at = staged.now()
    give_pro(colleague, kept)
    expect_reads(page, memo)
    take_in(colleague, kept, gone)
    assert gone in (staged.mail_to(kept, "Your two accounts are one").text or "")
    expect_signed_out(other)
    expect_standing(page, "Your membership renews on")
    expect_invoices(page, MONTH)

    ask_for_another_address(colleague, kept, new)
    staged.mail_to(kept, "Your account is to move to another address")
    agree(person(), staged, new)
    expect_signed_out(page)
    acts.sign_in_by_code(page, staged, new)
    expect_standing(page, "Your membership renews on")
    expect_invoices(page, MONTH)

    staged.advance(10 * DAY)
    share = give_the_unused_share_back(colleague, new)
    assert 18 < float(share.strip("$")) < 21, "Ten days of about thirty are used up."
    staged.mail_to(new, f"We have given you {share} back")
    expect_standing(page, share)
    expect_reads(page, memo)
    staged.advance_to(given_at + timedelta(days=31))
    expect_closed(page, memo)


def give_pro(page: Page, address: str) -> None:
    """Until the day that stands there, with the reason in the list of rights."""
    act_on(page, address, "Give PRO")
    page.get_by_label("Why").fill(REASON)
    page.get_by_role("button", name="Give it").click()
    expect(page.get_by_text("Given. It ends by itself on the day you chose.")).to_be_visible()
    expect(page.get_by_text(REASON)).to_be_visible()


def take_in(page: Page, kept: str, gone: str) -> None:
    """Looked at first: what moves is said, and nothing has."""
    act_on(page, kept, "Take another account in")
    page.get_by_label("Address of the other account").fill(gone)
    page.get_by_role("button", name="Look").click()
    expect(page.get_by_text("Moves: ")).to_be_visible()
    expect(page.get_by_text(f"{gone} is closed and signed out")).to_be_visible()
    page.get_by_label("Why").fill("She wrote from both mailboxes")
    page.get_by_role("button", name="Take it in for ever").click()
    expect(page.get_by_text("The two are one account now.")).to_be_visible()


def ask_for_another_address(page: Page, old: str, new: str) -> None:
    act_on(page, old, "Change the address")
    page.get_by_label("New address").fill(new)
    page.get_by_label("Why").fill("Her employer closed the mailbox")
    page.get_by_role("button", name="Write to both").click()
    expect(page.get_by_text("Both mailboxes were written to.")).to_be_visible()


def agree(page: Page, stack: Stack, address: str) -> None:
    """By the link in the new mailbox, wherever that is read."""
    page.goto(acts.link_in(stack.mail_to(address, "Use this address for your account?"), "/account/address/"))
    page.get_by_role("button", name="Use the new address").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your address was changed")


def give_the_unused_share_back(page: Page, address: str) -> str:
    """Answers the sum, which is said before it is given."""
    desk.everything_about(page, address)
    page.get_by_role("link", name="Give money back").first.click()
    how_much = page.get_by_label("How much")
    share = re.search(r"The unused share of the period: (\S+)", how_much.inner_text())
    assert share, how_much.inner_text()
    how_much.select_option("prorated")
    page.get_by_label("Note").fill("She has no time to read.")
    page.get_by_role("button", name="Look at it once more").click()
    page.get_by_role("button", name=f"Give back {share[1]}").click()
    expect(page.get_by_text("The money is on its way, and they have been told.")).to_be_visible()
    return share[1]


def act_on(page: Page, address: str, act: str) -> None:
    desk.found(page, address).click()
    page.get_by_role("link", name=act).first.click()


def expect_signed_out(page: Page) -> None:
    page.goto("/account/")
    expect(page).to_have_url(re.compile("/account/login/"))
