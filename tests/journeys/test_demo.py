"""What somebody does who has just started the demo: sign in as everybody on the list, read the mail it sent."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.journeys import acts, desk
from tests.journeys.acts import Person
from tests.journeys.stack import Stack


def test_everybody_on_the_printed_list_can_sign_in(stack: Stack, person: Person) -> None:
    rows = (stack.var / "sign-ins.txt").read_text(encoding="utf-8").splitlines()[1:]
    people = {found[0]: "/admin/" in row for row in rows if (found := re.search(r"\S+@\S+", row))}
    assert len(people) == 8
    for address, is_staff in people.items():
        page = person()
        (desk if is_staff else acts).sign_in(page, stack, address)
        if is_staff:
            expect(page.get_by_text(address)).to_be_visible()
        else:
            expect(page.get_by_role("main")).to_contain_text(address)


def test_a_wrong_password_is_answered_with_a_sentence(person: Person) -> None:
    page = person()
    page.goto("/account/login/")
    page.get_by_text("Sign in with a password").click()
    form = page.locator("form", has=page.get_by_label("Password"))
    form.get_by_label("Email").fill("reader@readers.example")
    form.get_by_label("Password").fill("not this one")
    form.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("The address and the password do not belong together.")


def test_the_mail_can_be_read_in_the_browser(stack: Stack, person: Person) -> None:
    page, address = person(), acts.new_address("mailbox")
    page.goto("/account/signup/")
    page.get_by_label("Email").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    code = acts.code_in(stack.mail_to(address, "confirms your address"))
    page.goto("/inbox/")
    page.get_by_label("Recipient").fill(address)
    page.get_by_role("button", name="Find").click()
    page.get_by_role("main").get_by_role("listitem").get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{code} confirms your address")
    expect(page.get_by_role("main")).to_contain_text(address)
