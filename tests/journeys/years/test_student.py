"""Students: the proof, the price it opens, a bank that asks about the renewal, and a price that moves under notice."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.journeys import acts, desk, staging
from tests.journeys.acts import Person
from tests.journeys.members import (
    PRICE,
    expect_invoices,
    expect_reads,
    expect_standing,
    meet_the_wall,
)
from tests.journeys.stack import Stack

YEAR, MONTH, DEARER = "$150.00", "$12.00", "$15.00"
PROOFS = ("memberships.tasks.follow_students", "memberships.tasks.tell_what_happened")


def test_a_proof_runs_out_and_the_bank_asks_about_the_ordinary_price(staged: Stack, person: Person) -> None:
    page, address = person(), acts.new_address("student")
    memo = meet_the_wall(page)
    prove(page, staged, address)
    buy(page, staged, "Yearly, for students", acts.ALWAYS_ASKING_CARD)
    proved_at = staged.now()
    expect_standing(page, f"{YEAR} is charged to your Visa")
    open_the_invoice(page, YEAR)

    staged.advance_to(proved_at + timedelta(days=332))
    staged.wake(*PROOFS)
    told = staged.mail_to(address, "Do you still study?").text or ""
    assert f"{PRICE} is charged then" in told
    staged.wake(*PROOFS)
    staged.until(lambda: says(page, f"Then {PRICE}"), within=30)

    staged.advance_to(proved_at + timedelta(days=366))
    asked = staged.mail_to(address, "Your bank wants you to confirm a payment")
    expect_standing(page, f"Your bank wants you to confirm {PRICE}. You read on until")
    expect_invoices(page, YEAR)
    expect_reads(page, memo)
    confirm(page, acts.link_in(asked, "/i/"))
    staged.mail_to(address, f"Receipt for {PRICE}")
    expect_standing(page, "Your membership renews on", f"{PRICE} is charged to your Visa")
    expect_invoices(page, PRICE, YEAR)


def test_a_price_that_moves_is_told_thirty_days_ahead_and_charged_then(staged: Stack, person: Person) -> None:
    page, colleague, address = person(), person(), acts.new_address("moved")
    prove(page, staged, address)
    buy(page, staged, "Monthly, for students")
    began_at = staged.now()
    desk.sign_in(colleague, staged, desk.OPERATOR)

    # The next renewal is too near to be told of in time, so it is charged as before.
    staged.advance_to(began_at + timedelta(days=26))
    move_the_price(colleague)
    staged.wake("memberships.tasks.move_prices", "memberships.tasks.tell_what_happened")
    told = staged.mail_to(address, "has a new price from").text or ""
    assert f"costs {MONTH} a month" in told
    assert f"costs {DEARER} a month" in told
    staged.advance_to(began_at + timedelta(days=33))
    staged.mail(address, lambda mail: subjects(staged, address).count(f"Receipt for {MONTH}") == 2)
    staged.wake("memberships.tasks.move_prices")
    staged.until(lambda: says(page, DEARER), within=30)

    staged.advance_to(began_at + timedelta(days=64))
    staged.mail_to(address, f"Receipt for {DEARER}")
    expect_standing(page, f"{DEARER} is charged to your Visa")
    expect_invoices(page, DEARER, MONTH, MONTH)


def subjects(stack: Stack, address: str) -> list[str]:
    return [mail.subject for mail in stack.mails_to(address)]


def prove(page: Page, stack: Stack, address: str) -> None:
    """With a new account, and a mailbox at a university that answers."""
    page.goto("/account/signup/?next=/account/student/")
    acts.fill_in_sign_up(page, stack, address)
    theirs = address.replace("@readers.example", f"@mail.{staging.UNIVERSITY}")
    page.get_by_label("address").first.fill(theirs)
    page.get_by_role("button", name="Send me a link").click()
    page.goto(acts.link_in(stack.mail_to(theirs, "Prove that you study"), "/account/student/"))
    page.get_by_role("button", name="I study there").click()
    expect(page.get_by_role("main")).to_contain_text("It is proved that you study, until")
    page.get_by_role("link", name="See the price").click()


def buy(page: Page, stack: Stack, plan: str, card: str = acts.GOOD_CARD) -> None:
    """The page of the offers is before them."""
    page.get_by_role("radio", name=plan).check()
    page.get_by_role("button", name="Go on with this plan").click()
    page.wait_for_url(f"{stack.stripe}/**")
    acts.pay(page, card)
    if card == acts.ALWAYS_ASKING_CARD:
        page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Welcome")


def open_the_invoice(page: Page, amount: str) -> None:
    """As the file that bookkeepers want."""
    link = page.get_by_role("listitem").filter(has_text=amount).get_by_role("link", name="PDF").get_attribute("href")
    answer = page.request.get(link or "")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF")


def says(page: Page, sentence: str) -> bool:
    page.goto("/account/membership/")
    return sentence in page.get_by_role("main").inner_text()


def confirm(page: Page, link: str) -> None:
    """On Stripe's page of the invoice, where the letter leads; the bank asks once more."""
    page.goto(link)
    acts.fill_in_the_card(page, acts.ALWAYS_ASKING_CARD)
    page.get_by_role("button", name=f"Pay {PRICE}").click()
    page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Paid")


def move_the_price(page: Page) -> None:
    """Counted first; the numbers are before whoever decides it."""
    page.goto("/admin/memberships/pricemove/add/")
    choose_price(page, "Old price", MONTH, staging.STUDENT_MONTH)
    choose_price(page, "New price", DEARER, staging.DEARER_MONTH)
    page.get_by_role("button", name="Count").click()
    expect(page.get_by_text(f"From {MONTH} to {DEARER}.")).to_be_visible()
    expect(page.get_by_text("Subscriptions that move: 1.")).to_be_visible()
    expect(page.get_by_text("there is no time left to tell them: 1.")).to_be_visible()
    page.get_by_role("button", name="Move the price").click()
    expect(page.get_by_text("The price moves.")).to_be_visible()


def choose_price(page: Page, field: str, amount: str, key: str) -> None:
    page.get_by_label(field).select_option(label=f"Corniche PRO for students, monthly · {amount} · {key}")
