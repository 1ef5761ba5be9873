"""A newsroom moves in: its members come in one file, are looked at first, and read on with the card they have."""

from __future__ import annotations

from typing import Any

import stripe
from playwright.sync_api import Page, expect

from tests.journeys import acts, desk
from tests.journeys.acts import Person
from tests.journeys.members import expect_reads, expect_standing, meet_the_wall
from tests.journeys.stack import Stack

HEADS = "email,name,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at,tiers"
# Their old site's price, which is none of ours until somebody says so.
PRICE = 4_000


def test_members_of_another_system_read_on_with_the_cards_they_have(staged: Stack, person: Person) -> None:
    page, colleague = person(), person()
    running, ended = acts.new_address("running"), acts.new_address("ended")
    memo = meet_the_wall(page)
    lines = [HEADS, *had_elsewhere(staged, running, ended)]
    desk.sign_in(colleague, staged, "operator@corniche.example")

    bring(colleague, "\n".join(lines))
    expect_row(colleague, "unclear", "Say first what this price opens here.", 1)
    expect_row(colleague, "loses access", "", 1)
    colleague.get_by_role("combobox").last.select_option(label="Corniche PRO")
    colleague.get_by_role("button", name="Take this down").click()
    expect_row(colleague, "gets access", "Their subscription runs on at Stripe.", 1)
    assert staged.mails_to(running) == []
    colleague.get_by_role("button", name="Move in whoever is clear").click()
    expect(colleague.get_by_text("Whoever was clear is moved in.")).to_be_visible(timeout=30_000)

    assert "with the same card and on the same day" in (staged.mail_to(running, "has moved").text or "")
    acts.sign_in_by_code(page, staged, running)
    expect_reads(page, memo)
    expect_standing(page, "Your membership renews on", "$40.00 is charged to your Visa 4242")
    assert [mail.subject for mail in staged.mails_to(running) if "Receipt" in mail.subject] == []


def had_elsewhere(stack: Stack, running: str, ended: str) -> list[str]:
    """Two members of an older site, as its export writes them: one pays, the other's subscription is over."""
    api: Any = stripe.StripeClient("sk_test_of_the_journeys", base_addresses={"api": stack.stripe}).v1
    product = api.products.create({"name": "The old letter"})
    price = api.prices.create(
        {"product": product.id, "unit_amount": PRICE, "currency": "usd", "recurring": {"interval": "month"}}
    )
    lines = []
    for address in (running, ended):
        customer = api.customers.create({"email": address, "payment_method": "pm_card_visa"})
        [card] = api.customers.payment_methods.list(customer.id).data
        subscription = api.subscriptions.create(
            {"customer": customer.id, "items": [{"price": price.id}], "default_payment_method": card.id}
        )
        if address == ended:
            api.subscriptions.cancel(subscription.id)
        lines.append(f"{address},Old Reader,true,false,{customer.id},2024-03-01T08:00:00.000Z,,The old letter")
    return lines


def bring(page: Page, table: str) -> None:
    page.goto("/admin/memberships/movingin/add/")
    page.get_by_label("From").select_option(label="Ghost")
    file = {"name": "members.csv", "mimeType": "text/csv", "buffer": table.encode()}
    page.locator("input[type=file]").set_input_files(files=[file])  # type: ignore[list-item]
    page.get_by_label("Tell each by email that their account has moved").check()
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("This is the dry run: nothing was written for anybody yet.")).to_be_visible(timeout=30_000)


def expect_row(page: Page, outcome: str, why: str, people: int) -> None:
    row = page.get_by_role("row").filter(has_text=outcome).filter(has_text=why)
    expect(row).to_contain_text(str(people), timeout=30_000)
