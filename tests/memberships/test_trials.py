from __future__ import annotations

import pytest

from memberships import trials
from memberships.models import TrialUse
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
