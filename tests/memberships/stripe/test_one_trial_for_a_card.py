"""A card that had its trial with somebody else: no second one, no charge, and a sentence for whoever brought it."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction
from django.urls import reverse

from memberships import clock, happenings, trials
from memberships.models import Happening, Subscription, TrialUse
from memberships.stripe.checkout import complete_checkout, start_checkout
from memberships.stripe.client import BillingError
from memberships.stripe.reconcile import reconcile_doubtful
from memberships.trials import Refusal
from newsletters.models import Message
from tests.memberships.builders import DAY, NOW, person, plan, pro, subscription
from tests.memberships.conftest import begin_trial, deliver_all, holds_pro, pay
from tests.memberships.local_stripe import GOOD_CARD
from tests.memberships.meddler import meddling

# One card, whoever types it; the first of Stripe's test numbers is a card of one's own each time.
SHARED_CARD = "5555 5555 5555 4444"


@pytest.fixture
def brought_again(local_stripe):
    """Somebody who has come back from the till with a card that somebody else had a trial with."""
    begin_trial(local_stripe, person(), SHARED_CARD)
    user = person("second@example.org")
    session_id = pay(local_stripe, user, SHARED_CARD)
    return user, session_id


@pytest.mark.django_db
def test_it_is_ended_at_once_and_nothing_is_charged(client, local_stripe, brought_again):
    user, session_id = brought_again
    client.force_login(user)

    page = client.get(reverse("account_return"), {"session_id": session_id}).content.decode()

    row = Subscription.objects.get(customer__user=user)
    at_stripe = local_stripe.api("GET", f"subscriptions/{row.stripe_id}")
    assert (row.status, at_stripe["status"]) == ("canceled", "canceled")
    bills = local_stripe.api("GET", "invoices", customer=at_stripe["customer"])["data"]
    assert [bill["amount_paid"] for bill in bills] == [0]
    assert not holds_pro(user)
    assert "each card gets one" in page
    assert "$300.00 is charged today" in page
    assert "its card has had one" in client.get(reverse("account_membership")).content.decode()


@pytest.mark.django_db
def test_it_is_told_once_and_as_what_it_is(brought_again, django_capture_on_commit_callbacks, local_stripe):
    user, session_id = brought_again
    with django_capture_on_commit_callbacks(execute=True):
        complete_checkout(user, session_id, clock.now())
        deliver_all(local_stripe)
    happenings.tell_waiting(clock.now())

    told = Happening.objects.filter(subscription__customer__user=user)
    assert list(told.values_list("kind", flat=True)) == ["trial_refused"]
    messages = Message.objects.filter(recipient__user=user)
    assert [(each.kind, "Nothing was charged" in each.text) for each in messages] == [("trial_refused", True)]


@pytest.mark.django_db
def test_they_may_subscribe_without_a_trial_and_are_told_why(client, local_stripe, brought_again):
    user, session_id = brought_again
    complete_checkout(user, session_id, clock.now())
    client.force_login(user)

    page = client.get(reverse("account_start", args=["pro_annual"])).content.decode()
    assert trials.refusal(user, pro()) == Refusal.SAME_CARD
    assert "your card has had one with another account" in page
    attempt = start_checkout(user, plan(), clock.now(), "")
    complete_checkout(user, local_stripe.pay(attempt.url, SHARED_CARD), clock.now())

    assert Subscription.objects.filter(customer__user=user, status="active", has_paid=True).count() == 1
    assert holds_pro(user)


@pytest.mark.django_db
def test_ones_own_card_bothers_nobody(local_stripe):
    first, second = person(), person()
    begin_trial(local_stripe, first, GOOD_CARD)
    begin_trial(local_stripe, second, GOOD_CARD)

    assert holds_pro(first)
    assert holds_pro(second)


@pytest.mark.django_db
def test_one_that_could_not_be_ended_opens_nothing_and_is_ended_at_the_next_look(local_stripe, settings, brought_again):
    user, session_id = brought_again
    with meddling(local_stripe.base, lambda _path, content: content, refuse="DELETE") as base:
        settings.STRIPE_API_BASE = base
        with pytest.raises(BillingError):
            complete_checkout(user, session_id, clock.now())
    row = Subscription.objects.get(customer__user=user)
    assert (row.status, holds_pro(user)) == ("trialing", False)
    assert not Happening.objects.filter(subscription=row).exists()

    settings.STRIPE_API_BASE = local_stripe.base
    assert reconcile_doubtful(clock.now()) == 1
    row.refresh_from_db()
    assert row.status == "canceled"
    assert [each.kind for each in row.happenings.all()] == ["trial_refused"]


@pytest.mark.django_db
def test_what_runs_is_not_taken_away_later(local_stripe):
    """Only a card that has just become known is looked at."""
    user = person()
    begin_trial(local_stripe, user, SHARED_CARD)
    elsewhere = subscription(person(), status="canceled")
    card = TrialUse.objects.get(user=user).card_hash
    TrialUse.objects.create(
        user=elsewhere.customer.user, product=pro(), card_hash=card, subscription_ref="sub_before", began_at=NOW
    )

    local_stripe.wire.wait_for("customer.subscription.created")
    deliver_all(local_stripe)

    assert holds_pro(user)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_bring_one_card_at_the_same_instant_one_is_refused():
    both = [subscription(person(), status="trialing", trial_ends_at=NOW + DAY) for _each in range(2)]
    ready, answers = threading.Barrier(2), []

    def bring(row: Subscription) -> None:
        ready.wait()
        with transaction.atomic():
            answers.append(trials.record(row, "fp_one", NOW))
        connection.close()

    threads = [threading.Thread(target=bring, args=[row]) for row in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [False, True]
