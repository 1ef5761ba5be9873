"""What is refused to a reader: each time a sentence says why, and nothing half made stays behind."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys import acts, staging
from tests.journeys.acts import Person
from tests.journeys.members import begin, expect_closed, expect_invoices, expect_standing, meet_the_wall
from tests.journeys.stack import Stack

REDUCED, PRICE = "$240.00", "$300.00"


def test_a_card_and_a_mailbox_have_one_trial_and_an_order_one_owner(staged: Stack, person: Person) -> None:
    first, second, third = person(), person(), person()
    address = acts.new_address("first")
    memo = meet_the_wall(second)
    begin(first, staged, address, card=acts.SHARED_CARD)
    order = first.url

    second.goto("/pro/")
    take_the_yearly_plan(second, staged, acts.new_address("second"))
    second.wait_for_url(f"{staged.stripe}/**")
    acts.pay(second, acts.SHARED_CARD)
    expect(second.get_by_role("heading", level=1)).to_have_text("No second trial")
    expect(second.get_by_role("main")).to_contain_text("each card gets one")
    expect_nothing_running(second)
    expect_closed(second, memo)
    second.goto(order)
    expect(second.get_by_role("heading", level=1)).to_have_text("Not your order")
    expect_nothing_running(second)

    third.goto("/pro/")
    take_the_yearly_plan(third, staged, address.replace("@", "+again@"))
    expect(third.get_by_role("main")).to_contain_text("each mailbox gets one")
    expect(third.get_by_role("main")).to_contain_text(f"{PRICE} is charged today")
    expect_standing(third, "You have a free account.")
    expect_invoices(third)


def test_a_code_that_was_used_up_meanwhile_is_told_with_the_usual_price(staged: Stack, person: Person) -> None:
    early, late = person(), person()
    for page in (early, late):
        page.goto(f"/pro/?code={staging.RARE}")
        expect(page.get_by_role("main")).to_contain_text(f"The first charge is {REDUCED} instead of {PRICE}.")
        take_the_yearly_plan(page, staged, acts.new_address("early" if page is early else "late"))
        if page is early:
            page.wait_for_url(f"{staged.stripe}/**")
            acts.pay(page)
            expect(page.get_by_role("main")).to_contain_text(REDUCED)

    expect(late.get_by_role("main")).to_contain_text("has been used as often as it could be")
    expect(late.get_by_role("main")).not_to_contain_text(REDUCED)
    late.get_by_role("button", name="Start 7 days free").click()
    late.wait_for_url(f"{staged.stripe}/**")
    bought = late.get_by_role("region", name="What you are buying")
    expect(bought).to_contain_text(PRICE)
    expect(bought).not_to_contain_text(REDUCED)
    expect_standing(late, "You have a free account.")


def take_the_yearly_plan(page: Page, stack: Stack, address: str) -> None:
    """From the offers as far as it goes, with a new account."""
    page.get_by_role("radio", name="Yearly").check()
    page.get_by_role("button", name="Go on with this plan").click()
    acts.fill_in_sign_up(page, stack, address)


def expect_nothing_running(page: Page) -> None:
    expect_standing(page, "Your free trial was ended at once: its card has had one with another account.")
    expect_invoices(page)
