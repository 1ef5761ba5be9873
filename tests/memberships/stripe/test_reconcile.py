from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import override_settings

from memberships import clock, tasks
from memberships.models import Alert, CheckoutAttempt, Customer, Invoice, Subscription
from memberships.stripe.checkout import start_checkout
from memberships.stripe.client import BillingError
from memberships.stripe.reconcile import Drift, reconcile_all, reconcile_doubtful
from tests.memberships.builders import person, plan, subscription
from tests.memberships.conftest import begin_trial, holds_pro, past_the_trial, pay
from tests.memberships.meddler import meddling

pytestmark = pytest.mark.django_db


def test_when_nothing_differs_nothing_is_told(local_stripe):
    begin_trial(local_stripe, person())

    assert reconcile_all(clock.now()) == []


def test_a_membership_nobody_told_us_of_is_found_at_night(local_stripe):
    user = person()
    pay(local_stripe, user)
    assert not holds_pro(user)

    drifts = reconcile_all(clock.now())

    assert [drift.kind for drift in drifts] == ["missing here"]
    assert holds_pro(user)
    assert reconcile_all(clock.now()) == []


def test_a_change_nobody_told_us_of_is_mended(local_stripe):
    user = person()
    begin_trial(local_stripe, user)
    row = Subscription.objects.get(customer__user=user)
    local_stripe.api("DELETE", f"subscriptions/{row.stripe_id}")

    assert reconcile_all(clock.now()) == [Drift("differs", row.stripe_id)]

    row.refresh_from_db()
    assert row.status == "canceled"
    assert not holds_pro(user)


def test_a_renewal_nobody_told_us_of_is_found_at_night(local_stripe):
    user = person()
    begin_trial(local_stripe, user)
    past_the_trial(local_stripe, user)
    reconcile_all(clock.now())
    row = Subscription.objects.get(customer__user=user)
    before = row.period_ends_at
    local_stripe.advance(seconds=int((before - clock.now()).total_seconds()) + 7200)

    assert reconcile_all(clock.now()) == [Drift("differs", row.stripe_id)]

    row.refresh_from_db()
    assert row.period_ends_at > before
    assert Invoice.objects.to_show(user).count() == 2
    assert reconcile_all(clock.now()) == []


def test_a_payment_nobody_told_us_of_is_found_at_night(local_stripe):
    user = person()
    begin_trial(local_stripe, user)
    past_the_trial(local_stripe, user)
    reconcile_all(clock.now())
    Invoice.objects.filter(amount_paid__gt=0).update(status="open", amount_paid=0)

    row = Subscription.objects.get(customer__user=user)
    assert reconcile_all(clock.now()) == [Drift("differs", row.stripe_id)]

    assert list(Invoice.objects.to_show(user).values_list("status", "amount_paid")) == [("paid", 30000)]


def test_a_card_whose_expiry_was_never_asked_for_is_completed_and_worries_nobody(local_stripe):
    user = person()
    begin_trial(local_stripe, user)
    Subscription.objects.update(card_expires_on=None)

    assert reconcile_all(clock.now()) == []

    assert Subscription.objects.get(customer__user=user).card_expires_on is not None


def test_a_difference_is_an_alert_until_a_night_finds_none(local_stripe):
    user = person()
    pay(local_stripe, user)
    reconcile_all(clock.now())
    row = Subscription.objects.get(customer__user=user)
    assert list(Alert.objects.open().values_list("kind", "subject")) == [("drift", row.stripe_id)]
    reconcile_all(clock.now())
    assert not Alert.objects.open().exists()


def test_a_membership_that_stripe_does_not_have_is_told(local_stripe):
    row = subscription(person(), stripe_id="sub_gone")

    assert Drift("missing there", row.stripe_id) in reconcile_all(clock.now())


def test_who_is_charged_twice_is_told(local_stripe):
    user = person()
    begin_trial(local_stripe, user)
    known = Customer.objects.get(user=user)
    local_stripe.api(
        "POST",
        "subscriptions",
        **{"customer": known.stripe_id, "items[0][price]": plan().stripe_id, "trial_period_days": 3},
    )

    assert Drift("charged twice", known.stripe_id) in reconcile_all(clock.now())


def test_without_stripe_the_night_ends_in_an_error_and_changes_nothing(local_stripe, settings):
    begin_trial(local_stripe, person())
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"

    with pytest.raises(BillingError):
        reconcile_all(clock.now())

    assert Subscription.objects.get().status == "trialing"


def test_one_membership_that_cannot_be_read_keeps_no_other_from_it(local_stripe):
    user = person()
    begin_trial(local_stripe, user)
    subscription(person(), stripe_id="sub_nowhere", period_ends_at=clock.now() - timedelta(hours=1))
    past_the_trial(local_stripe, user)

    assert reconcile_doubtful(clock.now()) == 1

    assert Subscription.objects.get(customer__user=user).status == "active"


def test_when_time_is_over_whoever_waited_longest_has_had_a_look_and_nobody_starves(local_stripe):
    """One of them cannot be read: it is looked at in its turn, and does not stand before the others for ever."""
    now, no_time = clock.now(), timedelta(0)
    for days, name in ((1, "sub_c"), (3, "sub_a"), (2, "sub_b")):
        late = {"period_ends_at": now - timedelta(days=4), "synced_at": now - timedelta(days=days)}
        subscription(person(), stripe_id=name, **late)
    looked = []

    def note(path: str) -> None:
        looked.extend(name for name in ("sub_a", "sub_b", "sub_c") if path.startswith(f"/v1/subscriptions/{name}"))

    with (
        meddling(local_stripe.base, lambda _path, said: said, heard=note) as base,
        override_settings(STRIPE_API_BASE=base),
    ):
        for hours in range(4):
            reconcile_doubtful(now + timedelta(hours=hours), no_time)

    assert looked == ["sub_a", "sub_b", "sub_c", "sub_a"]


@pytest.mark.django_db(transaction=True)
def test_the_night_is_not_begun_again_while_somebody_is_at_it(local_stripe, settings):
    """The broker hands its message out once more when it has taken long."""
    asked: list[str] = []

    def again(path: str, said: object) -> object:
        before = len(asked)
        ThreadPoolExecutor(1).submit(in_another_process).result()
        assert len(asked) == before, "the second is over without a question"
        return said

    def in_another_process() -> None:
        try:
            tasks.reconcile_all()
        finally:
            connection.close()

    with meddling(local_stripe.base, again, heard=asked.append) as settings.STRIPE_API_BASE:
        tasks.reconcile_all()
        first = len(asked)
        assert first
        tasks.reconcile_all()
    assert len(asked) == 2 * first, "and the next night is as the one before"


def test_a_visit_left_behind_is_cleared_away(local_stripe):
    paid, left = person(), person()
    pay(local_stripe, paid)
    start_checkout(left, plan(), clock.now(), "")
    lost = CheckoutAttempt.objects.create(
        user=person(), plan=plan(), created_at=clock.now(), expires_at=clock.now() + timedelta(minutes=45)
    )
    local_stripe.advance(seconds=3700)

    reconcile_doubtful(clock.now())

    states = dict(CheckoutAttempt.objects.values_list("user", "state"))
    assert states == {paid.pk: "completed", left.pk: "expired", lost.user.pk: "expired"}
    assert holds_pro(paid)
