"""From the session to the subscription, by way of the hosted page."""

from __future__ import annotations

import pytest
import stripe

from tests.embedded.stripe.conftest import CARD, DAY, World, request


def test_a_session_waits_on_its_hosted_page(world: World) -> None:
    session = world.open_checkout(world.make_customer(), custom_text={"submit": {"message": "7 days free, then $300."}})
    assert (session.status, session.payment_status, session.amount_total) == ("open", "unpaid", 0)
    page = request(session.url)
    assert page.status == 200
    for text in (
        "Development stand-in. Not Stripe. No money moves.",
        "7 days free",
        "Then $300.00 per year starting",
        "$0.00",
        "amina@example.com",
        "7 days free, then $300.",
        'href="http://127.0.0.1:8000/pro/"',
    ):
        assert text in page.text


def test_a_trial_starts_with_a_good_card(world: World) -> None:
    customer = world.make_customer()
    session = world.open_checkout(customer)
    back = request(session.url, CARD)
    assert back.status == 303
    assert back.headers["location"] == f"http://127.0.0.1:8000/account/back/?session_id={session.id}"
    paths = ["subscription.default_payment_method", "subscription.latest_invoice", "line_items"]
    done = world.api.checkout.sessions.retrieve(session.id, {"expand": paths})
    assert (done.status, done.payment_status, done.url) == ("complete", "no_payment_required", None)
    assert done.customer_details.name == "Amina Haddad"
    assert done.line_items.data[0].price.unit_amount == 30000
    subscription = done.subscription
    assert subscription.status == "trialing"
    assert subscription.trial_end == subscription.start_date + 7 * DAY
    assert subscription["items"].data[0].current_period_end == subscription.trial_end
    assert subscription.billing_mode.type == "flexible"
    assert subscription.metadata.to_dict() == {"user_id": "7"}
    assert subscription.default_payment_method.card.last4 == "4242"
    invoice = subscription.latest_invoice
    assert (invoice.status, invoice.amount_paid, invoice.billing_reason) == ("paid", 0, "subscription_create")
    assert invoice.parent.subscription_details.subscription == subscription.id
    assert world.api.customers.payment_methods.list(customer.id).data[0].card.fingerprint


def test_completing_twice_makes_one_subscription(world: World) -> None:
    session = world.open_checkout(world.make_customer())
    request(session.url, CARD)
    again = request(session.url, CARD)
    assert again.status == 200
    assert "all done here" in again.text
    assert len(world.api.subscriptions.list({"status": "all"}).data) == 1


def test_without_a_trial_the_card_is_charged_at_once(world: World) -> None:
    session = world.open_checkout(world.make_customer(), subscription_data={})
    assert "Subscribe to PRO" in request(session.url).text
    assert request(session.url, CARD).status == 303
    done = world.api.checkout.sessions.retrieve(session.id, {"expand": ["subscription.latest_invoice"]})
    assert (done.payment_status, done.amount_total) == ("paid", 30000)
    assert (done.subscription.status, done.subscription.latest_invoice.amount_paid) == ("active", 30000)


def test_a_company_gives_its_tax_id_where_it_is_asked_for(world: World) -> None:
    customer = world.make_customer()
    asked = {"tax_id_collection": {"enabled": True}}
    assert "Tax ID" not in request(world.open_checkout(customer).url).text
    with pytest.raises(stripe.InvalidRequestError, match="set `customer_update\\[name\\]` to `auto`"):
        world.open_checkout(customer, **asked)

    session = world.open_checkout(customer, **asked, customer_update={"name": "auto"})
    nameless = request(session.url, {**CARD, "tax-id": "GB123456789"})
    assert (nameless.status, "name that the tax ID belongs to" in nameless.text) == (422, True)
    assert request(session.url, {**CARD, "business-name": "Quay", "tax-id": "a number"}).status == 422
    assert request(session.url, {**CARD, "business-name": "Quay Ltd", "tax-id": "GB 123 456 789"}).status == 303

    done = world.api.checkout.sessions.retrieve(session.id, {"expand": ["customer", "subscription.latest_invoice"]})
    said = done.customer_details
    assert (said.business_name, [(each.type, each.value) for each in said.tax_ids]) == (
        "Quay Ltd",
        [("gb_vat", "GB123456789")],
    )
    assert done.customer.name == "Quay Ltd"
    assert done.subscription.latest_invoice.customer_tax_ids[0].value == "GB123456789"
    assert world.api.customers.tax_ids.list(customer.id).data[0].value == "GB123456789"


def test_the_customer_is_made_when_the_session_names_none(world: World) -> None:
    session = world.open_checkout()
    missing = request(session.url, CARD)
    assert missing.status == 422
    assert "Enter your email address" in missing.text
    request(session.url, {**CARD, "email": "leyla@example.com"})
    done = world.api.checkout.sessions.retrieve(session.id, {"expand": ["customer"]})
    assert done.customer.email == "leyla@example.com"


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("4000 0000 0000 0002", "Your card was declined."),
        ("4000 0000 0000 9995", "Your card has insufficient funds."),
        ("4000 0000 0000 0069", "Your card has expired."),
    ],
)
def test_a_declined_card_leaves_nothing_behind(world: World, number: str, sentence: str) -> None:
    session = world.open_checkout(world.make_customer())
    refused = request(session.url, {**CARD, "card-number": number})
    assert refused.status == 422
    assert sentence in refused.text
    assert 'aria-invalid="true"' in refused.text
    assert world.api.subscriptions.list({"status": "all"}).data == []
    assert world.api.payment_methods.list({"customer": session.customer}).data == []
    assert world.api.checkout.sessions.retrieve(session.id).status == "open"
    assert request(session.url, CARD).status == 303


def test_a_card_that_fails_when_charged_leaves_the_session_open(world: World) -> None:
    session = world.open_checkout(world.make_customer(), subscription_data={})
    refused = request(session.url, {**CARD, "card-number": "4000 0000 0000 0341"})
    assert refused.status == 422
    assert "Your card was declined." in refused.text
    assert world.api.subscriptions.list({"status": "all"}).data == []
    assert not world.events("charge.succeeded", "customer.subscription.created")


def test_what_was_typed_wrong_is_said_beside_the_field(world: World) -> None:
    session = world.open_checkout(world.make_customer())
    page = request(session.url, {"card-number": "4242 4242 4242 4241", "card-expiry": "13/40", "card-cvc": "12"})
    assert page.status == 422
    for text in ("number is invalid", "like 08 / 31", "has 3 or 4 digits", "Enter the name on the card."):
        assert text in page.text
    assert 'id="card-number-error"' in page.text


def test_a_number_that_could_be_real_is_never_shown_again(world: World) -> None:
    session = world.open_checkout(world.make_customer())
    page = request(session.url, {**CARD, "card-number": "4111 1111 1111 1111"})
    assert "never type a real one here" in page.text
    assert "4111" not in page.text


def test_what_is_typed_is_escaped(world: World) -> None:
    session = world.open_checkout(world.make_customer())
    page = request(session.url, {**CARD, "card-number": "1", "card-name": '"><script>alert(1)</script>'})
    assert "<script>alert" not in page.text


@pytest.mark.parametrize("number", ["4000 0025 0000 3155", "4000 0027 6000 3184"])
def test_a_card_with_3d_secure_is_challenged_first(world: World, number: str) -> None:
    session = world.open_checkout(world.make_customer())
    challenge = request(session.url, {**CARD, "card-number": number})
    assert challenge.status == 303
    address = f"{world.url}{challenge.headers['location']}"
    assert "ending in" in request(address).text
    assert world.api.checkout.sessions.retrieve(session.id).status == "open"
    back = request(address, {"answer": "confirm"})
    assert back.headers["location"].endswith(session.id)
    assert world.api.checkout.sessions.retrieve(session.id).status == "complete"
    assert request(address, {"answer": "confirm"}).status == 404


def test_a_failed_challenge_leads_back_to_the_card(world: World) -> None:
    session = world.open_checkout(world.make_customer())
    challenge = request(session.url, {**CARD, "card-number": "4000 0025 0000 3155"})
    back = request(f"{world.url}{challenge.headers['location']}", {"answer": "fail"})
    page = request(f"{world.url}{back.headers['location']}")
    assert "unable to authenticate your card" in page.text
    assert world.api.checkout.sessions.retrieve(session.id).status == "open"


def test_the_terms_have_to_be_accepted_where_asked(world: World) -> None:
    session = world.open_checkout(world.make_customer(), consent_collection={"terms_of_service": "required"})
    assert "Tick the box to accept the terms" in request(session.url, CARD).text
    assert request(session.url, {**CARD, "terms": "accepted"}).status == 303
    assert world.api.checkout.sessions.retrieve(session.id).consent.terms_of_service == "accepted"


def test_an_address_is_asked_for_and_taken_over(world: World) -> None:
    customer = world.make_customer()
    given = {"billing_address_collection": "required", "customer_update": {"address": "auto", "name": "auto"}}
    session = world.open_checkout(customer, **given)
    address = {
        "address-line1": "1 Main St",
        "address-city": "Beirut",
        "address-postal-code": "",
        "address-country": "lb",
    }
    assert "two letters" in request(session.url, {**CARD, **address, "address-country": "Lebanon"}).text
    assert request(session.url, {**CARD, **address}).status == 303
    changed = world.api.customers.retrieve(customer.id)
    assert (changed.name, changed.address.country, changed.address.postal_code) == ("Amina Haddad", "LB", None)


def test_a_card_is_not_asked_for_where_none_is_needed(world: World) -> None:
    session = world.open_checkout(world.make_customer(), payment_method_collection="if_required")
    assert "No card is needed today." in request(session.url).text
    assert request(session.url, {"go": "on"}).status == 303
    done = world.api.checkout.sessions.retrieve(session.id, {"expand": ["subscription"]})
    assert done.subscription.default_payment_method is None


def test_a_session_expires_by_itself_and_by_hand(world: World) -> None:
    customer = world.make_customer()
    early = world.open_checkout(customer, expires_at=world.now + 1800)
    late = world.open_checkout(customer)
    assert "expire_session" in world.advance(seconds=1801)
    assert world.api.checkout.sessions.retrieve(early.id).status == "expired"
    assert "has expired" in request(early.url, CARD).text
    assert world.api.checkout.sessions.expire(late.id).status == "expired"
    with pytest.raises(stripe.InvalidRequestError):
        world.api.checkout.sessions.expire(late.id)
    assert len(world.events("checkout.session.expired")) == 2
    assert len(world.api.checkout.sessions.list({"customer": customer.id, "status": "expired"}).data) == 2
    assert world.api.subscriptions.list({"status": "all"}).data == []


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ({"expires_at": 1}, "expires_at"),
        ({"mode": "setup"}, "mode"),
        ({"success_url": "javascript:alert(1)"}, "success_url"),
        ({"success_url": "http://a/\r\nX: y"}, "success_url"),
        ({"line_items": [{"price": "price_none"}]}, "line_items[0][price]"),
        ({"customer_email": "b@example.com"}, "customer_email"),
        ({"payment_method_types": ["card"]}, "payment_method_types"),
        ({"client_reference_id": "7" * 201}, "client_reference_id"),
        ({"subscription_data": {"trial_period_days": 0}}, "trial_period_days"),
        ({"subscription_data": {"trial_period_days": 731}}, "trial_end"),
    ],
)
def test_a_session_that_cannot_be_is_refused_by_parameter(world: World, given: dict[str, object], param: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        world.open_checkout(world.make_customer(), **given)
    assert refusal.value.param == param


def test_an_inactive_price_is_not_sold(world: World) -> None:
    price = world.make_price()
    world.api.prices.update(price.id, {"active": False})
    with pytest.raises(stripe.InvalidRequestError, match="inactive"):
        world.open_checkout(world.make_customer(), price=price)


def test_the_page_lets_its_form_lead_back_to_the_site_only(world: World) -> None:
    policy = request(world.open_checkout(world.make_customer()).url).headers["content-security-policy"]
    assert "form-action 'self' http://127.0.0.1:8000;" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
