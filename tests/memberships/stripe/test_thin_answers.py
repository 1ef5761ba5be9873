"""Answers that are cut short, or say what nobody here knows: nothing is overwritten or raised, and staff are told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import pytest
from django.db import transaction

from memberships import clock
from memberships.models import (
    Alert,
    CheckoutAttempt,
    Customer,
    Entitlement,
    Happening,
    Invoice,
    RevenueDay,
    StripeEvent,
    Subscription,
)
from memberships.stripe.reconcile import reconcile_all, reconcile_doubtful
from tests.memberships.builders import DAY, person
from tests.memberships.conftest import begin_trial, deliver, deliver_all, holds_pro, past_the_trial, pay
from tests.memberships.meddler import meddling
from tests.memberships.stripe.webhook_messages import event, signed

pytestmark = pytest.mark.django_db

MISSING = object()
ESSENTIAL = [
    ("status",),
    ("customer",),
    ("collection_method",),
    ("cancel_at_period_end",),
    ("items", "data", 0, "current_period_end"),
    ("items", "data", 0, "quantity"),
    ("items", "data", 0, "price"),
    ("items", "data"),
    ("items",),
]
# May be null, but must be there.
NULLABLE = [("cancel_at",), ("ended_at",), ("trial_end",)]


def snapshot() -> list[object]:
    """Everything an answer might change, but when it was asked for."""
    tables = (Customer, Subscription, Invoice, RevenueDay, CheckoutAttempt, Entitlement, Happening)
    rows = [list(model.objects.order_by("pk").values()) for model in tables]
    return [{name: value for name, value in row.items() if name != "looked_at"} for of_one in rows for row in of_one]


def spoilt(path: tuple[str | int, ...], value: object):
    """Meddling that puts a value into every subscription that is sent, or takes what stands there away."""

    def meddle(_path: str, content: Any) -> Any:
        for each in content["data"] if content.get("object") == "list" else [content]:
            if each.get("object") == "subscription":
                spoil(each)
        return content

    def spoil(inside: Any) -> None:
        *way, last = path
        for step in way:
            inside = inside[step]
        if value is MISSING:
            del inside[last]
        else:
            inside[last] = value

    return meddle


@pytest.fixture
def member(local_stripe):
    user = person()
    begin_trial(local_stripe, user)
    past_the_trial(local_stripe, user)
    deliver_all(local_stripe)
    assert holds_pro(user)
    return user


def told() -> list[str]:
    return list(Alert.objects.open().values_list("kind", flat=True))


def said_of(row: Subscription):
    """A webhook that has us look at the subscription."""
    subject = {"id": row.stripe_id, "object": "subscription", "customer": row.customer.stripe_id}
    return signed(event(subject=subject))


CUT_SHORT = [(path, MISSING) for path in (*ESSENTIAL, *NULLABLE)] + [(path, None) for path in ESSENTIAL]
NONSENSE = [(path, ["?"]) for path in (*ESSENTIAL, *NULLABLE)]


@contextmanager
def taken_back() -> Iterator[None]:
    """What is written meanwhile is taken back: one member, who takes a second to become one, will do for all."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_a_subscription_that_is_cut_short_changes_nothing(local_stripe, settings, member):
    row = Subscription.objects.get(customer__user=member)
    before = snapshot()
    for case in [*CUT_SHORT, *NONSENSE]:
        with taken_back(), meddling(local_stripe.base, spoilt(*case)) as settings.STRIPE_API_BASE:
            status, heard = deliver(said_of(row))
            reconcile_all(clock.now())
            reconcile_doubtful(clock.now() + 400 * DAY)
            assert status == 200, case
            assert heard.state in {StripeEvent.State.FAILED, StripeEvent.State.QUARANTINED}, case
            assert snapshot() == before, case
            assert told(), case


@pytest.mark.parametrize("name", ["status", "collection_method"])
def test_a_word_nobody_knows_changes_nothing_and_staff_are_told(local_stripe, settings, member, name):
    row = Subscription.objects.get(customer__user=member)
    before = snapshot()
    with meddling(local_stripe.base, spoilt((name,), "hibernating")) as base:
        settings.STRIPE_API_BASE = base
        deliver(said_of(row))
        assert reconcile_all(clock.now()) == []
    assert snapshot() == before
    assert told() == [Alert.Kind.UNREADABLE]
    assert "'hibernating'" in Alert.objects.get().sentence
    assert not holds_pro(member, row.period_ends_at + 4 * DAY), "what was paid for is all that stays open"


def spoilt_invoice(name: str, value: object):
    """Meddling that puts a value into every invoice that is sent, or takes what stands there away."""

    def meddle(_path: str, content: Any) -> Any:
        for each in content.get("data", []):
            if each["object"] == "invoice":
                each.pop(name) if value is MISSING else each.update({name: value})
        return content

    return meddle


def test_an_invoice_that_is_cut_short_or_in_a_state_nobody_knows_changes_nothing(local_stripe, settings, member):
    row = Subscription.objects.get(customer__user=member)
    before = snapshot()
    values = product(["status", "currency", "amount_due", "amount_paid"], [MISSING, None, [1]])
    for case in [*values, ("status", "hibernating")]:
        with taken_back(), meddling(local_stripe.base, spoilt_invoice(*case)) as settings.STRIPE_API_BASE:
            deliver(said_of(row))
            assert snapshot() == before, case
            assert told() == [Alert.Kind.UNREADABLE], case


@pytest.mark.parametrize("status", [None, "hibernating"])
def test_a_visit_to_the_till_in_a_state_nobody_knows_stays_as_it_is(local_stripe, settings, status):
    pay(local_stripe, person())
    later, before = clock.now() + DAY, snapshot()

    def meddle(_path: str, content: Any) -> Any:
        return {**content, "status": status} if content.get("object") == "checkout.session" else content

    with meddling(local_stripe.base, meddle) as settings.STRIPE_API_BASE:
        reconcile_doubtful(later)
    assert snapshot() == before
    assert told() == [Alert.Kind.UNREADABLE]
    settings.STRIPE_API_BASE = local_stripe.base
    reconcile_doubtful(later)
    assert CheckoutAttempt.objects.get().state == CheckoutAttempt.State.COMPLETED


def test_what_could_not_be_read_is_read_when_it_is_whole_again(local_stripe, settings, member):
    row = Subscription.objects.get(customer__user=member)
    local_stripe.api("DELETE", f"subscriptions/{row.stripe_id}")
    with meddling(local_stripe.base, spoilt(("status",), None)) as base:
        settings.STRIPE_API_BASE = base
        deliver(said_of(row))
    settings.STRIPE_API_BASE = local_stripe.base
    reconcile_all(clock.now())
    row.refresh_from_db()
    assert row.status == "canceled"
    assert not holds_pro(member)


def test_events_in_another_version_are_kept_and_staff_are_told_once(local_stripe, member):
    row = Subscription.objects.get(customer__user=member)
    before = snapshot()
    subject = {"id": row.stripe_id, "object": "subscription", "customer": row.customer.stripe_id}
    for _time in range(2):
        status, heard = deliver(signed(event(subject=subject, api_version="2024-06-20")))
        assert (status, heard.state) == (200, StripeEvent.State.QUARANTINED)
    assert snapshot() == before
    alert = Alert.objects.get()
    assert (alert.kind, alert.subject, alert.times) == (Alert.Kind.VERSION, "2024-06-20", 2)
    assert "speaks API version 2024-06-20" in alert.sentence
