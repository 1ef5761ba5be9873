"""Members who stay: a bank asks, a code is taken off, a year is renewed, a card fails and another one is charged."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.journeys import acts
from tests.journeys.acts import Person
from tests.journeys.members import (
    DAY,
    PRICE,
    Memo,
    begin,
    change_the_card,
    expect_closed,
    expect_invoices,
    expect_reads,
    expect_standing,
    meet_the_wall,
    to_the_till,
)
from tests.journeys.stack import Stack

REDUCED = "$240.00"
NOTICES = ("memberships.tasks.note_what_is_due", "memberships.tasks.tell_what_happened")


def test_a_year_is_renewed_for_one_and_cannot_be_charged_to_another(staged: Stack, person: Person) -> None:
    page, other = person(), person()
    careful, careless = acts.new_address("careful"), acts.new_address("careless")
    memo = meet_the_wall(page)
    come_by_a_code(page, staged, careful)
    the_bank_says_no(page, memo)
    the_bank_says_yes(page)
    assert REDUCED in (staged.mail_to(careful, "free trial").text or "")
    begin(other, staged, careless)

    paid_at = staged.now() + timedelta(days=7)
    staged.advance(8 * DAY)
    staged.mail_to(careful, f"Receipt for {REDUCED}")
    expect_standing(page, f"{PRICE} is charged to your Visa")
    expect_invoices(page, REDUCED)
    expect_reads(page, memo)
    staged.mail_to(careless, f"Receipt for {PRICE}")
    change_the_card(other, staged, acts.FAILING_CARD)

    staged.advance_to(paid_at + timedelta(days=345))
    staged.wake(*NOTICES)
    notice = staged.mail_to(careful, "renews on").text or ""
    assert PRICE in notice
    assert "cancel before that day" in notice

    staged.advance_to(paid_at + timedelta(days=368))
    staged.mail_to(careful, f"Receipt for {PRICE}")
    expect_standing(page, "Your membership renews on")
    expect_invoices(page, PRICE, REDUCED)
    expect_reads(page, memo)
    the_charge_fails(other, staged, careless, memo)
    change_the_card(other, staged, acts.GOOD_CARD)
    staged.advance(8 * DAY)
    staged.mail(careless, lambda mail: len(receipts(staged, careless)) == 2 and "Receipt" in mail.subject)
    expect_standing(other, "Your membership renews on")
    expect_invoices(other, PRICE, PRICE)
    expect_reads(other, memo)


def come_by_a_code(page: Page, stack: Stack, address: str) -> None:
    """A link with a code says the price with it, first and later; the till says the same."""
    page.goto("/pro/?code=spring")
    expect(page.get_by_role("main")).to_contain_text(
        f"With the code “SPRING”: The first charge is {REDUCED} instead of {PRICE}. After that each is {PRICE}."
    )
    to_the_till(page, stack, address)
    expect(page.get_by_role("region", name="What you are buying")).to_contain_text("SPRING")


def the_bank_says_no(page: Page, memo: Memo) -> None:
    till = page.url
    acts.pay(page, acts.ASKING_CARD)
    page.get_by_role("button", name="Fail authentication").click()
    expect(page.get_by_role("alert")).to_contain_text("We are unable to authenticate your card.")
    expect_closed(page, memo)
    expect_standing(page, "You have a free account.")
    page.goto(till)


def the_bank_says_yes(page: Page) -> None:
    acts.pay(page, acts.ASKING_CARD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm it is you")
    page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome")
    expect(page.get_by_role("main")).to_contain_text(REDUCED)


def the_charge_fails(page: Page, stack: Stack, address: str, memo: Memo) -> None:
    """They are told what to do and read on meanwhile."""
    told = stack.mail_to(address, "did not go through").text or ""
    assert PRICE in told
    assert "We try again on" in told
    assert "/account/membership/#card" in told
    expect_standing(page, f"The charge of {PRICE} failed. You read on until")
    expect_invoices(page, PRICE)
    expect_reads(page, memo)


def receipts(stack: Stack, address: str) -> list[str]:
    return [mail.subject for mail in stack.mails_to(address) if "Receipt" in mail.subject]
