"""Invoices that are sent instead of charged, and seats that come and go."""

from __future__ import annotations

import pytest
import stripe

from tests.embedded.stripe.conftest import CARD, DAY, World, eventually, request

HOUR = 3600


def send_invoice(world: World, **given: object) -> stripe.Subscription:
    customer = world.make_customer(name="Acme Research", email="billing@acme.example")
    terms = {"collection_method": "send_invoice", "days_until_due": 30, "quantity": 5, **given}
    return world.subscribe(customer, **terms)


def test_a_team_runs_at_once_and_its_invoice_follows_in_an_hour(world: World) -> None:
    subscription = send_invoice(world, metadata={"team_id": "3"})
    assert (subscription.status, subscription["items"].data[0].quantity) == ("active", 5)
    draft = world.api.invoices.retrieve(subscription.latest_invoice)
    assert (draft.status, draft.total, draft.due_date, draft.number) == ("draft", 150_000, None, None)
    world.advance(seconds=HOUR + 1)
    sent = world.api.invoices.retrieve(draft.id)
    assert (sent.status, sent.due_date) == ("open", sent.status_transitions.finalized_at + 30 * DAY)
    assert sent.number.endswith("-0001")
    assert [event.type for event in world.events("invoice.finalized", "invoice.sent")] == [
        "invoice.finalized",
        "invoice.sent",
    ]
    page = request(sent.hosted_invoice_url)
    assert "Acme Research" in page.text
    assert "5 × PRO" in page.text
    assert request(sent.invoice_pdf).text.startswith("%PDF-1.4")


def test_a_bank_transfer_is_noted_without_a_charge(world: World) -> None:
    subscription = send_invoice(world)
    world.advance(seconds=HOUR + 1)
    paid = world.api.invoices.pay(subscription.latest_invoice, {"paid_out_of_band": True})
    assert (paid.status, paid.amount_paid, paid.amount_paid_off_stripe) == ("paid", 150_000, 150_000)
    assert world.api.charges.list().data == []
    payment = world.api.invoice_payments.list({"invoice": paid.id}).data[0]
    assert payment.status == "canceled"
    with pytest.raises(stripe.InvalidRequestError, match="already paid"):
        world.api.invoices.pay(paid.id, {"paid_out_of_band": True})


def test_an_invoice_past_its_date_puts_the_team_past_due_until_it_is_paid(world: World) -> None:
    subscription = send_invoice(world)
    world.advance(seconds=31 * DAY)
    late = world.api.subscriptions.retrieve(subscription.id)
    assert late.status == "past_due"
    assert "retry_invoice" not in world.advance(seconds=20 * DAY)
    world.api.invoices.pay(subscription.latest_invoice, {"paid_out_of_band": True})
    assert world.api.subscriptions.retrieve(subscription.id).status == "active"


def test_an_invoice_is_paid_on_its_page(world: World) -> None:
    subscription = send_invoice(world)
    world.advance(seconds=HOUR + 1)
    invoice = world.api.invoices.retrieve(subscription.latest_invoice)
    refused = request(invoice.hosted_invoice_url, {**CARD, "card-number": "4000 0000 0000 0002"})
    assert refused.status == 422
    assert request(invoice.hosted_invoice_url, CARD).status == 303
    intent = world.api.invoice_payments.list({"invoice": invoice.id}).data[0].payment.payment_intent
    found = world.api.invoice_payments.list({"payment": {"type": "payment_intent", "payment_intent": intent}}).data
    assert [payment.invoice for payment in found] == [invoice.id]
    assert "Pay this invoice" not in request(invoice.hosted_invoice_url).text


def test_an_invoice_is_sent_again_finalised_early_and_voided(world: World) -> None:
    subscription = send_invoice(world)
    invoice = world.api.invoices.finalize_invoice(subscription.latest_invoice)
    assert invoice.status == "open"
    world.api.invoices.send_invoice(invoice.id)
    assert len(world.events("invoice.sent")) == 2
    assert world.api.invoices.void_invoice(invoice.id).status == "void"
    with pytest.raises(stripe.InvalidRequestError):
        world.api.invoices.pay(invoice.id, {"paid_out_of_band": True})
    assert world.advance(seconds=40 * DAY) == []


def test_days_until_due_go_with_invoices_that_are_sent(world: World) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        send_invoice(world, days_until_due=None)
    assert refusal.value.param == "days_until_due"
    with pytest.raises(stripe.InvalidRequestError):
        world.subscribe(world.make_customer("pm_card_visa"), days_until_due=30)


def test_more_seats_are_previewed_and_billed_now(world: World) -> None:
    subscription = send_invoice(world)
    world.advance(seconds=HOUR + 1)
    item = subscription["items"].data[0]
    period = item.current_period_end - item.current_period_start
    middle = item.current_period_start + period // 2
    world.advance(to=middle)
    change = {
        "items": [{"id": item.id, "quantity": 8}],
        "proration_behavior": "always_invoice",
        "proration_date": middle,
    }
    preview = world.api.invoices.create_preview({"subscription": subscription.id, "subscription_details": change})
    assert preview.amount_due == 45_000
    assert [(line.quantity, line.amount) for line in preview.lines.data] == [(5, -75_000), (8, 120_000)]
    assert world.api.subscriptions.retrieve(subscription.id)["items"].data[0].quantity == 5
    changed = world.api.subscriptions.update(subscription.id, change)
    invoice = world.api.invoices.retrieve(changed.latest_invoice)
    assert (invoice.status, invoice.total, invoice.billing_reason) == ("open", 45_000, "subscription_update")
    assert changed["items"].data[0].quantity == 8


def test_fewer_seats_wait_for_the_renewal(world: World) -> None:
    subscription = send_invoice(world)
    item = subscription["items"].data[0]
    change = {"items": [{"id": item.id, "quantity": 2}], "proration_behavior": "none"}
    changed = world.api.subscriptions.update(subscription.id, change)
    assert changed.latest_invoice == subscription.latest_invoice
    upcoming = world.api.invoices.create_preview({"subscription": subscription.id})
    assert upcoming.amount_due == 60_000
    world.advance(to=item.current_period_end)
    assert world.api.invoices.list().data[0].total == 60_000


def test_prorations_wait_for_the_renewal_by_default(world: World) -> None:
    subscription = world.subscribe(world.make_customer("pm_card_visa"), quantity=2)
    item = subscription["items"].data[0]
    middle = item.current_period_start + (item.current_period_end - item.current_period_start) // 2
    change = {"items": [{"id": item.id, "quantity": 1}], "proration_date": middle}
    world.api.subscriptions.update(subscription.id, change)
    assert len(world.api.invoices.list().data) == 1
    assert world.api.invoices.create_preview({"subscription": subscription.id}).amount_due == 30_000 - 15_000


def test_a_credit_left_over_is_the_customer_s(world: World) -> None:
    customer = world.make_customer("pm_card_visa")
    subscription = world.subscribe(customer, quantity=3)
    item = subscription["items"].data[0]
    change = {"items": [{"id": item.id, "quantity": 1}], "proration_behavior": "always_invoice"}
    world.api.subscriptions.update(subscription.id, change | {"proration_date": item.current_period_start})
    assert world.api.customers.retrieve(customer.id).balance == -60_000
    world.advance(to="one_year")
    world.advance(seconds=2 * HOUR)
    renewal = world.api.invoices.list().data[0]
    assert (renewal.total, renewal.amount_due, renewal.ending_balance) == (30_000, 0, -30_000)


def test_a_price_of_another_interval_begins_a_new_period(world: World) -> None:
    subscription = world.subscribe(world.make_customer("pm_card_visa"))
    monthly = world.make_price(recurring={"interval": "month"}, unit_amount=3_000)
    item = subscription["items"].data[0]
    halfway = item.current_period_start + (item.current_period_end - item.current_period_start) // 2
    world.advance(to=halfway)
    changed = world.api.subscriptions.update(subscription.id, {"items": [{"id": item.id, "price": monthly.id}]})
    assert changed["items"].data[0].price.id == changed["items"].data[0].plan.id == monthly.id
    lines = world.api.invoices.retrieve(changed.latest_invoice).lines.data
    assert [line.amount for line in lines] == [pytest.approx(-15_000, abs=1), 3_000]
    assert changed["items"].data[0].current_period_end < halfway + 32 * DAY


def test_items_are_read_and_changed_by_their_own_address(world: World) -> None:
    subscription = send_invoice(world)
    item = world.api.subscription_items.list({"subscription": subscription.id}).data[0]
    assert world.api.subscription_items.retrieve(item.id).quantity == 5
    world.api.subscription_items.update(item.id, {"quantity": 6, "proration_behavior": "none"})
    assert world.api.subscriptions.retrieve(subscription.id)["items"].data[0].quantity == 6
    with pytest.raises(stripe.InvalidRequestError, match="No such subscription item"):
        world.api.subscription_items.retrieve("si_none")


def test_a_new_subscription_is_previewed(world: World) -> None:
    price, customer = world.make_price(), world.make_customer()
    details = {"items": [{"price": price.id, "quantity": 4}]}
    preview = world.api.invoices.create_preview({"customer": customer.id, "subscription_details": details})
    assert (preview.amount_due, preview.status, preview.number) == (120_000, "draft", None)
    assert world.api.subscriptions.list().data == []
    assert not world.events("invoice.created")


def test_money_goes_back_in_parts_and_no_further(world: World) -> None:
    subscription = world.subscribe(world.make_customer("pm_card_visa"))
    payment = world.api.invoice_payments.list({"invoice": subscription.latest_invoice}).data[0]
    intent = payment.payment.payment_intent
    part = world.api.refunds.create({"payment_intent": intent, "amount": 10_000, "reason": "requested_by_customer"})
    assert (part.status, part.amount) == ("succeeded", 10_000)
    rest = world.api.refunds.create({"payment_intent": intent})
    assert rest.amount == 20_000
    charge = world.api.charges.retrieve(part.charge, {"expand": ["refunds"]})
    assert (charge.refunded, charge.amount_refunded, len(charge.refunds.data)) == (True, 30_000, 2)
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        world.api.refunds.create({"payment_intent": intent})
    assert refusal.value.code == "charge_already_refunded"
    assert [row.id for row in world.api.refunds.list({"payment_intent": intent}).data] == [rest.id, part.id]
    assert world.api.subscriptions.retrieve(subscription.id).status == "active"
    assert len(world.events("charge.refunded")) == 2


def test_an_invoice_is_paid_by_hand_with_a_named_card(world: World) -> None:
    customer = world.make_customer("pm_card_chargeCustomerFail")
    subscription = world.subscribe(customer)
    with pytest.raises(stripe.CardError) as refusal:
        world.api.invoices.pay(subscription.latest_invoice)
    assert refusal.value.json_body["error"]["decline_code"] == "generic_decline"
    good = world.api.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    paid = world.api.invoices.pay(subscription.latest_invoice, {"payment_method": good.id})
    assert paid.status == "paid"
    assert eventually(lambda: world.api.subscriptions.retrieve(subscription.id).status == "active")


def test_a_customer_has_only_cards_of_its_own(world: World) -> None:
    customer, other = world.make_customer("pm_card_visa"), world.make_customer()
    method = world.api.customers.retrieve(customer.id).invoice_settings.default_payment_method
    with pytest.raises(stripe.InvalidRequestError, match="already been attached"):
        world.api.payment_methods.attach(method, {"customer": other.id})
    with pytest.raises(stripe.InvalidRequestError, match="Attach it to the customer first"):
        world.subscribe(other, default_payment_method=method)
    with pytest.raises(stripe.CardError):
        world.api.payment_methods.attach("pm_card_visa_chargeDeclined", {"customer": other.id})
    assert world.api.payment_methods.list({"customer": other.id}).data == []
