"""Ways in besides the code and the password: a passkey from the first day on, Apple and Microsoft."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.journeys import acts
from tests.journeys.acts import Person
from tests.journeys.stack import Stack

# As a telephone has it: it keeps the passkey, knows its owner and asks nothing of the journey.
TELEPHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_opens_an_account_and_signs_in_from_then_on(stack: Stack, person: Person) -> None:
    page, address = person(), acts.new_address("passkey")
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    telephone = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": TELEPHONE})["authenticatorId"]

    # No passkey is made for a bare number, which is no name.
    site = f"http://localhost:{urlsplit(stack.site).port}"
    page.goto(f"{site}/account/signup/")
    page.get_by_role("link", name="Use a passkey").click()
    acts.fill_in_sign_up(page, stack, address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Make your passkey")
    page.get_by_label("Name").fill("My telephone")
    page.get_by_role("button", name="Make the passkey").click()
    expect_to_be_in(page, address)
    [kept] = devtools.send("WebAuthn.getCredentials", {"authenticatorId": telephone})["credentials"]
    assert kept["rpId"] == "localhost"

    sign_out(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect_to_be_in(page, address)

    sign_out(page)
    devtools.send("WebAuthn.clearCredentials", {"authenticatorId": telephone})
    # The library tells the console too, which the watch would take for a fault of ours.
    page.evaluate("console.error = () => {}")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("Your device gave no passkey.")


def test_apple_opens_an_account_and_microsoft_is_another_way_into_it(stack: Stack, person: Person) -> None:
    page, address = person(), acts.new_address("apple")
    page.goto("/account/signup/")
    come_for_the_first_time(page, stack, "Apple", address)
    page.goto("/account/profile/")
    page.get_by_label("Name").fill("Nour H.")
    page.get_by_role("button", name="Save").click()

    elsewhere = person()
    elsewhere.goto("/account/login/")
    come_for_the_first_time(elsewhere, stack, "Microsoft", address)
    expect_the_name(elsewhere)
    for provider in ("Apple", "Microsoft"):
        again = person()
        again.goto("/account/login/")
        acts.say_who_one_is(again, provider, address)
        expect_the_name(again)


def come_for_the_first_time(page: Page, stack: Stack, provider: str, address: str) -> None:
    """What a provider says of an address is believed once the mailbox has answered."""
    acts.say_who_one_is(page, provider, address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm your address")
    page.get_by_role("button", name="Send me a code").click()
    acts.type_the_code(page, stack, address, "is your sign-in code")
    stack.mail_to(address, f"{provider} was connected to your account")


def expect_the_name(page: Page) -> None:
    """It is the account that was named."""
    page.goto("/account/profile/")
    expect(page.get_by_label("Name")).to_have_value("Nour H.")


def expect_to_be_in(page: Page, address: str) -> None:
    expect(page.get_by_role("navigation", name="Your account")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(address)


def sign_out(page: Page) -> None:
    page.goto(f"http://{urlsplit(page.url).netloc}/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.goto(f"http://{urlsplit(page.url).netloc}/account/login/")
