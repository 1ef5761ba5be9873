"""Promotions at Stripe: made once, counted, closed; and the till that opens with one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse

from memberships import clock
from memberships.models import CheckoutAttempt, Consent, Promotion
from memberships.stripe import coupons
from memberships.stripe.catalogue import CatalogueError
from memberships.stripe.checkout import complete_checkout, start_checkout
from memberships.stripe.client import BillingError
from tests.memberships.browsing import text
from tests.memberships.builders import person, plan
from tests.memberships.builders import promotion as make_promotion
from tests.memberships.stripe.test_next_charge import subscription_of
from tests.memberships.test_orders import sign_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def made(local_stripe):
    """Makes a promotion with a code of its own, because the stand-in remembers those of other tests."""
    pushed: list[Promotion] = []

    def make(use: str = "anybody", **fields) -> Promotion:
        code = f"C{Promotion.objects.count()}{clock.now():%H%M%S%f}"
        row = make_promotion(code, use=use, coupon_made_at=None, **fields)
        coupons.push([row], clock.now())
        pushed.append(row)
        return row

    yield make
    for row in pushed:
        coupons.close(row, clock.now())


def test_it_is_made_once_and_found_again_by_its_own_name(local_stripe, made):
    row = made(most=5)
    coupon = local_stripe.api("GET", f"coupons/{row.coupon_id}")
    code = local_stripe.api("GET", "promotion_codes", code=row.code)["data"]
    assert (coupon["percent_off"], coupon["duration"], coupon["max_redemptions"]) == (25, "once", 5)
    assert [each["id"] for each in code] == [row.code_id]

    # Whatever was kept of it, it is found by its name.
    Promotion.objects.update(code_id="", key_hash="", coupon_made_at=None, is_open_there=False)
    call_command("stripe_sync_catalogue", verbosity=0)

    row.refresh_from_db()
    assert row.code_id == code[0]["id"]
    assert row.is_open_there
    assert len(local_stripe.api("GET", "promotion_codes", code=row.code)["data"]) == 1


def test_other_terms_there_are_refused_and_nothing_is_changed(local_stripe, made):
    row = made()
    Promotion.objects.update(percent=30)
    row.refresh_from_db()

    with pytest.raises(CatalogueError, match="takes something else off"):
        coupons.push([row], clock.now())


def test_somebody_elses_code_of_the_same_name_is_refused(local_stripe):
    coupon = local_stripe.api("POST", "coupons", percent_off=5, duration="once")
    code = f"DASH{clock.now():%H%M%S%f}"
    local_stripe.api(
        "POST", "promotion_codes", code=code, **{"promotion[type]": "coupon", "promotion[coupon]": coupon["id"]}
    )

    with pytest.raises(CatalogueError, match="the code of another coupon"):
        coupons.push([make_promotion(code, coupon_made_at=None)], clock.now())


@pytest.mark.parametrize("use", ["save_offer", "win_back"])
def test_what_is_kept_for_some_cannot_be_typed_by_others(local_stripe, made, use):
    row = made(use)

    assert local_stripe.api("GET", "promotion_codes", code=row.code)["data"] == []
    assert coupons.reference_of(row) == {"coupon": row.coupon_id}


def test_a_code_opens_when_it_begins_and_closes_when_it_is_closed(local_stripe, made):
    at = clock.now()
    row = made(starts_at=at + timedelta(hours=1))
    assert row.code_id == ""

    coupons.see_to(at + timedelta(hours=2))
    row.refresh_from_db()
    assert local_stripe.api("GET", f"promotion_codes/{row.code_id}")["active"]

    Promotion.objects.update(closed_at=at)
    coupons.see_to(at)
    assert not local_stripe.api("GET", f"promotion_codes/{row.code_id}")["active"]


def test_the_till_opens_with_the_code_and_charges_what_was_said(client, local_stripe, made, mailoutbox):
    plan()
    row = made()
    page = text(client.get(reverse("pro"), {"code": row.code}))
    terms = page.split('name="terms" value="')[1].split('"')[0]
    address = client.post(
        reverse("account_start", args=["pro_annual"]), {"terms": terms, "code": row.code, "next": "/x/"}
    ).url
    assert "$225.00" in text(client.get(address))  # the order that waits says it too

    sign_up(client, address, mailoutbox, f"{row.code.lower()}@example.org")

    attempt = CheckoutAttempt.objects.get()
    session = local_stripe.api("GET", f"checkout/sessions/{attempt.session_id}")
    assert session["discounts"][0]["promotion_code"] == row.code_id
    consent = Consent.objects.get()
    assert f"With the code “{row.code}”: The first charge is $225.00 instead of $300.00." in consent.words
    assert "7 days free. Then $225.00 on" in consent.words_at_the_till
    complete_checkout(attempt.user, local_stripe.pay(attempt.url), clock.now())
    assert subscription_of(attempt.user).next_charge == (22500, "usd")
    coupons.count(row, clock.now())
    assert row.times_used == 1


def test_a_code_that_was_used_up_meanwhile_leaves_nothing_half_made(client, local_stripe, made):
    row, user = made(most=1), person()
    first = start_checkout(person(), plan(), clock.now(), "", promotion=row)
    complete_checkout(first.user, local_stripe.pay(first.url), clock.now())
    client.force_login(user)
    address = f"{reverse('account_start', args=['pro_annual'])}?code={row.code}"
    terms = text(client.get(address)).split('name="terms" value="')[1].split('"')[0]

    page = text(client.post(address, {"terms": terms, "code": row.code}))

    assert "has been used as often as it could be" in page
    assert "Start 7 days free, then $300.00 a year" in page
    assert not CheckoutAttempt.objects.filter(user=user, state="open").exists()


def test_another_code_is_another_visit(local_stripe, made):
    user, row = person(), made()
    plain = start_checkout(user, plan(), clock.now(), "")
    coded = start_checkout(user, plan(), clock.now(), "", promotion=row)

    assert plain.session_id != coded.session_id
    assert start_checkout(user, plan(), clock.now(), "", promotion=row).session_id == coded.session_id


def test_stripe_away_says_so_and_closes_it_later(local_stripe, made, settings):
    row = made()
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    with pytest.raises(BillingError):
        coupons.close(row, clock.now())
    row.refresh_from_db()
    assert row.closed_at is not None

    settings.STRIPE_API_BASE = local_stripe.base
    assert coupons.see_to(clock.now()) == 0
    assert not local_stripe.api("GET", f"promotion_codes/{row.code_id}")["active"]
