"""The next charge as Stripe says it, with a promotion code taken off."""

from __future__ import annotations

import pytest
import requests
from django.urls import reverse

from memberships import clock
from memberships.models import Subscription, User
from memberships.stripe.checkout import complete_checkout, start_checkout
from memberships.stripe.reconcile import reconcile_doubtful
from memberships.stripe.sync import sync_customer, sync_subscription
from newsletters import messages
from tests.memberships.builders import person, plan
from tests.memberships.conftest import begin_trial, past_the_trial
from tests.memberships.local_stripe import FAILS_LATER, LocalStripe
from tests.memberships.meddler import meddling

pytestmark = pytest.mark.django_db


def subscription_of(user: User) -> Subscription:
    return Subscription.objects.select_related("customer__user", "plan").get(customer__user=user)


def begin_with_code(stripe: LocalStripe, user: User, **coupon: object) -> Subscription:
    """To the till with a code typed there, and back."""
    made = stripe.api("POST", "coupons", **{"percent_off": 25, "duration": "once", "name": "Autumn offer", **coupon})
    code = f"CODE{user.pk}"
    promotion = {"promotion[type]": "coupon", "promotion[coupon]": made["id"], "code": code}
    stripe.api("POST", "promotion_codes", **promotion)
    attempt = start_checkout(user, plan(), clock.now(), "")
    typed = requests.post(f"{attempt.url}/promotion", data={"promotion-code": code}, allow_redirects=False, timeout=20)
    assert typed.status_code == 303
    complete_checkout(user, stripe.pay(attempt.url), clock.now())
    return subscription_of(user)


def test_a_code_is_in_the_sentence_the_mail_and_the_cancel_page(client, local_stripe):
    user = person()
    row = begin_with_code(local_stripe, user)
    client.force_login(user)

    assert (row.next_charge, row.discount_label) == ((22500, "usd"), "Autumn offer")
    page = client.get(reverse("account_membership")).content.decode()
    assert "Then $225.00 is charged to your Visa 4242. Your discount “Autumn offer” is taken off." in page
    assert "the next charge is $225.00" in client.get(reverse("account_cancel")).content.decode()
    told = messages.trial_started(row, clock.now()).text
    assert "we charge $225.00 to your card" in " ".join(told.split())
    assert "The price is $300.00 every year" in " ".join(told.split())


def test_a_code_for_one_charge_is_gone_after_it(client, local_stripe):
    user = person()
    row = begin_with_code(local_stripe, user)
    past_the_trial(local_stripe, user)
    sync_subscription(row.customer.stripe_id, row.stripe_id, clock.now())
    client.force_login(user)

    row = subscription_of(user)
    assert (row.status, row.next_charge, row.discount_label) == ("active", (30000, "usd"), "")
    assert "$300.00 is charged to your Visa 4242." in client.get(reverse("account_membership")).content.decode()
    assert row.invoices.get(amount_paid__gt=0).amount_paid == 22500


def test_a_code_for_ever_stays(local_stripe):
    user = person()
    row = begin_with_code(local_stripe, user, duration="forever", percent_off=10)
    past_the_trial(local_stripe, user)
    sync_subscription(row.customer.stripe_id, row.stripe_id, clock.now())

    assert subscription_of(user).next_charge == (27000, "usd")


def test_without_a_code_it_is_the_price(local_stripe):
    user = person()
    begin_trial(local_stripe, user)

    row = subscription_of(user)
    assert (row.next_amount, row.next_currency, row.discount_label) == (30000, "usd", "")
    assert "the same again every year" in " ".join(messages.trial_started(row, clock.now()).text.split())


def test_stripe_is_asked_only_where_something_changed(local_stripe, settings):
    user = person()
    begin_trial(local_stripe, user)
    row = subscription_of(user)
    # Somebody who notes that it was asked: what is refused is not known, and so falls back to the price.
    with meddling(local_stripe.base, lambda _path, content: content, refuse="POST") as base:
        settings.STRIPE_API_BASE = base
        sync_subscription(row.customer.stripe_id, row.stripe_id, clock.now())
        assert subscription_of(user).next_amount == 30000

        sync_customer(row.customer.stripe_id, clock.now())
    row = subscription_of(user)
    assert (row.next_amount, row.next_charge) == (None, (30000, "usd"))

    settings.STRIPE_API_BASE = local_stripe.base
    sync_subscription(row.customer.stripe_id, row.stripe_id, clock.now())
    assert subscription_of(user).next_amount == 30000


def test_what_ends_charges_nothing_more(local_stripe):
    user = person()
    begin_trial(local_stripe, user)
    row = subscription_of(user)
    local_stripe.api("POST", f"subscriptions/{row.stripe_id}", cancel_at_period_end="true")
    sync_subscription(row.customer.stripe_id, row.stripe_id, clock.now())

    assert subscription_of(user).next_amount is None


def test_a_failed_charge_is_named_as_the_invoice_says_it(client, local_stripe):
    user = person()
    begin_trial(local_stripe, user, FAILS_LATER)
    past_the_trial(local_stripe, user)
    reconcile_doubtful(clock.now())
    row = subscription_of(user)
    row.invoices.filter(status="open").update(amount_due=22500)
    client.force_login(user)

    assert "The charge of $225.00 failed." in client.get(reverse("account_membership")).content.decode()
