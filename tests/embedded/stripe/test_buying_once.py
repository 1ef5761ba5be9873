"""Checkout in payment mode: one charge, with an invoice where it was asked for, and no subscription."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.embedded.stripe.conftest import CARD, World, request

INVOICED = {"invoice_creation": {"enabled": True, "invoice_data": {"description": "A gift", "metadata": {"gift": "7"}}}}


def open_purchase(world: World, customer: Any = None, **given: Any) -> Any:
    """A session for a year as a gift, $300 once."""
    product = world.api.products.create({"name": "PRO for a year, as a gift"})
    price = world.api.prices.create({"product": product.id, "unit_amount": 30000, "currency": "usd"})
    chosen = {
        "mode": "payment",
        "line_items": [{"price": price.id, "quantity": 1}],
        "success_url": "http://127.0.0.1:8000/back/?session_id={CHECKOUT_SESSION_ID}",
        **({"customer": customer.id} if customer else {}),
    }
    return world.api.checkout.sessions.create({**chosen, **given})


def completed(world: World, session: Any, **card: str) -> Any:
    answer = request(session.url, {**CARD, "email": "giver@example.com", **card})
    assert answer.status == 303, answer.text
    return world.api.checkout.sessions.retrieve(session.id)


def test_the_page_says_that_it_is_paid_once(world: World) -> None:
    page = request(open_purchase(world).url).text
    for text in ("Buy PRO for a year, as a gift", "Paid once", "Pay $300.00", "and nothing after that"):
        assert text in page
    assert "per year" not in page


def test_a_purchase_leaves_a_paid_invoice_and_no_subscription(world: World) -> None:
    session = completed(world, open_purchase(world, world.make_customer(), **INVOICED))
    assert (session.status, session.payment_status, session.subscription) == ("complete", "paid", None)
    invoice = world.api.invoices.retrieve(session.invoice, {"expand": ["payments"]})
    assert (invoice.status, invoice.amount_paid, invoice.billing_reason, invoice.parent) == (
        "paid",
        30000,
        "manual",
        None,
    )
    assert (invoice.description, invoice.metadata.to_dict()) == ("A gift", {"gift": "7"})
    assert [line.description for line in invoice.lines.data] == ["PRO for a year, as a gift"]
    assert invoice.payments.data[0].payment.payment_intent == session.payment_intent
    assert world.api.subscriptions.list({"status": "all"}).data == []
    told = [event.type for event in world.events("invoice.paid", "charge.succeeded", "checkout.session.completed")]
    assert told == ["charge.succeeded", "invoice.paid", "checkout.session.completed"]
    assert request(invoice.hosted_invoice_url).status == 200


def test_a_guest_pays_without_becoming_a_customer(world: World) -> None:
    data = {"payment_intent_data": {"metadata": {"gift": "7"}, "description": "A gift"}}
    session = completed(world, open_purchase(world, **data))
    assert (session.customer, session.invoice) == (None, None)
    assert session.customer_details.email == "giver@example.com"
    intent = world.api.payment_intents.retrieve(session.payment_intent)
    assert (intent.status, intent.amount_received, intent.metadata.to_dict()) == ("succeeded", 30000, {"gift": "7"})
    assert world.api.customers.list().data == []
    assert world.api.refunds.create({"payment_intent": intent.id}).amount == 30000


def test_an_invoice_makes_its_payer_a_customer(world: World) -> None:
    session = completed(world, open_purchase(world, **INVOICED))
    assert world.api.customers.retrieve(session.customer).email == "giver@example.com"


def test_a_code_is_taken_off_the_purchase(world: World) -> None:
    coupon = world.api.coupons.create({"percent_off": 20, "duration": "once"})
    world.api.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon.id}, "code": "GIFT20"})
    session = open_purchase(world, world.make_customer(), allow_promotion_codes=True, **INVOICED)
    assert request(f"{session.url}/promotion", {"promotion-code": "gift20"}).status == 303
    invoice = world.api.invoices.retrieve(completed(world, session).invoice)
    assert (invoice.subtotal, invoice.total, invoice.amount_paid) == (30000, 24000, 24000)
    assert invoice.total_discount_amounts[0].amount == 6000


def test_a_declined_purchase_leaves_nothing_behind(world: World) -> None:
    session = open_purchase(world, world.make_customer(), **INVOICED)
    answer = request(session.url, {**CARD, "card-number": "4000 0000 0000 0341"})
    assert (answer.status, "Your card was declined." in answer.text) == (422, True)
    assert world.api.invoices.list().data == []
    assert world.api.charges.list().data == []
    assert world.api.checkout.sessions.retrieve(session.id).status == "open"


def test_a_purchase_by_a_card_that_asks_goes_by_the_bank(world: World) -> None:
    session = open_purchase(world, world.make_customer())
    challenge = request(session.url, {**CARD, "card-number": "4000 0027 6000 3184"})
    request(f"{world.url}{challenge.headers['location']}", {"answer": "confirm"})
    assert world.api.checkout.sessions.retrieve(session.id).payment_status == "paid"


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"subscription_data": {"trial_period_days": 7}}, "subscription_data"),
        ({"payment_method_collection": "always"}, "payment_method_collection"),
        ({"payment_intent_data": {"capture_method": "manual"}}, "payment_intent_data[capture_method]"),
        ({"mode": "setup"}, "mode"),
        ({"mode": "subscription"}, "line_items[0][price]"),
    ],
)
def test_what_does_not_belong_to_the_mode_is_refused(world: World, given: dict[str, Any], param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        open_purchase(world, **given)
    assert refusal.value.param == param
