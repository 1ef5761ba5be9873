from __future__ import annotations

from datetime import timedelta

import pytest

from memberships import clock
from memberships.models import Alert, CheckoutAttempt, Customer, StripeEvent, Subscription
from memberships.stripe import inbox
from memberships.stripe.client import API_VERSION
from memberships.stripe.handlers import HANDLERS
from tests.memberships.builders import DAY, customer, person, subscription
from tests.memberships.conftest import begin_trial, deliver, deliver_all, holds_pro, pay
from tests.memberships.stripe.webhook_messages import event, signed

pytestmark = pytest.mark.django_db

State = StripeEvent.State


def stripe_id_of(user) -> str:
    return Customer.objects.get(user=user).stripe_id


def snapshot() -> list[object]:
    """Everything an event might change."""
    return [list(model.objects.order_by("pk").values()) for model in (Customer, Subscription, CheckoutAttempt)]


@pytest.mark.parametrize(
    "subject",
    [
        None,
        {},
        {"id": None, "customer": None, "subscription": None},
        {"id": "", "object": "subscription", "customer": "", "parent": None},
        {"id": None, "object": "customer", "parent": {"subscription_details": {"subscription": None}}},
        {"id": 7, "customer": ["cus_1"], "subscription": {"id": None}},
        ["not an object"],
    ],
    ids=str,
)
@pytest.mark.parametrize("type_", HANDLERS)
def test_nulls_in_every_field_change_no_row(local_stripe, type_, subject):
    subscription(person())
    customer(person())  # A row whose own id at Stripe is null must not be found by a null.
    before = snapshot()

    status, row = deliver(signed(event(type_, subject)))

    assert status == 200
    assert row.state in {State.QUARANTINED, State.DONE}
    assert snapshot() == before


def test_an_event_for_somebody_unknown_waits_for_them_and_then_counts(local_stripe):
    user = person()
    pay(local_stripe, user)
    local_stripe.wire.wait_for("checkout.session.completed")
    stripe_id = stripe_id_of(user)
    CheckoutAttempt.objects.filter(user=user).delete()
    Customer.objects.filter(user=user).update(stripe_id=None)

    rows = deliver_all(local_stripe)
    parked = [row.type for row in rows if row.state == State.PARKED]
    assert "customer.subscription.created" in parked
    assert "no customer of ours" in next(row.error for row in rows if row.state == State.PARKED)
    assert not holds_pro(user)

    Customer.objects.filter(user=user).update(stripe_id=stripe_id)
    inbox.replay(clock.now())

    assert holds_pro(user)
    assert not StripeEvent.objects.parked().exists()


def test_a_subscription_for_what_we_do_not_sell_is_quarantined(local_stripe):
    user = person()
    begin_trial(local_stripe, user)
    deliver_all(local_stripe)
    stripe_id = stripe_id_of(user)
    product = local_stripe.api("POST", "products", name="Somebody else's crossword")
    price = local_stripe.api(
        "POST",
        "prices",
        **{"product": product["id"], "unit_amount": 500, "currency": "usd", "recurring[interval]": "month"},
    )
    foreign = local_stripe.api(
        "POST", "subscriptions", **{"customer": stripe_id, "items[0][price]": price["id"], "trial_period_days": 3}
    )
    local_stripe.wire.wait_for("customer.subscription.created", lambda subject: subject["id"] == foreign["id"])

    rows = {row.object_id: row for row in deliver_all(local_stripe) if row.type == "customer.subscription.created"}

    assert rows[foreign["id"]].state == State.QUARANTINED
    assert "which we do not sell" in rows[foreign["id"]].error
    assert Alert.objects.get(subject=foreign["id"]).kind == Alert.Kind.FOREIGN
    assert not Subscription.objects.filter(stripe_id=foreign["id"]).exists()


def test_a_subscription_of_another_customer_is_not_taken_for_ours(local_stripe):
    mine, theirs = person(), person()
    begin_trial(local_stripe, mine)
    begin_trial(local_stripe, theirs)
    deliver_all(local_stripe)
    stranger = Subscription.objects.get(customer__user=theirs)

    _status, row = deliver(
        signed(event(subject={"id": stranger.stripe_id, "object": "subscription", "customer": stripe_id_of(mine)}))
    )

    assert row.state == State.QUARANTINED
    stranger.refresh_from_db()
    assert stranger.customer.user == theirs


def test_an_event_waits_while_stripe_is_away_and_is_tried_less_and_less_often(local_stripe, settings):
    user = person()
    pay(local_stripe, user)
    delivery = local_stripe.wire.wait_for("customer.subscription.created")
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"

    _status, row = deliver(delivery)
    assert (row.state, row.attempts) == (State.FAILED, 1)
    assert "does not answer" in row.error

    assert inbox.replay(row.received_at) == 0, "it is not tried again at once"
    settings.STRIPE_API_BASE = local_stripe.base
    assert inbox.replay(row.received_at + DAY) == 1
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error) == (State.DONE, 2, "")
    assert holds_pro(user, row.received_at + DAY)


def test_whoever_died_over_an_event_leaves_it_to_others_after_a_while(local_stripe):
    user = person()
    pay(local_stripe, user)
    local_stripe.wire.wait_for("checkout.session.completed")
    delivery = local_stripe.wire.wait_for("customer.subscription.created")
    event_row = StripeEvent.objects.create(
        event_id=delivery.event["id"],
        type=delivery.event["type"],
        customer_id=stripe_id_of(user),
        api_version=API_VERSION,
        payload=delivery.event,
        received_at=clock.now(),
        claimed_until=clock.now() + inbox.CLAIM,
    )
    assert inbox.process(event_row.pk, clock.now()) is None
    later = clock.now() + inbox.CLAIM + timedelta(seconds=1)
    assert inbox.replay(later) == 1
    assert holds_pro(user, later)


def test_staff_hear_of_what_fails_again_and_again(local_stripe, settings):
    pay(local_stripe, person())
    delivery = local_stripe.wire.wait_for("customer.subscription.created")
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    _status, row = deliver(delivery)
    for _time in range(inbox.PATIENCE - 2):
        inbox.process(row.pk, clock.now())
    assert not Alert.objects.exists()
    inbox.process(row.pk, clock.now())
    alert = Alert.objects.get()
    assert (alert.kind, alert.subject) == (Alert.Kind.STUCK, row.object_id)


def test_what_is_done_is_not_done_again(local_stripe):
    begin_trial(local_stripe, person())
    row = deliver_all(local_stripe)[-1]

    assert inbox.process(row.pk, clock.now()) is None


def test_a_new_field_and_a_new_word_from_stripe_break_nothing(local_stripe):
    user = person()
    begin_trial(local_stripe, user)
    local_stripe.api("POST", f"customers/{stripe_id_of(user)}", name="Ada")
    delivery = local_stripe.wire.wait_for("customer.updated", lambda subject: subject["name"] == "Ada")
    content = delivery.event
    content["data"]["object"] |= {"brand_new": {"nested": [None]}, "tax_exempt": "a_word_of_tomorrow"}
    content["id"] += "_new"

    assert deliver(signed(content))[1].state == State.DONE
