"""A customer's events are worked off one after the other, and what they name is looked at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import close_old_connections, connection

from memberships import clock, tasks
from memberships.models import Customer, StripeEvent
from memberships.stripe import inbox
from memberships.stripe.client import API_VERSION
from newsroom.celery import BILLING, EDITIONS, app
from tests.memberships.builders import DAY, customer, person
from tests.memberships.conftest import SECRET, begin_trial, holds_pro, pay, post
from tests.memberships.meddler import meddling
from tests.memberships.stripe.webhook_messages import event, signed

pytestmark = pytest.mark.django_db
State = StripeEvent.State


@pytest.fixture(autouse=True)
def _secret(settings):
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]


def arrived(stripe, user) -> str:
    """What the wire holds is posted, and nothing done about it; answers the person's lane."""
    stripe.wire.wait_for("invoice.paid")
    for delivery in stripe.wire.take():
        post(delivery)
    return Customer.objects.get(user=user).stripe_id


def test_one_look_answers_all_events_about_one_subscription(local_stripe, settings):
    user = person()
    pay(local_stripe, user)
    local_stripe.wire.wait_for("checkout.session.completed")  # The last of all that comes.
    lane, asked = arrived(local_stripe, user), []
    about_it = StripeEvent.objects.filter(lane=lane, type__startswith="customer.subscription.")
    again = about_it.get(type="customer.subscription.created").payload
    for number in range(3):
        post(signed({**again, "id": f"evt_again_{number}"}))

    with meddling(local_stripe.base, lambda path, said: asked.append(path) or said) as settings.STRIPE_API_BASE:
        assert inbox.work_off(lane, clock.now()) >= 5
    looks = [path for path in asked if path.startswith("/v1/subscriptions/")]

    assert about_it.count() >= 4
    assert set(about_it.values_list("state", flat=True)) == {State.DONE}
    assert len(looks) == 3, "once for the subscription, once for its invoices, once for the checkout that led to it"
    assert holds_pro(user)


def test_a_customers_events_are_looked_at_in_the_order_in_which_they_came(local_stripe, settings):
    user, asked = person(), []
    begin_trial(local_stripe, user)
    local_stripe.wire.take()
    lane = Customer.objects.get(user=user).stripe_id
    for name in ("sub_c", "sub_a", "sub_b"):
        post(signed(event(subject={"id": name, "object": "subscription", "customer": lane})))

    with meddling(local_stripe.base, lambda path, said: said, heard=asked.append) as settings.STRIPE_API_BASE:
        inbox.work_off(lane, clock.now())

    assert [path.split("/")[3].partition("?")[0] for path in asked] == ["sub_c", "sub_a", "sub_b"]


def test_a_full_lane_is_emptied_and_each_event_is_tried_once():
    customer(person(), "cus_full")
    for number in range(45):
        subject = {"id": f"pi_{number}", "object": "payment_intent", "customer": "cus_full"}
        post(signed(event("payment_intent.created", subject)))

    tasks.work_off_events("cus_full")

    rows = StripeEvent.objects.filter(lane="cus_full")
    assert set(rows.values_list("state", "attempts")) == {(State.IGNORED, 1)}


def test_events_of_nobody_have_the_lane_of_what_they_are_about():
    post(signed(event("charge.dispute.created", {"id": "dp_1", "object": "dispute"})))
    post(signed(event("account.updated", None, id="evt_alone")))

    assert set(StripeEvent.objects.values_list("lane", flat=True)) == {"dp_1", "evt_alone"}


def test_failures_of_others_do_not_keep_a_new_event_waiting(local_stripe, settings):
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    now = clock.now()
    for number in range(120):
        StripeEvent.objects.create(
            event_id=f"evt_old_{number}",
            type="customer.subscription.updated",
            customer_id=f"cus_old_{number}",
            payload=event(),
            state=State.FAILED,
            attempts=9,
            try_after=now + timedelta(hours=1),
            received_at=now - DAY,
        )
    post(signed(event("account.updated", {"id": "acct_1"}, id="evt_new")))

    assert inbox.replay(now) == 1
    assert StripeEvent.objects.get(event_id="evt_new").state == State.IGNORED


def test_what_stripe_sent_is_forgotten_after_thirty_days_and_that_it_came_is_not():
    now = clock.now()
    for days, state in ((31, State.DONE), (31, State.FAILED), (29, State.DONE), (40, State.QUARANTINED)):
        StripeEvent.objects.create(
            event_id=f"evt_{days}_{state}", type="price.created", payload=event(), state=state,
            received_at=now - days * DAY,
        )  # fmt: skip

    tasks.empty_old_events()

    assert set(StripeEvent.objects.filter(payload={}).values_list("event_id", flat=True)) == {
        "evt_31_done",
        "evt_40_quarantined",
    }
    emptied = StripeEvent.objects.get(event_id="evt_40_quarantined")
    emptied.type, emptied.api_version = "customer.subscription.updated", API_VERSION
    emptied.save()
    assert inbox.process(emptied.pk, now) == State.QUARANTINED
    emptied.refresh_from_db()
    assert "thirty days" in emptied.error


def test_money_has_a_queue_that_no_edition_stands_in():
    routed = {name for name in app.tasks if app.amqp.router.route({}, name)["queue"].name == BILLING}

    assert "memberships.tasks.work_off_events" in routed
    assert not {name for name in routed if not name.startswith("memberships.")}
    assert "memberships.tasks.reconcile_all" not in routed, "it takes an hour"
    assert {queue.name for queue in app.amqp.queues.values()} == {"celery", BILLING, EDITIONS}


@pytest.mark.django_db(transaction=True)
def test_nobody_works_on_a_lane_where_somebody_is_and_what_comes_meanwhile_is_theirs(local_stripe, settings):
    user, others = person(), []
    pay(local_stripe, user)
    lane = arrived(local_stripe, user)

    def meanwhile(path: str, said: object) -> object:
        if not others:
            others.append(ThreadPoolExecutor(1).submit(somebody_else).result())
        return said

    def somebody_else() -> int:
        try:
            post(signed(event("customer.created", {"id": lane, "object": "customer"}, id="evt_meanwhile")))
            return inbox.work_off(lane, clock.now())
        finally:
            connection.close()

    with meddling(local_stripe.base, meanwhile) as settings.STRIPE_API_BASE:
        tasks.work_off_events(lane)
    close_old_connections()

    assert others == [0]
    assert not StripeEvent.objects.unsettled().exists()
    assert holds_pro(user)
