"""What people do over and over on this site, each through the page and the mailbox as they do it."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

from playwright.sync_api import Page, expect

from newsroom.embedded import inbox
from tests.journeys.stack import Stack

# The fixture of that name: opens a window for somebody new.
Person = Callable[..., Page]

GOOD_CARD = "4242 4242 4242 4242"
DECLINED_CARD = "4000 0000 0000 0002"
# Saved like any other, then declined at every charge; and one whose bank asks its owner, once.
FAILING_CARD, ASKING_CARD = "4000 0000 0000 0341", "4000 0025 0000 3155"
# Its bank asks at every charge; and one that is the same card whoever types it.
ALWAYS_ASKING_CARD, SHARED_CARD = "4000 0027 6000 3184", "2223 0031 2200 3222"
_CODE = re.compile(r"(?m)^\s*([A-Z0-9]+(?:-[A-Z0-9]+)*)\s*$")
_LINK = re.compile(r"https?://[^\s<>\"]+")


def new_address(who: str) -> str:
    """An address nobody has had before."""
    return f"{who}.{secrets.token_hex(4)}@readers.example"


def sign_in(page: Page, stack: Stack, address: str) -> None:
    """With the password of the demo's accounts, on the page for readers."""
    page.goto("/account/login/")
    page.get_by_text("Sign in with a password").click()
    form = page.locator("form", has=page.get_by_label("Password"))
    form.get_by_label("Email").fill(address)
    form.get_by_label("Password").fill(stack.password)
    form.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("navigation", name="Your account")).to_be_visible()


def sign_in_by_code(page: Page, stack: Stack, address: str) -> None:
    page.goto("/account/login/")
    page.get_by_label("Email address").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    type_the_code(page, stack, address, "is your sign-in code")
    expect(page.get_by_role("navigation", name="Your account")).to_be_visible()


def say_who_one_is(page: Page, provider: str, address: str) -> None:
    """From the page to sign in or up on, at the stand-in of a provider, and back."""
    page.get_by_role("button", name=f"Continue with {provider}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who are you?")
    page.get_by_label("Email address").fill(address)
    page.get_by_label("Name", exact=True).fill("Nour Haddad")
    page.get_by_role("button", name="Continue").click()


def fill_in_sign_up(page: Page, stack: Stack, address: str) -> None:
    """From the sign-up page on, however one came there: the address, then the code that is mailed to it."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Create an account")
    page.get_by_label("Email").fill(address)
    page.get_by_role("button", name="Send me a code").click()
    type_the_code(page, stack, address, "confirms your address")


def type_the_code(page: Page, stack: Stack, address: str, subject: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Type the code")
    page.get_by_label("Code").fill(code_in(stack.mail_to(address, subject)))
    page.get_by_role("button", name="Go on").click()


def pay(page: Page, card: str = GOOD_CARD) -> None:
    """Fill in the local Stripe's checkout page and send it."""
    fill_in_the_card(page, card)
    page.get_by_role("button", name=re.compile("Start trial|Subscribe|Pay")).click()


def fill_in_the_card(page: Page, card: str) -> None:
    page.get_by_label("Card number").fill(card)
    page.get_by_label("Expiry").fill("12 / 39")
    page.get_by_label("Security code").fill("123")
    page.get_by_label("Name on card").fill("A. Reader")


def give(page: Page, stack: Stack, theirs: str, mine: str) -> None:
    """Buy three months for Samira without an account, delivered today, as far as the page of the gift."""
    page.goto("/gift/")
    page.get_by_role("radio", name="3 months").check()
    page.get_by_label("Their name").fill("Samira")
    page.get_by_label("Their email address").fill(mine)
    page.get_by_label("Your message").fill("For the long train rides.")
    page.get_by_label("Your name").fill("Paul Brandt")
    page.get_by_label("Your email address").fill(theirs)
    page.get_by_role("button", name="Go on to pay").click()
    page.wait_for_url(f"{stack.stripe}/**")
    expect(page.get_by_role("region", name="What you are buying")).to_contain_text("$90.00")
    pay(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your gift for Samira")


def code_in(message: inbox.Message) -> str:
    """The code that stands on a line of its own."""
    found = _CODE.search(message.text or "")
    assert found, message.text
    return found[1]


def link_in(message: inbox.Message, part: str) -> str:
    """The first address in the text part that holds ``part``."""
    for address in _LINK.findall(message.text or ""):
        if part in address:
            return str(address)
    raise AssertionError(f"No link with {part} in:\n{message.text}")


def headers_of(message: inbox.Message, name: str) -> list[str]:
    return [value for header, value in message.headers if header.lower() == name.lower()]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
