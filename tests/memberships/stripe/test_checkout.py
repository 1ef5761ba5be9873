from __future__ import annotations

import re
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from memberships import clock
from memberships.models import CheckoutAttempt, Customer, Plan, Subscription
from memberships.offers import offer_of
from memberships.stripe.checkout import OPEN_FOR, CheckoutRefused, complete_checkout, session_params, start_checkout
from memberships.stripe.client import BillingError
from tests.memberships.builders import NOW, person, plan, subscription
from tests.memberships.conftest import begin_trial, deliver_all, holds_pro, pay

State = CheckoutAttempt.State


@pytest.mark.django_db
def test_stripe_is_asked_for_exactly_what_the_trial_needs(settings):
    user = person(language="tr")
    attempt = CheckoutAttempt(user=user, plan=plan(), with_trial=True, created_at=NOW, expires_at=NOW + OPEN_FOR)

    params = session_params(attempt, "cus_1", "price_1")

    assert params.pop("custom_text")["submit"]["message"]
    named = {"user_id": str(user.public_id)}
    assert params == {
        "mode": "subscription",
        "customer": "cus_1",
        "client_reference_id": str(user.public_id),
        "line_items": [{"price": "price_1", "quantity": 1}],
        "success_url": f"{settings.SITE_URL}/account/membership/return/?session_id={{CHECKOUT_SESSION_ID}}",
        "cancel_url": f"{settings.SITE_URL}/pro/",
        "payment_method_collection": "always",
        "subscription_data": {
            "metadata": named,
            "billing_mode": {"type": "flexible"},
            "trial_period_days": 7,
            "trial_settings": {"end_behavior": {"missing_payment_method": "cancel"}},
        },
        "metadata": {**named, "visit": str(attempt.key)},
        "allow_promotion_codes": True,
        "billing_address_collection": "auto",
        "tax_id_collection": {"enabled": True, "required": "never"},
        "customer_update": {"name": "auto"},
        "locale": "tr",
        "expires_at": int((NOW + OPEN_FOR).timestamp()),
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("switches", "asked"),
    [
        ({"STRIPE_TAX_IDS": False}, {}),
        (
            {"STRIPE_TAX_IDS": False, "STRIPE_TAX": True},
            {"automatic_tax": {"enabled": True}, "customer_update": {"address": "auto"}},
        ),
        (
            {"STRIPE_TAX": True},
            {
                "automatic_tax": {"enabled": True},
                "tax_id_collection": {"enabled": True, "required": "never"},
                "customer_update": {"name": "auto", "address": "auto"},
            },
        ),
        (
            {"STRIPE_TAX_IDS": False, "STRIPE_TERMS_CONSENT": True},
            {"consent_collection": {"terms_of_service": "required"}},
        ),
    ],
)
def test_tax_and_consent_are_asked_for_where_the_install_says_so(local_stripe, settings, switches, asked):
    for name, value in switches.items():
        setattr(settings, name, value)
    optional = {"automatic_tax", "tax_id_collection", "consent_collection", "customer_update"}

    attempt = start_checkout(person(), plan(), clock.now(), "")

    params = session_params(attempt, "cus_1", "price_1")
    assert {name: value for name, value in params.items() if name in optional} == asked
    texts = params["custom_text"]
    assert ("Tax is added where it is due." in texts["submit"]["message"]) is ("automatic_tax" in asked)
    agreed = texts.get("terms_of_service_acceptance", {}).get("message", "")
    assert (f"[terms of service]({settings.SITE_URL}/terms/)" in agreed) is ("consent_collection" in asked)


@pytest.mark.django_db
def test_without_the_box_for_the_terms_ticked_nobody_pays(local_stripe, settings):
    settings.STRIPE_TERMS_CONSENT = True
    attempt = start_checkout(person(), plan(), clock.now(), "")
    with pytest.raises(AssertionError):
        local_stripe.pay(attempt.url)
    assert local_stripe.api("GET", f"checkout/sessions/{attempt.session_id}")["status"] == "open"


@pytest.mark.django_db
def test_the_till_says_the_terms_above_its_button():
    attempt = CheckoutAttempt(user=person(), plan=plan(), with_trial=True, created_at=NOW, expires_at=NOW + OPEN_FOR)
    attempt.created_at = NOW.replace(hour=20)
    attempt.user.time_zone = "Pacific/Auckland"  # Already tomorrow there.

    message = session_params(attempt, "cus_1", "price_1")["custom_text"]["submit"]["message"]

    assert message == (
        "7 days free. Then $300.00 on 30 November 2026 and again each period until you cancel, in two clicks, on your "
        "membership page."
    )


@pytest.mark.django_db
def test_without_a_trial_none_is_asked_for():
    attempt = CheckoutAttempt(user=person(), plan=plan(), with_trial=False, created_at=NOW, expires_at=NOW + OPEN_FOR)

    params = session_params(attempt, "cus_1", "price_1")

    assert "trial_period_days" not in params["subscription_data"]
    assert params["custom_text"]["submit"]["message"].startswith("$300.00 now")


@pytest.mark.django_db
def test_a_second_click_finds_the_first_visit_and_remembers_the_newer_way_back(local_stripe):
    user = person()
    first = start_checkout(user, plan(), clock.now(), "/one/")
    second = start_checkout(user, plan(), clock.now(), "/two/")

    assert (second.pk, second.url, second.return_to) == (first.pk, first.url, "/two/")


@pytest.mark.django_db
def test_another_plan_closes_the_first_visit_for_good(local_stripe):
    user = person()
    monthly = plan("pro_monthly_test", amount=2500, interval="month", name="PRO, monthly")
    first = start_checkout(user, plan(), clock.now(), "")

    second = start_checkout(user, monthly, clock.now(), "")

    first.refresh_from_db()
    assert (first.state, second.state) == (State.EXPIRED, State.OPEN)
    assert local_stripe.api("GET", f"checkout/sessions/{first.session_id}")["status"] == "expired"


@pytest.mark.django_db
def test_a_visit_nearly_over_is_closed_and_begun_anew(local_stripe):
    user = person()
    first = start_checkout(user, plan(), clock.now(), "")

    second = start_checkout(user, plan(), first.expires_at - timedelta(minutes=1), "")

    assert second.session_id != first.session_id
    assert CheckoutAttempt.objects.filter(user=user, state=State.OPEN).get() == second


@pytest.mark.django_db
def test_a_lost_answer_is_asked_for_again_and_makes_no_second_session(local_stripe, settings):
    user = person()
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    with pytest.raises(BillingError, match="try again") as failure:
        start_checkout(user, plan(), clock.now(), "")
    assert failure.value.is_retryable
    waiting = CheckoutAttempt.objects.get(user=user)
    assert (waiting.state, waiting.session_id) == (State.OPEN, None)

    settings.STRIPE_API_BASE = local_stripe.base
    attempt = start_checkout(user, plan(), clock.now(), "")

    assert attempt.key == waiting.key
    assert attempt.url


@pytest.mark.django_db
def test_a_process_that_died_after_making_the_customer_leaves_no_second_one(local_stripe):
    user = person()
    first = start_checkout(user, plan(), clock.now(), "")
    made = Customer.objects.get(user=user).stripe_id
    Customer.objects.update(stripe_id=None)  # It died before it could write the id down, and the visit ran out.
    CheckoutAttempt.objects.filter(pk=first.pk).update(state=State.EXPIRED)

    start_checkout(user, plan(), clock.now(), "")

    assert Customer.objects.get(user=user).stripe_id == made


@pytest.mark.django_db
def test_after_the_customer_was_deleted_a_new_one_is_made(local_stripe):
    user = person()
    first = start_checkout(user, plan(), clock.now(), "")
    made = Customer.objects.get(user=user).stripe_id
    local_stripe.api("DELETE", f"customers/{made}")
    local_stripe.wire.wait_for("customer.deleted")
    deliver_all(local_stripe)
    CheckoutAttempt.objects.filter(pk=first.pk).update(state=State.EXPIRED)

    start_checkout(user, plan(), clock.now(), "")

    assert Customer.objects.get(user=user).stripe_id not in {None, made}


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["trialing", "active", "past_due", "unpaid", "paused"])
def test_who_has_a_membership_is_not_sold_another(status):
    user = person()
    subscription(user, status=status)

    with pytest.raises(CheckoutRefused, match="membership already"):
        start_checkout(user, plan(), clock.now(), "")

    assert not CheckoutAttempt.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["incomplete", "incomplete_expired", "canceled"])
def test_a_first_payment_that_failed_or_a_past_membership_bars_nobody(local_stripe, status):
    user = person()
    subscription(user, customer=Customer.objects.create(user=user, created_at=NOW), status=status)

    assert start_checkout(user, plan(), clock.now(), "").url


@pytest.mark.django_db
def test_who_paid_in_another_window_is_told_so_even_before_the_webhook(local_stripe):
    user = person()
    pay(local_stripe, user)

    with pytest.raises(CheckoutRefused, match="membership already"):
        start_checkout(user, plan(), clock.now(), "")

    assert holds_pro(user)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"is_offered": False},
        {"audience": Plan.Audience.TEAM},
        {"countries": "LB"},
        {"audience": Plan.Audience.STUDENT, "domains": "aub.edu.lb"},
    ],
)
def test_a_plan_that_is_not_on_sale_is_refused(fields):
    with pytest.raises(CheckoutRefused, match="not on sale"):
        start_checkout(person(), plan("other", **fields), clock.now(), "")


@pytest.mark.django_db
def test_a_customer_of_another_account_is_made_anew(local_stripe):
    user = person()
    Customer.objects.create(user=user, stripe_id="cus_of_the_sandbox", stripe_key_hash="another", created_at=NOW)

    attempt = start_checkout(user, plan(), clock.now(), "")

    made = Customer.objects.get(user=user).stripe_id
    assert made != "cus_of_the_sandbox"
    assert local_stripe.api("GET", f"checkout/sessions/{attempt.session_id}")["customer"] == made


@pytest.mark.django_db
def test_a_customer_is_kept_when_only_the_key_was_replaced(local_stripe):
    user = person()
    made = local_stripe.api("POST", "customers", email=user.email)["id"]
    Customer.objects.create(user=user, stripe_id=made, stripe_key_hash="the key of yesterday", created_at=NOW)

    start_checkout(user, plan(), clock.now(), "")

    assert Customer.objects.get(user=user).stripe_id == made


def test_two_clicks_at_the_same_time_make_one_session(committing, local_stripe):
    user, sold = person(), plan()
    begin, urls = threading.Barrier(4), []

    def click() -> None:
        begin.wait()
        try:
            urls.append(start_checkout(user, sold, clock.now(), "").url)
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _number in range(4)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()

    assert len(urls) == 4
    assert len(set(urls)) == 1
    assert CheckoutAttempt.objects.filter(user=user).count() == 1


# --- the way there and back ------------------------------------------------------------------------------------


def press(client, return_to: str = "", key: str = "pro_annual"):
    """The button on the page of the offer, as it stands there now."""
    address = reverse("account_start", args=[key])
    terms = re.search(r'name="terms" value="([^"]+)"', client.get(address).content.decode())[1]
    return client.post(address, {"next": return_to, "terms": terms})


@pytest.mark.django_db
def test_somebody_without_account_makes_one_first_and_comes_back_to_the_offer(client):
    plan()
    answer = client.post(reverse("account_start", args=["pro_annual"]), {"next": "/articles/2026/11/memo/"})

    assert answer.url == (
        f"{reverse('account_signup')}?next=/account/start/pro_annual/%3Fnext%3D%252Farticles%252F2026%252F11%252Fmemo%252F"
    )


@pytest.mark.django_db
def test_the_offer_says_price_and_dates_and_changes_nothing(client):
    plan()
    client.force_login(person())

    page = client.get(reverse("account_start", args=["pro_annual"])).content.decode()

    assert "$25.00 a month, billed annually" in page
    assert "$300.00" in page
    assert not CheckoutAttempt.objects.exists()
    assert not Customer.objects.exists()


@pytest.mark.django_db
def test_the_button_leads_to_stripe_and_back_to_the_article(client, local_stripe):
    user = person()
    plan()
    client.force_login(user)

    to_stripe = press(client, "/articles/2026/11/memo/")
    assert to_stripe.status_code == 303
    session_id = local_stripe.pay(to_stripe.url)
    page = client.get(reverse("account_return"), {"session_id": session_id}).content.decode()

    assert 'href="/articles/2026/11/memo/"' in page
    assert "Your free trial runs until" in page
    assert holds_pro(user)


@pytest.mark.django_db
def test_the_plan_that_was_chosen_is_the_one_at_the_till(client, local_stripe):
    plan()
    monthly = plan("pro_monthly_chosen", amount=3000, interval="month", name="PRO, monthly", trial_days=0)
    client.force_login(person())
    form = {"plan": "pro_monthly_chosen", "next": "/one/"}
    agreed = offer_of(monthly, clock.now()).terms

    client.post(reverse("account_start_chosen"), form)
    assert not CheckoutAttempt.objects.exists(), "nobody agreed to anything"
    answer = client.post(reverse("account_start_chosen"), {**form, "terms-pro_monthly_chosen": agreed})

    attempt = CheckoutAttempt.objects.get()
    assert answer.url == attempt.url
    assert (attempt.plan.lookup_key, attempt.return_to) == ("pro_monthly_chosen", "/one/")
    assert local_stripe.api("GET", f"checkout/sessions/{attempt.session_id}")["amount_subtotal"] == 3000


@pytest.mark.django_db
@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/" + "x" * 500])
def test_the_way_back_is_on_this_site(client, local_stripe, wanted):
    plan()
    client.force_login(person())

    press(client, wanted)

    assert CheckoutAttempt.objects.get().return_to == ""


@pytest.mark.django_db
def test_a_visit_of_somebody_else_is_shown_to_nobody(client, local_stripe):
    theirs = person()
    session_id = pay(local_stripe, theirs)
    client.force_login(person())

    answer = client.get(reverse("account_return"), {"session_id": session_id})

    assert answer.status_code == 404
    assert "another account" in answer.content.decode()
    assert not Subscription.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("session_id", ["", "cs_nonsense", "x" * 5000])
def test_a_link_without_a_visit_says_so(client, session_id):
    client.force_login(person())

    assert client.get(reverse("account_return"), {"session_id": session_id}).status_code == 404


@pytest.mark.django_db
def test_leaving_the_till_unpaid_says_that_nothing_was_charged(client, local_stripe):
    user = person()
    attempt = start_checkout(user, plan(), clock.now(), "")
    client.force_login(user)

    page = client.get(reverse("account_return"), {"session_id": attempt.session_id}).content.decode()

    assert "nothing was charged" in page


@pytest.mark.django_db
def test_when_stripe_does_not_answer_the_return_page_says_to_wait(client, local_stripe, settings):
    user = person()
    session_id = pay(local_stripe, user)
    client.force_login(user)
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"

    page = client.get(reverse("account_return"), {"session_id": session_id}).content.decode()

    assert "Do not pay again." in page
    assert not holds_pro(user)
    again = re.search(r'http-equiv="refresh" content="1;url=([^"]+)"', page)[1].replace("&amp;", "&")
    assert session_id in again
    assert 'content="1;url=' in client.get(again).content.decode(), "it looks again by itself, without a script"
    late = client.get(reverse("account_return"), {"session_id": session_id, "look": "10"}).content.decode()
    assert 'http-equiv="refresh"' not in late, "and one day it stops"
    assert client.get(reverse("account_return"), {"session_id": session_id, "look": "x" * 99}).status_code == 200


@pytest.mark.django_db
def test_completing_the_same_visit_again_changes_nothing(local_stripe):
    user = person()
    session_id = begin_trial(local_stripe, user)

    assert complete_checkout(user, session_id, clock.now()).state == State.COMPLETED
    assert user.entitlements.count() == 1
