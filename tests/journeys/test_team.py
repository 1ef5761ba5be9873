"""A company asks for a team, staff set it up, a colleague takes a seat and reads."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.journeys import acts, desk
from tests.journeys.acts import Person
from tests.journeys.stack import Stack

SALES, SALES_BOX = "sales@corniche.example", "teams@corniche.example"
WALL = "The rest of this article is for members"


def test_an_inquiry_becomes_a_team_whose_colleagues_read(stack: Stack, person: Person) -> None:
    owner = acts.new_address("owner")
    company = f"Harbour Light {owner.split('.')[1][:6]}"
    colleagues = [acts.new_address(f"colleague{number}") for number in range(1, 7)]
    ask_for_a_team(person(), owner, company)
    assert company in (stack.mail_to(owner, "inquiry").text or "")

    sales = person()
    open_the_inquiry(sales, stack, company)
    make_the_team(sales, owner)
    invite(sales, colleagues)

    colleague = person()
    take_the_seat(colleague, stack, colleagues[0], company)
    expect_the_memo_open(colleague)
    expect_to_see_the_team(person(), stack, owner, company, colleagues)


def ask_for_a_team(page: Page, owner: str, company: str) -> None:
    page.goto("/pro/teams/")
    page.get_by_label("Your name").fill("Salma Idrissi")
    page.get_by_label("Work email").fill(owner)
    page.get_by_label("Company").fill(company)
    page.get_by_label("How many readers").fill("1")
    page.get_by_role("button", name="Ask for an offer").click()
    expect(page.get_by_role("alert")).to_contain_text("A team has at least two readers.")
    expect(page.get_by_label("Company")).to_have_value(company)
    page.get_by_label("How many readers").fill("5")
    page.get_by_role("button", name="Ask for an offer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")


def open_the_inquiry(page: Page, stack: Stack, company: str) -> None:
    """By the link in the mail that sales get, which is also on the list at the desk."""
    link = acts.link_in(stack.mail_to(SALES_BOX, f"Team inquiry: {company}, 5 seats"), "/admin/")
    desk.sign_in(page, stack, SALES)
    page.get_by_role("navigation").get_by_role("link", name="Inquiries").click()
    expect(page.get_by_role("link", name=company)).to_be_visible()
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_contain_text(company)


def make_the_team(page: Page, owner: str) -> None:
    page.get_by_role("link", name="Make it a team").click()
    expect(page.get_by_label("Owner's address")).to_have_value(owner)
    expect(page.get_by_label("Seats")).to_have_value("5")
    page.get_by_role("button", name="Make the team").click()
    expect(page.get_by_text("Invite its colleagues now.")).to_be_visible()


def invite(page: Page, addresses: list[str]) -> None:
    """Pasted as mail programs write them; the sixth is refused, the five before are not."""
    page.get_by_role("link", name="Invite colleagues").click()
    pasted = "; ".join(f"A Colleague <{address}>" for address in addresses)
    page.get_by_label("Email addresses").fill(pasted)
    page.get_by_role("button", name="Send the invitations").click()
    for address in addresses[:5]:
        expect(page.get_by_text(f"{address} is invited")).to_be_visible()
    expect(page.get_by_text(re.compile(f"{addresses[5]}.*5 seats"))).to_be_visible()
    expect(page.get_by_text("5 of 5 seats are taken.")).to_be_visible()


def take_the_seat(page: Page, stack: Stack, address: str, company: str) -> None:
    page.goto(acts.link_in(stack.mail_to(address, f"{company} gives you a seat"), "/account/invitations/"))
    expect(page.get_by_role("heading", level=1)).to_have_text(f"A seat in {company}")
    page.get_by_role("main").get_by_role("link", name="Create an account").click()
    acts.fill_in_sign_up(page, stack, address)
    page.get_by_role("button", name="Take the seat").click()
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text(f"You read with a seat in {company}.")


def expect_the_memo_open(page: Page) -> None:
    page.goto("/pro/memos/")
    page.get_by_role("main").get_by_role("heading", level=2).get_by_role("link").first.click()
    expect(page.get_by_role("article").first).to_be_visible()
    expect(page.get_by_text(WALL)).to_have_count(0)


def expect_to_see_the_team(page: Page, stack: Stack, owner: str, company: str, colleagues: list[str]) -> None:
    acts.sign_in_by_code(page, stack, owner)
    page.get_by_role("navigation", name="Your account").get_by_role("link", name="Team").click()
    team = page.get_by_role("region", name=company)
    expect(team).to_contain_text("5 of 5 seats are taken.")
    expect(team.get_by_role("listitem").filter(has_text=colleagues[0])).to_contain_text("Reads since")
    expect(team.get_by_role("listitem").filter(has_text=colleagues[1])).to_contain_text("the seat is held until")
    expect(team.get_by_role("listitem").filter(has_text=colleagues[5])).to_have_count(0)
