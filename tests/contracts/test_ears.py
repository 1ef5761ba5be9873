"""Stripe's webhooks are stored and answered, and Stripe is not asked for anything meanwhile: the work is a task's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from memberships import tasks
from memberships.models import StripeEvent
from memberships.stripe.handlers import HANDLERS
from newsroom.celery import app as celery_app
from tests.contracts import listening
from tests.memberships.builders import customer, person
from tests.memberships.conftest import SECRET, post
from tests.memberships.local_stripe import Delivery
from tests.memberships.stripe.webhook_messages import event, signed

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(settings) -> Iterator[list[str]]:
    """The paths Stripe is asked for."""
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]
    customer(person(), "cus_of_the_ear")
    with listening.ear() as (settings.STRIPE_API_BASE, paths):
        yield paths


@contextmanager
def queue_away() -> Iterator[None]:
    """Nobody answers where tasks are put; connections that were open are forgotten."""
    alive = celery_app.conf.broker_url
    try:
        celery_app.conf.broker_url = "redis://127.0.0.1:9/0"
        celery_app._after_fork()
        yield
    finally:
        celery_app.conf.broker_url = alive
        celery_app._after_fork()


def said(type_: str) -> Delivery:
    return signed(event(type_, {"id": "sub_1", "object": "subscription", "customer": "cus_of_the_ear"}))


def test_no_webhook_of_any_kind_asks_stripe(asked, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True) as put_off:
        assert {post(said(type_)) for type_ in HANDLERS} == {200}
    assert len(put_off) == StripeEvent.objects.unsettled().count() == len(HANDLERS)
    assert asked == []


def test_a_webhook_is_answered_with_the_queue_away_and_the_next_tick_does_its_work(
    asked, django_capture_on_commit_callbacks
):
    with queue_away(), django_capture_on_commit_callbacks(execute=True) as put_off:
        assert post(said("invoice.paid")) == 200
    assert len(put_off) == 1
    assert asked == []
    tasks.replay_events()
    assert asked
