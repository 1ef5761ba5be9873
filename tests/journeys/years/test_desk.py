"""What colleagues do about a member: see, note, look as them, prove, give back; and what a bank does meanwhile."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from zipfile import ZipFile

from playwright.sync_api import Page, expect

from tests.journeys import acts, desk
from tests.journeys.acts import Person
from tests.journeys.members import Memo, begin, expect_closed, expect_reads, expect_standing, meet_the_wall
from tests.journeys.stack import Stack

MONTH = "$30.00"


def test_colleagues_see_all_of_a_member_and_give_their_money_back(staged: Stack, person: Person) -> None:
    page, colleague, address = person(), person(), acts.new_address("helped")
    memo = meet_the_wall(page)
    begin(page, staged, address, "Monthly")
    staged.mail_to(address, f"Receipt for {MONTH}")
    desk.sign_in(colleague, staged, desk.OPERATOR)

    desk.everything_about(colleague, address)
    for told in ("Corniche PRO, monthly · active", f"{MONTH} · paid", f"Receipt for {MONTH}", f"{MONTH} is charged"):
        expect(colleague.locator(".member")).to_contain_text(told)
    note(colleague, "Wrote that she pays twice. She does not.")
    look_as_them(colleague, address, memo)
    desk.everything_about(colleague, address)
    expect_evidence(colleague)

    desk.everything_about(colleague, address)
    give_back(colleague)
    assert "has ended with it" in (staged.mail_to(address, f"We have given you {MONTH} back").text or "")
    expect_closed(page, memo)
    expect_standing(page, "ended on", "Given back")
    expect_numbers(colleague)


def test_a_payment_that_the_bank_doubts_and_takes_back_ends_the_access(staged: Stack, person: Person) -> None:
    page, colleague, bank, address = person(), person(), person(), acts.new_address("disputing")
    memo = meet_the_wall(page)
    begin(page, staged, address, "Monthly")
    desk.sign_in(colleague, staged, desk.OPERATOR)

    the_bank(bank, staged, address, "Warn of fraud")
    expect_alert(staged, colleague, address, "The bank suspects fraud")
    the_bank(bank, staged, address, "Dispute")
    expect_alert(staged, colleague, address, "disputes")
    expect_reads(page, memo)
    the_bank(bank, staged, address, "We lose")
    staged.mail_to(address, "has ended")
    expect_closed(page, memo)
    page.goto("/pro/")
    page.get_by_role("radio", name="Monthly").check()
    page.get_by_role("button", name="Go on with this plan").click()
    expect(page.get_by_role("main")).to_contain_text("Your bank disputes a payment of yours")


def test_a_reader_takes_their_data_along_and_is_forgotten(staged: Stack, person: Person, tmp_path: Path) -> None:
    page, colleague, address = person(), person(), acts.new_address("forgotten")
    meet_the_wall(page)
    begin(page, staged, address, "Monthly")
    assert address in copy_of_their_data(page, staged, address, tmp_path)
    erase(page, staged, address)
    staged.mail_to(address, "Your account is being erased")

    staged.advance(16 * 60)
    staged.wake("memberships.tasks.go_on_erasing")
    desk.sign_in(colleague, staged, desk.OPERATOR)
    staged.until(lambda: desk.found(colleague, address).count() == 0, within=30)
    api = colleague.request.get(f"{staged.stripe}/_stand_in/", headers={"Accept": "text/html"}).text()
    assert address not in api


def note(page: Page, text: str) -> None:
    page.get_by_label("New note").fill(text)
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator(".member-note")).to_contain_text(text)


def look_as_them(page: Page, address: str, memo: Memo) -> None:
    """They see what the member sees and change nothing."""
    page.get_by_role("link", name="Account", exact=True).first.click()
    page.get_by_role("link", name="Look as them").click()
    page.get_by_label("Why").fill("She asks what she sees")
    page.get_by_role("button", name="Look", exact=True).click()
    expect(page.get_by_role("complementary", name="You are only looking")).to_be_visible()
    expect_reads(page, memo)
    expect_standing(page, "Your membership renews on")
    page.goto("/account/membership/cancel/")
    page.get_by_role("button", name="Cancel my membership").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are only looking")
    page.get_by_role("button", name="Stop looking").click()
    expect(page.get_by_role("complementary", name="You are only looking")).to_have_count(0)


def expect_evidence(page: Page) -> None:
    """What they agreed to, paid and were told, as a PDF and as data."""
    page.get_by_role("link", name="Corniche PRO, monthly").click()
    page.get_by_role("link", name="Evidence").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Pack it").click()
    with ZipFile(download.value.path()) as pack:
        said = json.loads(pack.read("evidence.json"))
        assert pack.read("evidence.pdf").startswith(b"%PDF")
    assert MONTH in json.dumps(said, ensure_ascii=False)


def give_back(page: Page) -> None:
    page.get_by_role("link", name="Give money back").first.click()
    page.get_by_label("How much").select_option(label=f"All that is left: {MONTH}")
    page.get_by_label("Note").fill("She meant the newsletter.")
    page.get_by_role("button", name="Look at it once more").click()
    page.get_by_role("button", name=f"Give back {MONTH}").click()
    expect(page.get_by_text("The money is on its way, and they have been told.")).to_be_visible()


def expect_numbers(page: Page) -> None:
    """What was paid for the plan stands in the numbers."""
    page.goto("/admin/numbers/")
    expect(page.get_by_text("Recurs each month", exact=True)).to_be_visible()
    revenue = page.get_by_role("row").filter(has_text="Corniche PRO, monthly")
    expect(revenue.first).to_contain_text("$")


def the_bank(page: Page, stack: Stack, address: str, does: str) -> None:
    page.goto(f"{stack.stripe}/_stand_in/")
    row = page.get_by_role("region", name="The bank").get_by_role("listitem").filter(has_text=address)
    row.get_by_role("button", name=does).click()


def expect_alert(stack: Stack, page: Page, address: str, words: str) -> None:
    """It stands at the desk, about the one and in the words."""

    def is_there() -> bool:
        page.goto("/admin/memberships/alert/")
        alerts = page.locator("#result_list").get_by_role("row").filter(has_text=address)
        return alerts.filter(has_text=words).count() > 0

    stack.until(is_there, within=30)


def copy_of_their_data(page: Page, stack: Stack, address: str, folder: Path) -> str:
    """All of the machine's part of it."""
    page.goto("/account/privacy/")
    page.get_by_role("button", name="Have a copy packed").click()
    stack.mail_to(address, "The copy of your data is ready")
    page.goto("/account/privacy/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    download.value.save_as(folder / "copy.zip")
    with ZipFile(io.BytesIO((folder / "copy.zip").read_bytes())) as pack:
        return "".join(pack.read(name).decode() for name in pack.namelist() if name.endswith(".json"))


def erase(page: Page, stack: Stack, address: str) -> None:
    page.get_by_role("link", name="See what happens").click()
    expect(page.get_by_role("main")).to_contain_text("Your membership ends at once and nothing more is charged.")
    page.get_by_role("button", name="Send me the code").click()
    page.get_by_label("Code").fill(acts.code_in(stack.mail_to(address, "is your code to erase your account")))
    page.get_by_role("button", name="Erase my account").click()
    expect(page.get_by_role("navigation", name="Your account")).to_have_count(0)
    page.goto("/account/")
    expect(page).to_have_url(re.compile("/account/login/"))
