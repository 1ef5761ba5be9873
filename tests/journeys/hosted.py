"""Ways to the pages of the local Stripe.

What they show is made for them and sold by nobody: the product hears nothing of it, and no subscription comes of it
that a comparison of the books would find.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import stripe
from playwright.sync_api import Page

from tests.journeys.stack import Stack

GOOD, ASKS = "4242 4242 4242 4242", "4000 0027 6000 3184"


def checkout(page: Page, stack: Stack) -> None:
    page.goto(_trial(stack).url)


def declined(page: Page, stack: Stack) -> None:
    """The same page once it was sent empty: every mistake beside its field."""
    checkout(page, stack)
    page.locator("#pay").click()
    page.get_by_role("alert").wait_for()


def bank(page: Page, stack: Stack) -> None:
    checkout(page, stack)
    page.get_by_role("checkbox").check()
    _send(page, ASKS, {"Address": "1 Main Street", "City": "Springfield", "Country two letters, like US": "US"})
    page.wait_for_url("**/c/challenge/*")


def purchase(page: Page, stack: Stack) -> None:
    page.goto(_gift(stack).url)


def invoice(page: Page, stack: Stack) -> None:
    page.goto(_api(stack).invoices.retrieve(_bought(page, stack).invoice).hosted_invoice_url)


def portal(page: Page, stack: Stack) -> None:
    customer = _bought(page, stack).customer
    with _quiet(stack) as api:
        session = api.billing_portal.sessions.create({"customer": customer, "return_url": stack.site})
    page.goto(session.url)


def control(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.stripe}/_stand_in/")


def _api(stack: Stack) -> Any:
    return stripe.StripeClient("sk_test_of_the_journeys", base_addresses={"api": stack.stripe}).v1


@contextmanager
def _quiet(stack: Stack) -> Iterator[Any]:
    """The API, while nobody listens for its events."""
    api = _api(stack)
    endpoints = [endpoint.id for endpoint in api.webhook_endpoints.list().data]
    for endpoint in endpoints:
        api.webhook_endpoints.update(endpoint, {"disabled": True})
    try:
        yield api
    finally:
        for endpoint in endpoints:
            api.webhook_endpoints.update(endpoint, {"disabled": False})


def _trial(stack: Stack) -> Any:
    api = _api(stack)
    price = api.prices.list({"lookup_keys": ["pro_annual"]}).data[0]
    return api.checkout.sessions.create(
        {
            "mode": "subscription",
            "line_items": [{"price": price.id, "quantity": 1}],
            "success_url": stack.site,
            "cancel_url": stack.site,
            "allow_promotion_codes": True,
            "billing_address_collection": "required",
            "consent_collection": {"terms_of_service": "required"},
            "tax_id_collection": {"enabled": True},
            "subscription_data": {"trial_period_days": 7},
        }
    )


def _gift(stack: Stack) -> Any:
    with _quiet(stack) as api:
        price = api.prices.list({"lookup_keys": ["pro_annual"]}).data[0]
        gift = {"product": price.product, "unit_amount": 30_000, "currency": "usd"}
        return api.checkout.sessions.create(
            {
                "mode": "payment",
                "line_items": [{"price_data": gift, "quantity": 1}],
                "success_url": f"{stack.site}/about/",
                "invoice_creation": {"enabled": True},
            }
        )


def _bought(page: Page, stack: Stack) -> Any:
    session = _gift(stack)
    with _quiet(stack) as api:
        page.goto(session.url)
        _send(page, GOOD)
        page.wait_for_url("**/about/")
        return api.checkout.sessions.retrieve(session.id)


def _send(page: Page, card: str, more: dict[str, str] | None = None) -> None:
    typed = {
        "Email": "a.reader@readers.example",
        "Card number": card,
        "Expiry": "12 / 39",
        "Security code": "123",
        "Name on card": "A. Reader",
        **(more or {}),
    }
    for label, text in typed.items():
        page.get_by_label(label, exact=True).fill(text)
    page.locator("#pay").click()
