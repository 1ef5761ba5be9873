"""Members who change what they have: another plan, a rest, each looked at first and said to the cent."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys import acts
from tests.journeys.acts import Person
from tests.journeys.members import (
    begin,
    expect_closed,
    expect_invoices,
    expect_reads,
    expect_standing,
    meet_the_wall,
)
from tests.journeys.stack import Stack

MONTH, YEAR = "$30.00", "$300.00"
A_SUM = re.compile(r"Today (\$[\d.]+) is charged to your Visa")


def test_a_month_becomes_a_year_and_the_year_rests_and_goes_on(staged: Stack, person: Person) -> None:
    page, address = person(), acts.new_address("changing")
    memo = meet_the_wall(page)
    begin(page, staged, address, "Monthly")
    staged.mail_to(address, f"Receipt for {MONTH}")

    paid = change_to_the_year(page)
    assert float(paid.strip("$")) > 260, "What was left of the month is taken off, and no more."
    assert paid in (staged.mail_to(address, "Your plan is now", by_itself=True).text or "")
    expect_standing(page, f"{YEAR} is charged to your Visa")
    expect_invoices(page, paid, MONTH)
    let_a_month_follow_and_take_it_back(page)
    expect_invoices(page, paid, MONTH)
    expect_reads(page, memo)

    rest(page)
    assert "Until then nothing is charged" in (staged.mail_to(address, "rests").text or "")
    expect_closed(page, memo)
    go_on(page)
    expect_reads(page, memo)
    expect_standing(page, "Your membership renews on")
    expect_invoices(page, paid, MONTH)


def change_to_the_year(page: Page) -> str:
    """Answers the sum that was said before, and is charged."""
    look_at(page, "$300.00 a year")
    found = A_SUM.search(page.get_by_role("main").inner_text())
    assert found, page.get_by_role("main").inner_text()
    page.get_by_role("button", name=f"Change and pay {found[1]} now").click()
    expect_told(page, "Your plan is changed.")
    return found[1]


def let_a_month_follow_and_take_it_back(page: Page) -> None:
    look_at(page, "$30.00 a month")
    expect(page.get_by_role("main")).to_contain_text("Nothing is charged today.")
    page.get_by_role("button", name=re.compile("^Change to")).click()
    expect_told(page, "Your plan changes with the next period.")
    expect(page.get_by_role("main")).to_contain_text(re.compile(rf"your plan changes to .* Then {re.escape(MONTH)}"))
    page.get_by_role("button", name="Keep my present plan").click()
    expect_told(page, "You keep your plan.")
    expect(page.get_by_role("main")).to_contain_text(f"{YEAR} is charged to your Visa")


def look_at(page: Page, price: str) -> None:
    """The page that says what another plan costs; nothing is changed by it."""
    page.goto("/account/membership/")
    page.get_by_role("link", name="Change the plan").click()
    page.locator("label", has_text=price).click()
    page.get_by_role("button", name="See what it costs").click()


def rest(page: Page) -> None:
    page.goto("/account/membership/")
    page.get_by_role("link", name="Pause the membership").click()
    page.locator("label", has_text="2 months").click()
    page.get_by_role("button", name="Pause the membership").click()
    expect_told(page, "Your membership rests.")
    expect(page.get_by_role("main")).to_contain_text("Until then nothing is charged, and nothing opens.")


def go_on(page: Page) -> None:
    page.goto("/account/membership/")
    page.get_by_role("button", name="Let it go on now").click()
    expect_told(page, "Your membership goes on.")


def expect_told(page: Page, sentence: str) -> None:
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text(sentence)
