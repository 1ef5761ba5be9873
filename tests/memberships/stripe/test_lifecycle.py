"""A membership from the till to its end, against the local Stripe. The clock moves, nobody waits."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from memberships import clock, selling, trials
from memberships.models import Alert, CheckoutAttempt, Entitlement, Invoice, Plan, Product, Subscription, TrialUse
from memberships.readers import reader_for
from memberships.remembered import forget_all
from memberships.stripe import changes
from memberships.stripe.catalogue import price_id_of
from memberships.stripe.checkout import complete_checkout, start_checkout
from memberships.stripe.reconcile import reconcile_doubtful
from memberships.stripe.sync import sync_subscription
from memberships.subscriptions import GRACE, RENEWAL_SLACK, TRIAL_SLACK
from tests.memberships.builders import DAY, person, plan
from tests.memberships.conftest import begin_trial, deliver_all, holds_pro, past_the_trial, pay
from tests.memberships.local_stripe import FAILS_LATER

pytestmark = pytest.mark.django_db


def subscription_of(user) -> Subscription:
    return Subscription.objects.get(customer__user=user)


def test_the_return_page_grants_before_any_webhook_came(local_stripe):
    user = person()
    session_id = pay(local_stripe, user)
    assert not holds_pro(user)

    complete_checkout(user, session_id, clock.now())

    row = subscription_of(user)
    assert holds_pro(user)
    assert (row.status, row.has_paid, row.card_label) == ("trialing", False, "Visa 4242")
    assert user.entitlements.get().ends_at == row.trial_ends_at + TRIAL_SLACK


def test_the_webhook_grants_though_nobody_came_back(local_stripe):
    user = person()
    pay(local_stripe, user)

    local_stripe.wire.wait_for("checkout.session.completed")
    deliver_all(local_stripe)

    assert holds_pro(user)
    assert CheckoutAttempt.objects.get(user=user).state == CheckoutAttempt.State.COMPLETED


def test_webhook_and_return_page_together_begin_one_trial_and_say_so_once(local_stripe, announced):
    user = person()
    with announced() as told:
        session_id = pay(local_stripe, user)
        local_stripe.wire.wait_for("checkout.session.completed")
        deliver_all(local_stripe)
        complete_checkout(user, session_id, clock.now())

    assert told == ["trial_started"]
    assert Entitlement.objects.filter(user=user).count() == 1


def test_a_trial_is_written_down_with_its_card(local_stripe):
    user = person()
    begin_trial(local_stripe, user)

    use = TrialUse.objects.get(user=user)
    assert use.card_hash
    assert not trials.is_entitled(user, use.product)


def test_a_trial_turns_into_a_paid_year_and_each_step_is_told_once(local_stripe, announced):
    user = person()
    with announced() as told:
        begin_trial(local_stripe, user)
        past_the_trial(local_stripe, user)
        deliveries = local_stripe.wire.kept[:]
        deliver_all(local_stripe)
        local_stripe.wire.kept = deliveries[::-1]
        deliver_all(local_stripe)

    row = subscription_of(user)
    assert told == ["trial_started", "subscription_started", "invoice_paid"]
    assert (row.status, row.has_paid) == ("active", True)
    assert row.period_ends_at - clock.now() > 360 * DAY
    assert holds_pro(user, row.period_ends_at + RENEWAL_SLACK - timedelta(seconds=1))
    assert list(Invoice.objects.to_show(user).values_list("amount_paid", "status")) == [(30000, "paid")]


def test_an_invoice_that_stripe_cannot_finish_is_told_to_staff_until_somebody_has(local_stripe):
    user = person()
    begin_trial(local_stripe, user)
    local_stripe.decide(next_invoice="unfinished")
    past_the_trial(local_stripe, user)
    local_stripe.wire.wait_for("invoice.finalization_failed")
    deliver_all(local_stripe)
    alert = Alert.objects.get(kind="unfinished")
    assert alert.subject in alert.sentence
    assert not subscription_of(user).has_paid

    local_stripe.api("POST", f"invoices/{alert.subject}/finalize")
    local_stripe.wire.wait_for("invoice.finalized")
    deliver_all(local_stripe)
    alert.refresh_from_db()
    assert alert.settled_at is not None


def test_a_cancelled_trial_is_read_to_its_end_and_costs_nothing(local_stripe, announced):
    user = person()
    begin_trial(local_stripe, user)
    with announced() as told:
        row = changes.cancel(subscription_of(user), clock.now())
        local_stripe.advance(seconds=int((row.trial_ends_at - clock.now()).total_seconds()) - 60)
        assert holds_pro(user)
        local_stripe.advance(seconds=120)
        assert not holds_pro(user), "the end holds without any webhook"
        deliver_all(local_stripe)

    assert told == ["subscription_cancelled", "subscription_ended"]
    assert subscription_of(user).status == "canceled"
    assert not holds_pro(user)
    assert not Invoice.objects.to_show(user).exists()


def test_cancelling_twice_changes_and_says_nothing_more(local_stripe, announced):
    user = person()
    begin_trial(local_stripe, user)
    changes.cancel(subscription_of(user), clock.now())

    with announced() as told:
        changes.cancel(subscription_of(user), clock.now())

    assert told == []


def test_a_cancellation_is_taken_back_and_the_trial_goes_on(local_stripe, announced):
    user = person()
    begin_trial(local_stripe, user)
    changes.cancel(subscription_of(user), clock.now())

    with announced() as told:
        changes.resume(subscription_of(user), clock.now())
        past_the_trial(local_stripe, user)
        deliver_all(local_stripe)

    assert told == ["subscription_resumed", "subscription_started", "invoice_paid"]
    assert holds_pro(user)


def test_a_lapsed_member_may_come_back_without_a_second_trial(local_stripe):
    user = person()
    begin_trial(local_stripe, user)
    changes.cancel(subscription_of(user), clock.now())
    past_the_trial(local_stripe, user)
    deliver_all(local_stripe)

    again = start_checkout(user, plan(), clock.now(), "")
    complete_checkout(user, local_stripe.pay(again.url), clock.now())

    assert not again.with_trial
    newest = Subscription.objects.filter(customer__user=user).latest("started_at")
    assert (newest.status, newest.has_paid) == ("active", True)
    assert holds_pro(user)


def test_a_first_charge_that_fails_closes_the_door_at_once(local_stripe, announced):
    user = person()
    begin_trial(local_stripe, user, FAILS_LATER)

    with announced() as told:
        past_the_trial(local_stripe, user)
        deliver_all(local_stripe)

    row = subscription_of(user)
    assert (row.status, row.has_paid) == ("past_due", False)
    assert "payment_failed" in told
    assert not holds_pro(user)


def test_a_failed_renewal_leaves_two_weeks_of_grace(local_stripe, announced):
    user = person()
    begin_trial(local_stripe, user)
    past_the_trial(local_stripe, user)
    deliver_all(local_stripe)
    row = subscription_of(user)
    card = local_stripe.api(
        "POST", "payment_methods/pm_card_chargeCustomerFail/attach", customer=row.customer.stripe_id
    )
    local_stripe.api("POST", f"subscriptions/{row.stripe_id}", default_payment_method=card["id"])

    with announced() as told:
        local_stripe.advance(seconds=int((row.period_ends_at - clock.now()).total_seconds()) + 7200)
        deliver_all(local_stripe)

    row.refresh_from_db()
    grace = user.entitlements.live(clock.now()).get()
    assert told == ["payment_failed"]
    assert row.status == "past_due"
    assert (grace.source, grace.ends_at) == (Entitlement.Source.GRACE, row.past_due_since + GRACE)
    assert holds_pro(user)
    assert not holds_pro(user, grace.ends_at)


def test_with_every_webhook_lost_the_comparison_finds_the_same_end(local_stripe):
    user = person()
    begin_trial(local_stripe, user)
    past_the_trial(local_stripe, user)
    local_stripe.wire.take()

    assert reconcile_doubtful(clock.now()) == 1

    assert (subscription_of(user).status, subscription_of(user).has_paid) == ("active", True)
    assert holds_pro(user)


def test_a_late_event_never_brings_back_what_has_ended(local_stripe):
    user = person()
    begin_trial(local_stripe, user)
    changes.cancel(subscription_of(user), clock.now())
    past_the_trial(local_stripe, user)
    local_stripe.wire.wait_for("customer.subscription.deleted")

    local_stripe.wire.kept.reverse()
    rows = deliver_all(local_stripe)

    assert rows[-1].type != "customer.subscription.deleted"
    assert subscription_of(user).status == "canceled"
    assert not holds_pro(user)


def test_a_customer_deleted_at_stripe_loses_access_and_may_begin_again(local_stripe):
    user = person()
    begin_trial(local_stripe, user)
    row = subscription_of(user)
    local_stripe.api("DELETE", f"customers/{row.customer.stripe_id}")
    local_stripe.wire.wait_for("customer.deleted", lambda subject: subject["id"] == row.customer.stripe_id)
    deliver_all(local_stripe)

    row.refresh_from_db()
    assert (row.status, row.customer.stripe_id) == ("canceled", None)
    assert not holds_pro(user)
    assert start_checkout(user, plan(), clock.now(), "").url


def test_a_new_price_never_changes_a_running_one(local_stripe):
    user, old = person(), plan()
    begin_trial(local_stripe, user)
    past_the_trial(local_stripe, user)
    deliver_all(local_stripe)

    new = plan("pro_annual_dearer", amount=36000)
    selling.archive(old, clock.now())
    call_command("stripe_sync_catalogue", stdout=StringIO())
    forget_all()
    renewal = subscription_of(user).period_ends_at
    local_stripe.advance(to=int(renewal.timestamp()) + 2 * 3600)
    deliver_all(local_stripe)

    row = subscription_of(user)
    assert (row.plan, row.status) == (old, "active")
    assert row.period_ends_at > renewal
    paid = Invoice.objects.filter(subscription=row, amount_paid__gt=0)
    assert list(paid.values_list("amount_paid", flat=True)) == [30000, 30000]
    assert holds_pro(user)

    newcomer = start_checkout(person(), new, clock.now(), "")
    [line] = local_stripe.api("GET", f"checkout/sessions/{newcomer.session_id}/line_items")["data"]
    assert line["price"]["unit_amount"] == 36000
    # The local Stripe is shared: the price is opened again for those who come after.
    selling.bring_back(old)
    Plan.objects.filter(pk=old.pk).update(is_offered=True)
    call_command("stripe_sync_catalogue", stdout=StringIO())


def test_who_is_moved_to_another_product_reads_that_one_and_no_longer_the_first(local_stripe):
    letters = plan("letters_yearly", product=Product.objects.create(slug="letters", name="Letters"))
    price = price_id_of(letters)
    user = person()
    begin_trial(local_stripe, user)
    row = subscription_of(user)

    def move(to: str) -> set[str]:
        """In Stripe's dashboard; answers what they may read then."""
        [item] = local_stripe.api("GET", f"subscriptions/{row.stripe_id}")["items"]["data"]
        local_stripe.api("POST", f"subscription_items/{item['id']}", price=to, proration_behavior="none")
        sync_subscription(row.customer.stripe_id, row.stripe_id, clock.now())
        return {grant.product for grant in reader_for(user, clock.now()).grants}

    assert move(price) == {"letters"}
    assert move(row.plan.stripe_id) == {"pro"}
