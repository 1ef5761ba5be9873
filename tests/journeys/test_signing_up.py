"""A sign-up while machines are at work: a puzzle for a browser, a wait for one without scripts."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys import acts, desk, kinds
from tests.journeys.acts import Person
from tests.journeys.stack import Stack


def test_a_guarded_form_costs_a_moment_and_never_ends_nowhere(stack: Stack, person: Person) -> None:
    editor, reader, scriptless = person(), person(), person(java_script_enabled=False)
    desk.sign_in(editor, stack, "editor@corniche.example")
    switch(editor, "Guard them for a day")

    address = acts.new_address("puzzled")
    fill_in(reader, stack, address)
    expect(reader.locator("form.signup").get_by_role("status")).to_contain_text("solves a small puzzle")
    expect_sent(reader, stack, address)

    address = acts.new_address("patient")
    fill_in(scriptless, stack, address)
    expect(scriptless.get_by_role("main")).to_contain_text("wait twenty seconds before you press the button")
    scriptless.get_by_role("button", name="Send it to me").click()
    expect(scriptless.get_by_role("alert")).to_contain_text("That was too soon")
    stack.advance(20)
    scriptless.get_by_role("button", name="Send it to me").click()
    expect_sent(scriptless, stack, address)

    switch(editor, "Leave them to the counters")


def switch(editor: Page, button: str) -> None:
    editor.goto("/admin/newsletters/newsletter/")
    editor.get_by_role("link", name="Guard the sign-ups").click()
    editor.get_by_label("Why").fill("The mailboxes of a ministry are bombed")
    editor.get_by_role("button", name=button).click()
    editor.wait_for_url("**/newsletters/newsletter/")


def fill_in(page: Page, stack: Stack, address: str) -> None:
    page.goto(kinds.story(page, stack, kinds.FREE))
    form = page.locator("form.signup")
    form.get_by_label("Your email address").fill(address)
    form.get_by_role("button", name="Send it to me").click()


def expect_sent(page: Page, stack: Stack, address: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
    assert "/newsletters/confirm/" in acts.link_in(stack.mail_to(address, "Please confirm"), "/newsletters/confirm/")
