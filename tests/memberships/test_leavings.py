"""Why people leave, and the one offer made to them: the rule, the pages, and what Stripe is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from memberships import clock, leavings
from memberships.leavings import Farewell
from memberships.models import Leaving, Subscription
from memberships.stripe import coupons, keeping
from memberships.stripe.sync import sync_subscription
from tests.memberships.browsing import text
from tests.memberships.builders import DAY, NOW, person, plan, promotion, subscription
from tests.memberships.conftest import begin_trial, past_the_trial
from tests.memberships.meddler import meddling

pytestmark = pytest.mark.django_db
CANCEL = reverse("account_cancel")


def member(**fields: object) -> Subscription:
    row = subscription(person(), **{"next_amount": 30000, "next_currency": "usd", **fields})
    return Subscription.objects.select_related("plan", "customer__user").get(pk=row.pk)


@pytest.mark.parametrize("reason", ["", *Leaving.Reason.values])
def test_a_reason_survives_its_way_through_stripes_words(reason):
    said = Farewell(reason, "Too long").details
    assert Farewell.told(said.get("feedback", ""), said["comment"]) == Farewell(reason, "Too long")


def test_a_word_of_stripes_that_is_new_is_another_reason():
    assert Farewell.told("a_new_word", "").reason == Leaving.Reason.OTHER


@pytest.mark.parametrize(
    ("fields", "reason", "offered_before", "is_offered"),
    [
        ({}, "", None, True),
        ({}, "too_dear", None, True),
        ({}, "technical", None, False),
        ({"has_paid": False, "status": "trialing"}, "", None, False),
        ({"cancel_at": NOW + DAY}, "", None, False),
        ({"status": "past_due"}, "", None, False),
        ({"discount_label": "SPRING"}, "", None, False),
        ({"next_amount": 20000}, "", None, False),
        ({"next_amount": None}, "", None, False),
        ({}, "", NOW - 364 * DAY, False),
        ({}, "", NOW - 365 * DAY, True),
    ],
)
def test_the_rule_of_the_one_offer(fields, reason, offered_before, is_offered):
    kept = promotion("STAY", use="save_offer")

    assert bool(leavings.save_offer(reason, member(**fields), [kept], offered_before, NOW)) is is_offered


def test_an_offer_for_another_plan_is_passed_over():
    kept = promotion("STAY", use="save_offer")
    kept.plans.add(plan("pro_monthly", amount=2500, interval="month"))

    assert leavings.save_offer("", member(), [kept], None, NOW) is None


def paying(stripe) -> Subscription:
    """A member who has paid once and has a year ahead of them."""
    user = person()
    begin_trial(stripe, user)
    past_the_trial(stripe, user)
    row = Subscription.objects.select_related("customer__user").get(customer__user=user)
    return sync_subscription(row.customer.stripe_id, row.stripe_id, clock.now())


@pytest.fixture
def stay_offer(local_stripe):
    kept = promotion(f"STAY{clock.now():%H%M%S%f}", use="save_offer", coupon_made_at=None)
    coupons.push([kept], clock.now())
    return kept


def shown(client) -> str:
    page = client.get(CANCEL).content.decode()
    assert 'name="stay" value="' in page
    return page.split('name="stay" value="')[1].split('"')[0]


def test_leaving_takes_two_clicks_with_reason_and_offer_on_the_way(client, local_stripe, stay_offer):
    row = paying(local_stripe)
    client.force_login(row.customer.user)
    page = text(client.get(CANCEL))
    assert "you would pay $225.00 instead of $300.00." in page
    assert page.index("Cancel my membership</button>") < page.index("Stay for $225.00</button>")

    answer = text(client.post(CANCEL, {"reason": "too_dear", "comment": "Not this year."}, follow=True))

    assert "is not renewed" in answer
    leaving = Leaving.objects.get()
    assert (leaving.reason, leaving.comment) == ("too_dear", "Not this year.")
    assert (leaving.offer, leaving.answer) == (stay_offer, "declined")
    there = local_stripe.api("GET", f"subscriptions/{row.stripe_id}")["cancellation_details"]
    assert (there["feedback"], there["comment"]) == ("too_expensive", "Not this year.")


def test_staying_gives_the_discount_once_and_says_the_next_charge(client, local_stripe, stay_offer):
    row = paying(local_stripe)
    client.force_login(row.customer.user)
    terms = shown(client)

    answer = text(client.post(CANCEL, {"stay": terms, "reason": "too_dear"}, follow=True))
    again = text(client.post(CANCEL, {"stay": terms}, follow=True))

    assert "Thank you for staying. The next charge is $225.00, on" in answer
    assert "This offer is not there any more. Nothing was changed." in again
    assert Leaving.objects.get().answer == "given"
    assert local_stripe.api("GET", f"coupons/{stay_offer.coupon_id}")["times_redeemed"] == 1
    row.refresh_from_db()
    assert (row.cancel_at, row.next_amount) == (None, 22500)
    assert "Stay for" not in text(client.get(CANCEL))


def test_an_offer_taken_while_stripe_is_away_is_given_later(client, local_stripe, stay_offer, settings):
    row = paying(local_stripe)
    client.force_login(row.customer.user)
    terms = shown(client)
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    client.post(CANCEL, {"stay": terms})
    assert Leaving.objects.get().answer == "taken"

    settings.STRIPE_API_BASE = local_stripe.base
    for _again in range(2):
        keeping.go_on(clock.now())

    assert Leaving.objects.get().answer == "given"
    row.refresh_from_db()
    assert row.next_amount == 22500


def test_a_reason_given_in_stripes_portal_is_read_back(local_stripe):
    row = paying(local_stripe)
    said = {"cancellation_details[feedback]": "missing_features", "cancellation_details[comment]": "No charts."}
    local_stripe.api("POST", f"subscriptions/{row.stripe_id}", cancel_at_period_end="true", **said)
    for _again in range(2):
        sync_subscription(row.customer.stripe_id, row.stripe_id, clock.now())

    leaving = Leaving.objects.get()
    assert (leaving.reason, leaving.comment, leaving.answer) == ("not_expected", "No charts.", "")
    assert leaving.ends_at == Subscription.objects.get(pk=row.pk).cancel_at


def test_a_card_that_failed_is_no_leaving(local_stripe):
    row = member()
    after = Subscription.objects.get(pk=row.pk)
    after.status, after.ended_at, after.end_reason = "canceled", NOW, "payment_failed"

    leavings.note(row, after, Farewell(), NOW)

    assert not Leaving.objects.exists()


def test_stripe_refusing_the_end_leaves_the_membership_and_the_form(client, local_stripe, settings):
    row = paying(local_stripe)
    client.force_login(row.customer.user)
    with meddling(local_stripe.base, lambda _path, content: content, refuse="POST") as base:
        settings.STRIPE_API_BASE = base
        client.post(CANCEL, {"reason": "other"})

    assert not Leaving.objects.exists()
    row.refresh_from_db()
    assert row.cancel_at is None


def test_what_is_no_reason_is_refused_and_nobody_leaves(client):
    row = member()
    client.force_login(row.customer.user)

    answer = client.post(CANCEL, {"reason": "because", "comment": "x" * 1001})

    assert answer.status_code == 422
    assert timedelta(0) < row.period_ends_at - NOW
