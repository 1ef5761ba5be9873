from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from django.urls import reverse

from memberships import alerts, clock, tasks
from memberships.models import Alert, CheckoutAttempt, Customer, Invoice, Product, Subscription
from memberships.stripe.checkout import start_checkout
from memberships.stripe.client import BillingError
from memberships.stripe.drift import Drift, Kind
from memberships.stripe.reconcile import reconcile_all, reconcile_doubtful
from memberships.stripe.sync import sync_subscription
from tests.memberships.builders import customer, person, plan, subscription, team
from tests.memberships.conftest import begin_trial, holds_pro, past_the_trial, pay
from tests.memberships.desk.acting import address, at_the_desk
from tests.memberships.local_stripe import LocalStripe
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

    assert [(drift.kind, drift.whose, drift.is_mended) for drift in drifts] == [(Kind.MISSING_HERE, str(user), True)]
    assert holds_pro(user)
    assert reconcile_all(clock.now()) == []


def test_a_change_nobody_told_us_of_is_mended(local_stripe):
    user = person()
    begin_trial(local_stripe, user)
    row = Subscription.objects.get(customer__user=user)
    local_stripe.api("DELETE", f"subscriptions/{row.stripe_id}")

    (drift,) = reconcile_all(clock.now())

    row.refresh_from_db()
    assert row.status == "canceled"
    assert not holds_pro(user)
    assert (drift.kind, drift.subject, drift.is_mended) == (Kind.DIFFERS, row.stripe_id, True)
    said = Alert.objects.open().get(subject=row.stripe_id).sentence
    assert f"of {user} was not as Stripe has it. status: trialing here, canceled at Stripe" in said
    assert said.endswith("It was mended.")


def test_staff_go_from_the_alert_to_the_page_of_the_member(client):
    row, other = subscription(person()), person()
    room = customer(other, "cus_of_a_team")
    room.user, room.team = None, team(other)
    room.save()
    for number, subject in enumerate([row.stripe_id, "cus_of_a_team", "evt_of_nobody"]):
        alerts.open_alert(Alert.Kind.DRIFT, subject, f"sentence {number}", clock.now())
    at_the_desk(client, "Support")
    page = client.get(address("alert", "changelist")).content.decode()
    user = row.customer.user
    assert f'href="{reverse("admin:member", args=[user.pk])}">{user.email}</a>' in page
    assert f'href="{address("team", "change", room.team_id)}">' in page


def test_a_difference_that_could_not_be_mended_says_so(local_stripe, settings):
    begin_trial(local_stripe, person())
    row = Subscription.objects.get()
    Subscription.objects.update(quantity=3)

    def unreadable(path: str, said: Any) -> Any:
        return {**said, "status": None} if path.startswith(f"/v1/subscriptions/{row.stripe_id}") else said

    with meddling(local_stripe.base, unreadable) as settings.STRIPE_API_BASE:
        (drift,) = reconcile_all(clock.now())
    assert not drift.is_mended
    assert str(drift).endswith("seats: 3 here, 1 at Stripe. It could not be mended yet.")


def test_a_renewal_nobody_told_us_of_is_found_at_night(local_stripe):
    user = person()
    begin_trial(local_stripe, user)
    past_the_trial(local_stripe, user)
    reconcile_all(clock.now())
    row = Subscription.objects.get(customer__user=user)
    before = row.period_ends_at
    local_stripe.advance(seconds=int((before - clock.now()).total_seconds()) + 7200)

    (drift,) = reconcile_all(clock.now())
    assert "period ends" in {each.name for each in drift.differences}

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

    (drift,) = reconcile_all(clock.now())

    assert [(each.here, each.there) for each in drift.differences] == [("open, $0.00", "paid, $300.00")]
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

    assert reconcile_all(clock.now()) == [Drift(Kind.MISSING_THERE, row.stripe_id, str(row.customer))]


def subscribed_again(stripe: LocalStripe, known: Customer) -> str:
    """A second subscription, as Stripe's own pages can make it; answers its id."""
    terms = {"customer": known.stripe_id, "items[0][price]": plan().stripe_id, "trial_period_days": 3}
    return str(stripe.api("POST", "subscriptions", **terms)["id"])


def charged_twice() -> list[str]:
    return list(Alert.objects.open().filter(kind=Alert.Kind.CHARGED_TWICE).values_list("subject", flat=True))


def test_who_is_charged_twice_is_told_at_night(local_stripe):
    user = person()
    begin_trial(local_stripe, user)
    known = Customer.objects.get(user=user)
    subscribed_again(local_stripe, known)

    reconcile_all(clock.now())
    assert charged_twice() == [known.stripe_id]


def test_who_is_charged_twice_by_two_customers_is_told_as_soon_as_the_second_is_read(local_stripe):
    user = person()
    begin_trial(local_stripe, user)
    first = Customer.objects.get(user=user)
    made = local_stripe.api("POST", "customers", email=user.email)
    other = Customer.objects.create(user=user, stripe_id=made["id"], is_in_use=False, created_at=clock.now())
    second = subscribed_again(local_stripe, other)

    sync_subscription(made["id"], second, clock.now())

    assert charged_twice() == [first.stripe_id]
    alert = Alert.objects.open().get()
    assert user.email in alert.sentence
    assert second in alert.sentence
    reconcile_all(clock.now())
    assert charged_twice() == [first.stripe_id], "it is the same one at night"

    local_stripe.api("DELETE", f"subscriptions/{second}")
    sync_subscription(made["id"], second, clock.now())
    assert charged_twice() == []


def test_two_products_are_not_twice_the_same(local_stripe):
    user = person()
    begin_trial(local_stripe, user)
    archive = Product.objects.create(slug="archive", name="Archive")
    subscription(user, stripe_id="sub_archive", plan=plan("archive_annual", product=archive))
    row = Subscription.objects.exclude(stripe_id="sub_archive").get()

    sync_subscription(row.customer.stripe_id, row.stripe_id, clock.now())
    assert charged_twice() == []


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
