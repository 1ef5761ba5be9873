"""An answer of Stripe's that is overtaken on its way by another write, and visits of two windows at one moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from memberships import clock
from memberships.models import Customer, Happening, Subscription
from memberships.stripe.checkout import complete_checkout
from memberships.stripe.client import BillingError
from memberships.stripe.sync import sync_subscription
from tests.memberships.builders import person
from tests.memberships.conftest import begin_trial, holds_pro, pay
from tests.memberships.meddler import meddling

pytestmark = pytest.mark.django_db(transaction=True)


def elsewhere(act: Callable[[], object]) -> None:
    """Do it in another thread, and so on another connection, before going on."""

    def run() -> None:
        act()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


def test_an_answer_that_was_overtaken_is_asked_for_again(local_stripe, settings):
    """What was read first arrives last: the end that was read meanwhile must stand."""
    user = person()
    begin_trial(local_stripe, user)
    row = Subscription.objects.select_related("customer").get(customer__user=user)
    asked: list[str] = []

    def meddle(path: str, content: Any) -> Any:
        asked.append(path)
        if len(asked) == 1:  # The first answer is on its way; it still says that the trial runs.
            local_stripe.api("DELETE", f"subscriptions/{row.stripe_id}")
            elsewhere(lambda: sync_subscription(row.customer.stripe_id, row.stripe_id, clock.now()))
        return content

    with meddling(local_stripe.base, meddle) as base:
        settings.STRIPE_API_BASE = base
        after = sync_subscription(row.customer.stripe_id, row.stripe_id, clock.now())
    assert after.status == "canceled"
    assert not holds_pro(user)
    assert Happening.objects.filter(kind=Happening.Kind.SUBSCRIPTION_ENDED).count() == 1


def test_where_others_write_without_end_one_gives_up_with_a_sentence(local_stripe, settings):
    user = person()
    begin_trial(local_stripe, user)
    row = Subscription.objects.select_related("customer").get(customer__user=user)

    def meddle(_path: str, content: Any) -> Any:
        known = Customer.objects.filter(pk=row.customer_id)
        elsewhere(lambda: known.update(version=F("version") + 1))
        return content

    with meddling(local_stripe.base, meddle) as base:
        settings.STRIPE_API_BASE = base
        with pytest.raises(BillingError, match="being changed elsewhere"):
            sync_subscription(row.customer.stripe_id, row.stripe_id, clock.now())
    row.refresh_from_db()
    assert row.status == "trialing"


def test_return_page_and_webhook_at_the_same_instant_begin_one_trial(local_stripe):
    user = person()
    session_id = pay(local_stripe, user)
    created = local_stripe.wire.wait_for("customer.subscription.created").event["data"]["object"]
    ready, failed = threading.Barrier(2), []

    def at_once(act: Any) -> threading.Thread:
        def run() -> None:
            ready.wait()
            try:
                act()
            except Exception as error:
                failed.append(error)
            finally:
                connection.close()

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    threads = [
        at_once(lambda: complete_checkout(user, session_id, clock.now())),
        at_once(lambda: sync_subscription(created["customer"], created["id"], clock.now())),
    ]
    for thread in threads:
        thread.join()
    assert failed == []
    assert Subscription.objects.filter(customer__user=user).count() == 1
    assert Happening.objects.filter(kind=Happening.Kind.TRIAL_STARTED).count() == 1
    assert holds_pro(user)
