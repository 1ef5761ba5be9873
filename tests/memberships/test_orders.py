"""From the button to the till for somebody who has to sign in first, in one go."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from memberships import clock, orders
from memberships.models import CheckoutAttempt, Consent, User
from memberships.orders import Order
from tests.memberships.builders import DAY, NOW, person, plan, subscription
from tests.memberships.test_accounts import code_in, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_cache")]
START = "/account/start/pro_annual/"


@pytest.fixture(autouse=True)
def _on_sale():
    plan()


def order(client) -> str:
    """Press the button of the page that sells; answers the way on, which is the sign-up page."""
    terms = re.search(r'name="terms" value="([^"]+)"', client.get(reverse("pro")).content.decode())[1]
    answer = client.post(START, {"terms": terms, "next": "/articles/2026/11/memo/"}, HTTP_USER_AGENT="Firefox")
    return answer.url


def way_back(address: str) -> str:
    return parse_qs(urlsplit(address).query)["next"][0]


def sign_up(client, address: str, mailoutbox, email: str = "new@example.org"):
    answer = client.post(address, {"email": email, "next": way_back(address)})
    return client.post(answer.url, {"code": code_in(mailoutbox[-1]), "next": way_back(address)})


def test_the_code_leads_straight_to_the_till(client, local_stripe, mailoutbox):
    address = order(client)
    assert "$300.00" in client.get(address).content.decode()

    answer = sign_up(client, address, mailoutbox)

    attempt = CheckoutAttempt.objects.get()
    assert answer.url == attempt.url
    assert attempt.url.startswith(local_stripe.base)
    assert (attempt.user.email, attempt.return_to) == ("new@example.org", "/articles/2026/11/memo/")


def test_what_was_pressed_before_signing_up_is_the_consent(client, local_stripe, mailoutbox):
    address = order(client)
    pressed = orders.pending(client.session, clock.now()).press
    sign_up(client, address, mailoutbox)

    kept = Consent.objects.get()
    assert (kept.given_at, kept.words, kept.user_agent) == (pressed.at, pressed.words, "Firefox")
    assert kept.person == User.objects.get().public_id


def test_signing_in_to_an_account_leads_there_too(client, local_stripe, mailoutbox):
    person("old@example.org")
    address = order(client)

    answer = sign_in(client, "old@example.org", mailoutbox, next=way_back(address))

    assert answer.url == CheckoutAttempt.objects.get().url


def test_with_a_password_too(client, local_stripe):
    user = person("old@example.org")
    user.set_password("a password nobody has")
    user.save()
    address = order(client)

    typed = {"login": user.email, "password": "a password nobody has", "next": way_back(address)}
    answer = client.post(reverse("account_login"), typed)

    assert answer.url == CheckoutAttempt.objects.get().url


def test_who_gets_no_trial_reads_the_other_terms_first(client, local_stripe, mailoutbox):
    subscription(person("old@example.org"), status="canceled", ended_at=NOW)
    address = order(client)

    answer = sign_in(client, "old@example.org", mailoutbox, next=way_back(address))

    assert not CheckoutAttempt.objects.exists()
    page = client.get(answer.url).content.decode()
    assert "you have been a member before" in page
    assert "$300.00 is charged today" in page


def test_who_goes_elsewhere_meanwhile_is_not_taken_to_the_till(client, mailoutbox):
    person("old@example.org")
    order(client)

    assert sign_in(client, "old@example.org", mailoutbox, next="/account/profile/").url == "/account/profile/"
    assert not CheckoutAttempt.objects.exists()


def test_a_till_that_does_not_open_leaves_the_offer_to_press_again(client, settings, mailoutbox):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    address = order(client)

    answer = sign_up(client, address, mailoutbox)

    assert answer.url == way_back(address)
    assert client.get(answer.url).status_code == 200


def test_looking_at_the_offer_signed_out_orders_nothing(client, local_stripe, mailoutbox):
    address = client.get(START).url

    answer = sign_up(client, address, mailoutbox)

    assert answer.url == way_back(address)
    assert not CheckoutAttempt.objects.exists()


def test_an_order_of_yesterday_is_none(client):
    order(client)

    assert orders.pending(client.session, clock.now()) is not None
    assert orders.pending(client.session, clock.now() + DAY) is None


def test_an_order_comes_out_of_the_session_as_it_went_in(client):
    order(client)
    kept = orders.pending(client.session, clock.now())
    session = {}
    orders.keep(session, kept)

    assert isinstance(kept, Order)
    assert orders.pending(session, clock.now()) == kept


def test_the_message_with_the_code_leads_to_the_order_on_another_device(client, local_stripe, mailoutbox):
    address = order(client)
    client.post(address, {"email": "new@example.org", "next": way_back(address)})
    link = re.search(r"http://\S+/account/login/code/\S+", mailoutbox[-1].body)[0]

    telephone = Client()
    assert telephone.get(link).status_code == 200
    offer = sign_in(telephone, "new@example.org", mailoutbox, next=way_back(link)).url
    page = telephone.get(offer).content.decode()

    assert 'name="terms"' in page
    assert "/articles/2026/11/memo/" in page


def test_without_an_order_the_message_speaks_of_none(client, mailoutbox):
    client.post(reverse("account_signup"), {"email": "new@example.org"})

    assert "order" not in mailoutbox[-1].body
