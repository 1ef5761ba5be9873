"""A reader becomes a member for a trial, and stays and pays, or leaves without having paid."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.journeys import acts
from tests.journeys.acts import Person
from tests.journeys.members import DAY, PRICE, expect_closed, expect_open, meet_the_wall, start_the_trial
from tests.journeys.stack import Stack


def test_a_trial_opens_the_memo_until_it_is_cancelled_and_over(staged: Stack, person: Person) -> None:
    page, address = person(), acts.new_address("trial")
    memo = meet_the_wall(page)
    start_the_trial(page, staged, address)
    acts.pay(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome")
    expect(page.get_by_role("main")).to_contain_text(f"Your free trial runs until {memo.day}")
    page.get_by_role("link", name="Read on where you were").click()
    expect(page).to_have_url(f"{staged.site}{memo.path}")
    expect_open(page, memo)

    mail = staged.mail_to(address, "free trial").text or ""
    for told in (memo.day, PRICE, "/account/membership/"):
        assert told in mail

    cancel(page, memo.day)
    assert memo.day in (staged.mail_to(address, "You have cancelled").text or "")
    take_it_back(page, memo.day)
    cancel(page, memo.day)
    page.goto(memo.path)
    expect_open(page, memo)

    staged.advance(8 * DAY)
    expect_closed(page, memo)
    expect_nothing_charged(page, staged, address)


def test_a_trial_that_is_kept_is_charged_once_with_a_receipt(staged: Stack, person: Person) -> None:
    page, address = person(), acts.new_address("keeper")
    memo = meet_the_wall(page)
    start_the_trial(page, staged, address)
    acts.pay(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome")

    staged.advance(8 * DAY)
    receipt = staged.mail_to(address, f"Receipt for {PRICE}")
    page.goto("/account/membership/")
    expect(page.get_by_role("main")).to_contain_text("Your membership renews on")
    invoices = page.get_by_role("main").get_by_role("listitem").filter(has_text=PRICE)
    expect(invoices).to_have_count(1)
    expect(invoices).to_contain_text("Paid")
    page.goto(memo.path)
    expect_open(page, memo)
    assert [each.key for each in staged.mails_to(address) if "Receipt" in each.subject] == [receipt.key]


def test_a_stranger_buys_pro_with_google_and_returns_without_a_code(staged: Stack, person: Person) -> None:
    page, address = person(), acts.new_address("google")
    memo = meet_the_wall(page)
    page.get_by_role("link", name="Start 7 days free").click()
    page.get_by_role("button", name="Go on with this plan").click()
    acts.say_who_one_is(page, "Google", address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm your address")
    expect(page.get_by_role("region", name="Your order")).to_contain_text(PRICE)
    page.get_by_role("button", name="Send me a code").click()
    acts.type_the_code(page, staged, address, "is your sign-in code")

    page.wait_for_url(f"{staged.stripe}/**")
    acts.pay(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome")
    page.get_by_role("link", name="Read on where you were").click()
    expect_open(page, memo)
    staged.mail_to(address, "Google was connected to your account")

    elsewhere = person()
    elsewhere.goto(f"/account/login/?next={memo.path}")
    acts.say_who_one_is(elsewhere, "Google", address)
    expect_open(elsewhere, memo)


def test_a_declined_card_is_told_in_a_sentence_and_opens_nothing(staged: Stack, person: Person) -> None:
    page, address = person(), acts.new_address("declined")
    memo = meet_the_wall(page)
    start_the_trial(page, staged, address)
    acts.pay(page, acts.DECLINED_CARD)
    expect(page.get_by_role("alert")).to_contain_text("Your card was declined.")
    expect(page.get_by_label("Card number")).to_have_attribute("aria-invalid", "true")

    expect_closed(page, memo)
    page.goto("/account/membership/")
    expect(page.get_by_role("main")).to_contain_text("You have a free account.")


def test_the_webhook_alone_opens_the_memo(staged: Stack, person: Person) -> None:
    page, address = person(), acts.new_address("webhook")
    memo = meet_the_wall(page)
    start_the_trial(page, staged, address)
    # The train enters a tunnel: the way back from the till leads nowhere.
    page.route("**/account/membership/return/**", lambda route: route.abort())
    acts.pay(page)

    staged.mail_to(address, "free trial")
    page.goto(memo.path)
    expect_open(page, memo)
    page.goto("/account/membership/")
    expect(page.get_by_role("main")).to_contain_text(f"Your free trial runs until {memo.day}")


def cancel(page: Page, day: str) -> None:
    """Two clicks, the second of which says what it means."""
    page.goto("/account/membership/")
    page.get_by_role("link", name="Cancel the membership").click()
    expect(page.get_by_role("main")).to_contain_text(f"You read on until {day}, and nothing is charged.")
    page.get_by_role("button", name="Cancel my membership").click()
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text("Cancelled.")
    expect(page.get_by_role("main")).to_contain_text(f"Your free trial ends on {day}. Nothing will be charged.")


def take_it_back(page: Page, day: str) -> None:
    page.get_by_role("button", name="Keep my membership").click()
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text("Your membership goes on.")
    expect(page.get_by_role("main")).to_contain_text(f"Your free trial runs until {day}")


def expect_nothing_charged(page: Page, stack: Stack, address: str) -> None:
    assert "stay closed" in (stack.mail_to(address, "has ended").text or "")
    page.goto("/account/membership/")
    expect(page.get_by_role("main")).to_contain_text("ended on")
    expect(page.get_by_role("main")).to_contain_text("There are none yet. Each charge puts its invoice here.")
    subjects = [message.subject for message in stack.mails_to(address)]
    assert not [subject for subject in subjects if "receipt" in subject.lower()], subjects
