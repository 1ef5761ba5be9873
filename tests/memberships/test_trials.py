from __future__ import annotations

import pytest
from django.db import transaction
from django.urls import reverse

from memberships import trials
from memberships.models import TrialUse
from memberships.trials import Refusal
from tests.memberships.builders import DAY, NOW, person, plan, pro, subscription

pytestmark = pytest.mark.django_db


def test_somebody_new_may_try():
    assert trials.is_entitled(person(), pro())


def test_nobody_tries_twice():
    user = person()
    trials.record(subscription(user), "fp_1", NOW)

    assert not trials.is_entitled(user, pro())


def test_another_spelling_of_the_same_mailbox_is_the_same_person():
    trials.record(subscription(person("ada.lovelace+news@gmail.com")), "", NOW)

    assert not trials.is_entitled(person("adalovelace@googlemail.com"), pro())
    assert trials.is_entitled(person("ada@lovelace.example"), pro())


def test_dots_count_where_the_host_tells_them_apart():
    assert trials.address_hash("a.b@example.org") != trials.address_hash("ab@example.org")


def test_a_past_subscription_without_trial_also_ends_the_offer():
    user = person()
    subscription(user, status="canceled", ended_at=NOW - DAY)

    assert not trials.is_entitled(user, pro())


def test_a_first_payment_that_never_went_through_costs_nobody_the_trial():
    user = person()
    subscription(user, status="incomplete_expired", has_paid=False)

    assert trials.is_entitled(user, pro())


def test_a_trial_is_written_down_once_and_keeps_the_card_that_became_known_later():
    begun = subscription(person(), plan=plan())
    trials.record(begun, "", NOW)
    trials.record(begun, "fp_1", NOW + DAY)
    trials.record(begun, "fp_2", NOW + 2 * DAY)

    use = TrialUse.objects.get(subscription_ref=begun.stripe_id)
    assert (use.began_at, use.card_hash) == (NOW, trials.card_hash("fp_1"))
    assert "fp_1" not in use.card_hash


def test_a_new_secret_key_gives_nobody_a_second_trial(settings):
    trials.record(subscription(person("ada@example.org")), "fp_1", NOW)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, as long and as secret as the one before it"

    assert trials.refusal(person("ada+again@example.org"), pro()) == Refusal.SAME_MAILBOX
    with transaction.atomic():
        assert trials.record(subscription(person(), status="trialing"), "fp_1", NOW)


def test_why_there_is_no_trial_is_known():
    had, was = person(), person()
    trials.record(subscription(had), "", NOW)
    subscription(was, status="canceled", ended_at=NOW)

    assert trials.refusal(person(), pro()) is None
    assert trials.refusal(had, pro()) == Refusal.HAD_ONE
    assert trials.refusal(was, pro()) == Refusal.WAS_MEMBER


def test_the_page_of_the_offer_says_why_a_plus_address_gets_no_trial(client):
    trials.record(subscription(person("ada@example.org")), "", NOW)
    client.force_login(person("ada+second@example.org"))

    page = client.get(reverse("account_start", args=["pro_annual"])).content.decode()

    assert "your address is another spelling of one that has had a trial" in page
    assert "$300.00 is charged today" in page
