from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.timezone import localtime

from memberships import clock
from memberships.models import CheckoutAttempt, Consent, Subscription, User, Voucher
from memberships.offers import offer_for, offer_of
from memberships.stripe.checkout import complete_checkout, start_checkout
from memberships.stripe.client import BillingError
from memberships.vouchers import claiming
from newsletters import messages
from tests.memberships.builders import person, plan, promotion, subscription
from tests.memberships.vouchers.giving import gift_plan, paid

pytestmark = pytest.mark.django_db


def press(client, **more):
    """The button on the page of the offer, as it stands there now."""
    address = reverse("account_start", args=["pro_annual"])
    terms = re.search(r'name="terms" value="([^"]+)"', client.get(address).content.decode())[1]
    return client.post(address, {"terms": terms}, **more)


@pytest.fixture
def reader(client) -> User:
    plan()
    user = person()
    client.force_login(user)
    return user


def test_what_was_agreed_to_is_kept_before_stripe_asks_for_a_card(client, reader, local_stripe):
    before = clock.now()
    page = client.get(reverse("account_start", args=["pro_annual"])).content.decode()
    press(client, HTTP_USER_AGENT="Firefox \0 on a telephone", REMOTE_ADDR="192.0.2.7")

    kept, attempt = Consent.objects.get(), CheckoutAttempt.objects.get()
    assert (kept.visit, kept.person) == (attempt.key, reader.public_id)
    assert (kept.plan_key, kept.amount, kept.currency, kept.interval) == ("pro_annual", 30000, "usd", "year")
    assert (kept.trial_days, kept.first_charge_at - kept.given_at) == (7, timedelta(days=7))
    assert before <= kept.given_at <= clock.now()
    assert (kept.address, kept.user_agent) == ("192.0.2.7", "Firefox  on a telephone")
    assert kept.locale == "en"
    for line in kept.words.splitlines():
        assert line in page
    assert "$300.00" in kept.words
    at_stripe = local_stripe.api("GET", f"checkout/sessions/{attempt.session_id}")
    assert at_stripe["custom_text"]["submit"]["message"] == kept.words_at_the_till
    assert at_stripe["metadata"]["visit"] == str(kept.visit)


def test_the_words_are_those_of_the_pages_language(client, reader, local_stripe):
    client.cookies["language"] = "ar"
    address = reverse("account_start", args=["pro_annual"])
    page = client.get(address, {"language": "ar"}).content.decode()
    terms = re.search(r'name="terms" value="([^"]+)"', page)[1]
    client.post(f"{address}?language=ar", {"terms": terms})

    kept = Consent.objects.get()
    assert kept.locale == "ar"
    assert all(line in page for line in kept.words.splitlines())


def test_a_second_click_on_the_same_visit_is_no_second_consent(client, reader, local_stripe):
    press(client)
    press(client)

    assert Consent.objects.count() == 1


def test_somebody_without_a_trial_agrees_to_a_charge_today(client, reader, local_stripe):
    subscription(reader, status="canceled", ended_at=clock.now())
    press(client)

    kept = Consent.objects.get()
    assert (kept.trial_days, kept.first_charge_at) == (0, kept.given_at)


def test_who_goes_on_after_a_gift_agrees_to_a_charge_at_its_end(client, reader, local_stripe):
    voucher, token = paid()
    claiming.claim(token, reader, clock.now())
    voucher.refresh_from_db()
    press(client)

    kept = Consent.objects.get()
    assert (kept.trial_days, kept.first_charge_at, kept.first_amount) == (0, voucher.ends_at, 30000)
    assert kept.first_charge_at == CheckoutAttempt.objects.get().begins_at


def elsewhere() -> str:
    """A zone where it is another day than where the publication is at home."""
    at = clock.now()
    zones = ("Pacific/Kiritimati", "Pacific/Pago_Pago")
    return next(zone for zone in zones if localtime(at, ZoneInfo(zone)).date() != localtime(at).date())


@pytest.mark.parametrize("code", ["", "SPRING"])
def test_page_words_till_and_mail_name_the_day_where_the_reader_lives(client, reader, local_stripe, code):
    promotion(duration="forever") if code else None
    reader.time_zone = elsewhere()
    reader.save()
    address = f"{reverse('account_start', args=['pro_annual'])}?code={code}"
    page = client.get(address)
    client.post(address, {"terms": page.context["offer"].terms, "code": code})

    kept = Consent.objects.get()
    there, home = (
        date_format(localtime(kept.first_charge_at, zone), "DATE_FORMAT") for zone in (ZoneInfo(reader.time_zone), None)
    )
    for said in (page.content.decode(), kept.words, kept.words_at_the_till):
        assert there in said
        assert home not in said
    shared = offer_for(reader, kept.given_at, is_shared=True).charge_line
    assert shared == offer_of(plan(), kept.given_at).charge_line, "a wall is kept for others too"
    if not code:
        complete_checkout(reader, local_stripe.pay(CheckoutAttempt.objects.get().url), clock.now())
        assert there in messages.trial_started(Subscription.objects.get(), clock.now()).text


def test_with_a_code_a_gift_is_gone_on_with_for_less_and_not_today(client, reader, local_stripe):
    promotion()
    claiming.claim(paid()[1], reader, clock.now())
    address = f"{reverse('account_start', args=['pro_annual'])}?code=SPRING"
    client.post(address, {"terms": client.get(address).context["offer"].terms, "code": "SPRING"})

    kept = Consent.objects.get()
    for said in (kept.words, kept.words_at_the_till):
        assert "Nothing today. The first charge, $225.00, comes on" in said
        assert "today." not in said.replace("Nothing today.", "")


def test_the_code_and_what_is_charged_first_with_it_are_kept(client, reader, local_stripe):
    promotion()
    address = f"{reverse('account_start', args=['pro_annual'])}?code=SPRING"
    terms = re.search(r'name="terms" value="([^"]+)"', client.get(address).content.decode())[1]
    client.post(address, {"terms": terms})

    kept = Consent.objects.get()
    assert (kept.amount, kept.promotion, kept.first_amount) == (30000, "SPRING", 22500)


def test_the_buyer_of_a_gift_agrees_before_the_till_and_needs_no_account(client, local_stripe):
    gift_plan()
    page = client.get(reverse("vouchers")).content.decode()
    form = {
        "plan": "pro_gift_12", "way": "hand", "recipient_name": "Rana", "time_zone": "Asia/Beirut",
        "buyer_name": "Karim", "buyer_email": "karim@example.org", "key": str(uuid4()),
    }  # fmt: skip
    for _time in range(2):
        client.post(reverse("vouchers"), form, HTTP_USER_AGENT="Firefox", REMOTE_ADDR="192.0.2.7")

    kept, voucher = Consent.objects.get(), Voucher.objects.get()
    assert (kept.visit, kept.person, kept.promotion) == (voucher.key, None, "")
    assert (kept.plan_key, kept.interval, kept.amount, kept.first_amount) == ("pro_gift_12", "once", 30000, 30000)
    assert (kept.address, kept.user_agent, kept.locale, kept.trial_days) == ("192.0.2.7", "Firefox", "en", 0)
    assert kept.first_charge_at == kept.given_at
    assert "$300.00" in kept.words
    for line in kept.words.splitlines():
        assert escape(line) in page
    at_stripe = local_stripe.api("GET", f"checkout/sessions/{voucher.session_id}")
    assert at_stripe["custom_text"]["submit"]["message"] == kept.words_at_the_till


def test_what_has_changed_meanwhile_is_shown_again_before_anything_begins(client, reader):
    address = reverse("account_start", args=["pro_annual"])
    terms = re.search(r'name="terms" value="([^"]+)"', client.get(address).content.decode())[1]
    subscription(reader, status="canceled", ended_at=clock.now())

    answer = client.post(address, {"terms": terms})

    assert (answer.status_code, "read it once more" in answer.content.decode()) == (200, True)
    assert not CheckoutAttempt.objects.exists()
    assert not Consent.objects.exists()


def test_a_visit_that_is_taken_back_leaves_no_consent(settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    with transaction.atomic():
        with pytest.raises(BillingError):
            start_checkout(person(), plan(), clock.now(), "")
        assert Consent.objects.count() == CheckoutAttempt.objects.count() == 1
        transaction.set_rollback(True)
    assert not Consent.objects.exists()


@pytest.mark.parametrize("statement", ["UPDATE {} SET words = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
def test_the_database_refuses_to_change_what_was_agreed_to(client, reader, local_stripe, statement):
    press(client)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("memberships_consent"))
