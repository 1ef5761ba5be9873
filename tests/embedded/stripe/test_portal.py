"""The customer portal: what its configuration allows, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.embedded.stripe.conftest import CARD, DAY, World, request

FEATURES: dict[str, Any] = {
    "payment_method_update": {"enabled": True},
    "invoice_history": {"enabled": True},
    "customer_update": {"enabled": True, "allowed_updates": ["name", "email"]},
    "subscription_cancel": {
        "enabled": True,
        "mode": "at_period_end",
        "cancellation_reason": {"enabled": True, "options": ["too_expensive", "other"]},
    },
}


def open_portal(world: World, customer: str, features: dict[str, Any] = FEATURES, **given: Any) -> Any:
    configuration = world.api.billing_portal.configurations.create({"features": features})
    terms = {"customer": customer, "configuration": configuration.id, "return_url": "http://127.0.0.1:8000/account/"}
    return world.api.billing_portal.sessions.create({**terms, **given})


def test_the_portal_shows_plan_card_and_invoices(world: World) -> None:
    subscription = world.start_trial()
    page = request(open_portal(world, subscription.customer).url)
    for text in ("PRO", "$300.00 per year", "Your free trial ends on", "Visa", "4242", "Paid", "Return to the site"):
        assert text in page.text


def test_cancelling_sets_the_moment_and_not_the_flag(world: World) -> None:
    subscription = world.start_trial()
    portal = open_portal(world, subscription.customer)
    address = f"{portal.url}/cancel/{subscription.id}"
    assert "You keep everything until" in request(address).text
    assert world.api.subscriptions.retrieve(subscription.id).cancel_at is None
    assert request(address, {"reason": "too_expensive"}).status == 303
    cancelled = world.api.subscriptions.retrieve(subscription.id)
    assert (cancelled.cancel_at, cancelled.cancel_at_period_end) == (subscription.trial_end, False)
    assert cancelled.cancellation_details.feedback == "too_expensive"
    assert "Your plan ends on" in request(portal.url).text
    assert request(f"{portal.url}/keep/{subscription.id}", {"x": "1"}).status == 303
    assert world.api.subscriptions.retrieve(subscription.id).cancel_at is None


def test_a_new_card_becomes_the_one_that_is_charged(world: World) -> None:
    subscription = world.start_trial(**{"card-number": "4000 0000 0000 0341"})
    portal = open_portal(world, subscription.customer)
    assert request(f"{portal.url}/card", {**CARD, "card-number": "4000000000000002"}).status == 422
    assert request(f"{portal.url}/card", {**CARD, "card-number": "5555555555554444"}).status == 303
    world.advance(to="trial_end")
    paid = world.api.subscriptions.retrieve(subscription.id, {"expand": ["default_payment_method", "customer"]})
    assert (paid.status, paid.default_payment_method.card.brand) == ("active", "mastercard")
    assert paid.customer.invoice_settings.default_payment_method == paid.default_payment_method.id


def test_a_new_card_may_be_challenged(world: World) -> None:
    subscription = world.start_trial()
    portal = open_portal(world, subscription.customer)
    challenge = request(f"{portal.url}/card", {**CARD, "card-number": "4000 0025 0000 3155"})
    back = request(f"{world.url}{challenge.headers['location']}", {"answer": "confirm"})
    assert back.headers["location"] == f"/p/session/{portal.id}"
    method = world.api.subscriptions.retrieve(subscription.id, {"expand": ["default_payment_method"]})
    assert method.default_payment_method.card.last4 == "3155"


def test_billing_details_are_changed(world: World) -> None:
    customer = world.make_customer()
    portal = open_portal(world, customer.id)
    assert request(f"{portal.url}/details", {"name": "Amina H.", "email": "nowhere"}).status == 422
    assert (
        request(f"{portal.url}/details", {"name": "Amina H.", "email": "a@example.com", "balance": "1"}).status == 303
    )
    changed = world.api.customers.retrieve(customer.id)
    assert (changed.name, changed.email, changed.balance) == ("Amina H.", "a@example.com", 0)


def test_address_and_tax_ids_are_changed_and_printed_on_the_next_invoice(world: World) -> None:
    customer = world.make_customer("pm_card_visa", name="Amina Haddad")
    allowed = {"customer_update": {"enabled": True, "allowed_updates": ["address", "tax_id"]}}
    portal = open_portal(world, customer.id, allowed)
    address = {"address-line1": "12 Harbour Road", "address-city": "Beirut", "address-country": "Lebanon"}
    refused = request(f"{portal.url}/details", address)
    assert (refused.status, "two letters" in refused.text, "12 Harbour Road" in refused.text) == (422, True, True)
    assert request(f"{portal.url}/details", {**address, "address-country": "lb"}).status == 303
    assert request(f"{portal.url}/tax-ids", {"tax-id": "12345"}).status == 422
    for number in ("DE 123.456.789", "GB123456789"):
        assert request(f"{portal.url}/tax-ids", {"tax-id": number}).status == 303

    held = world.api.customers.tax_ids.list(customer.id).data
    assert [(each.type, each.value, each.country) for each in held] == [
        ("gb_vat", "GB123456789", "GB"),
        ("eu_vat", "DE123456789", "DE"),
    ]
    assert request(f"{portal.url}/tax-ids/{held[0].id}/remove", {"x": "1"}).status == 303
    shown = request(portal.url).text
    assert ("DE123456789" in shown, "GB123456789" in shown) == (True, False)
    assert [event.type for event in world.events("customer.tax_id.created", "customer.tax_id.deleted")] == [
        "customer.tax_id.created",
        "customer.tax_id.created",
        "customer.tax_id.deleted",
    ]

    invoice = world.api.invoices.retrieve(world.subscribe(customer).latest_invoice)
    assert invoice.customer_address.country == "LB"
    assert [each.value for each in invoice.customer_tax_ids] == ["DE123456789"]
    for page in (request(invoice.hosted_invoice_url), request(invoice.invoice_pdf)):
        for line in ("Amina Haddad", "12 Harbour Road", "Beirut, LB", "Tax ID DE123456789"):
            assert line in page.text


def test_somebody_else_s_tax_id_is_out_of_reach(world: World) -> None:
    theirs = world.api.customers.tax_ids.create(world.make_customer().id, {"type": "eu_vat", "value": "FR12345678901"})
    mine = world.make_customer()
    allowed = {"customer_update": {"enabled": True, "allowed_updates": ["tax_id"]}}
    assert request(f"{open_portal(world, mine.id, allowed).url}/tax-ids/{theirs.id}/remove", {"x": "1"}).status == 400
    assert request(f"{open_portal(world, mine.id).url}/tax-ids", {"tax-id": "GB123456789"}).status == 403
    assert world.api.customers.tax_ids.list(theirs.customer).data == [theirs]
    assert world.api.customers.tax_ids.list(mine.id).data == []


def test_what_is_not_enabled_is_neither_shown_nor_done(world: World) -> None:
    subscription = world.start_trial()
    portal = open_portal(world, subscription.customer, {"invoice_history": {"enabled": False}})
    page = request(portal.url).text
    assert "Cancel plan" not in page
    assert "Change card" not in page
    assert "Invoices" not in page
    assert request(f"{portal.url}/cancel/{subscription.id}", {"x": "1"}).status == 403
    assert request(f"{portal.url}/card", CARD).status == 403
    assert request(f"{portal.url}/details", {"name": "B"}).status == 403
    assert world.api.subscriptions.retrieve(subscription.id).cancel_at is None


def test_somebody_else_s_subscription_is_out_of_reach(world: World) -> None:
    mine, theirs = world.start_trial(), world.start_trial()
    portal = open_portal(world, mine.customer)
    assert request(f"{portal.url}/cancel/{theirs.id}", {"x": "1"}).status == 404
    assert world.api.subscriptions.retrieve(theirs.id).cancel_at is None


def test_a_flow_leads_to_the_card_and_back_to_the_site(world: World) -> None:
    subscription = world.start_trial()
    after = {"type": "redirect", "redirect": {"return_url": "http://127.0.0.1:8000/account/thanks/"}}
    flow = {"type": "payment_method_update", "after_completion": after}
    portal = open_portal(world, subscription.customer, flow_data=flow)
    assert "Your card" in request(portal.url).text
    done = request(f"{portal.url}/card", CARD)
    assert done.headers["location"] == "http://127.0.0.1:8000/account/thanks/"


def test_a_flow_leads_to_the_cancellation(world: World) -> None:
    subscription = world.start_trial()
    flow = {"type": "subscription_cancel", "subscription_cancel": {"subscription": subscription.id}}
    portal = open_portal(world, subscription.customer, flow_data=flow)
    assert "Cancel your plan?" in request(portal.url).text
    done = request(f"{portal.url}/cancel/{subscription.id}", {"x": "1"})
    assert done.headers["location"] == f"/p/session/{portal.id}"
    assert "Your plan ends on" in request(portal.url).text
    with pytest.raises(stripe.InvalidRequestError, match="already set to be cancelled"):
        open_portal(world, subscription.customer, flow_data=flow)


def test_a_link_is_good_for_a_day(world: World) -> None:
    portal = open_portal(world, world.make_customer().id)
    world.advance(seconds=DAY + 10)
    page = request(portal.url)
    assert page.status == 404
    assert "no longer valid" in page.text


def test_without_a_configuration_there_is_no_portal(world: World) -> None:
    customer = world.make_customer()
    with pytest.raises(stripe.InvalidRequestError, match="default configuration has not been created"):
        world.api.billing_portal.sessions.create({"customer": customer.id})
    first = world.api.billing_portal.configurations.create({"features": FEATURES})
    assert first.is_default is True
    session = world.api.billing_portal.sessions.create({"customer": customer.id})
    assert session.configuration == first.id
    assert world.api.billing_portal.configurations.create({"features": FEATURES}).is_default is False
    changed = world.api.billing_portal.configurations.update(
        first.id, {"features": {"subscription_cancel": {"enabled": False}}}
    )
    assert changed.features.subscription_cancel.enabled is False
    assert changed.features.payment_method_update.enabled is True
    with pytest.raises(stripe.InvalidRequestError, match="cannot be made inactive"):
        world.api.billing_portal.configurations.update(first.id, {"active": False})


def test_features_that_are_not_modelled_are_refused(world: World) -> None:
    updating = {"subscription_update": {"enabled": True, "default_allowed_updates": ["price"], "products": []}}
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        world.api.billing_portal.configurations.create({"features": updating})
    assert refusal.value.param == "features[subscription_update]"


def test_a_pause_is_offered_only_where_it_is_switched_on_and_lasts_until_it_is_taken_back(world: World) -> None:
    subscription = world.subscribe(world.make_customer("pm_card_visa"))
    without = open_portal(world, subscription.customer)
    assert "Pause plan" not in request(without.url).text
    assert request(f"{without.url}/pause/{subscription.id}", {"x": "1"}).status == 403

    pausing = {"subscription_pause": {"enabled": True, "duration": {"type": "indefinite"}}}
    portal = open_portal(world, subscription.customer, {**FEATURES, **pausing})
    assert "Pause plan" in request(portal.url).text
    assert request(f"{portal.url}/pause/{subscription.id}", {"x": "1"}).status == 303
    paused = world.api.subscriptions.retrieve(subscription.id)
    assert (paused.status, paused.status_details.paused.subscription.type) == ("paused", "pause_requested")
    assert "Resume plan" in request(portal.url).text
    assert request(f"{portal.url}/go-on/{subscription.id}", {"x": "1"}).status == 303
    assert world.api.subscriptions.retrieve(subscription.id).status == "active"
