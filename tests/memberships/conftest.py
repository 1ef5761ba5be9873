from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial

import pytest
from django.conf import settings as django_settings
from django.dispatch import Signal
from django.test import Client
from django.urls import reverse

from memberships import clock, happenings, signals
from memberships.models import StripeEvent, Subscription, User
from memberships.stripe import inbox
from memberships.stripe.checkout import complete_checkout, start_checkout
from tests.memberships.builders import plan
from tests.memberships.local_stripe import GOOD_CARD, Delivery, LocalStripe

SECRET = "whsec_of_the_tests"


@pytest.fixture(scope="session")
def _local_stripe(tmp_path_factory) -> Iterator[LocalStripe]:
    running = LocalStripe.start(tmp_path_factory.mktemp("stripe"), django_settings.CLOCK_FILE, SECRET)
    yield running
    running.stop()


@pytest.fixture
def local_stripe(_local_stripe, settings) -> Iterator[LocalStripe]:
    """Our code points at the local Stripe; its wire is empty and the clock is the machine's, before and after."""
    settings.STRIPE_API_BASE = _local_stripe.base
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_of_yesterday", SECRET]
    _local_stripe.forget_everybody()
    yield _local_stripe
    _local_stripe.wire.is_deaf = False
    if settings.CLOCK_FILE.exists():
        settings.CLOCK_FILE.unlink()


@pytest.fixture
def announced(django_capture_on_commit_callbacks):
    """``with announced() as told``: the names of the signals of this app that are sent from then on, in their order."""

    @contextmanager
    def listening() -> Iterator[list[str]]:
        told: list[str] = []
        happenings.tell_waiting(clock.now())  # What happened before is not of interest.
        # What rights follow from what happened is tested with them.
        names = {name: each for name, each in vars(signals).items() if isinstance(each, Signal)}
        ours = {name: each for name, each in names.items() if each is not signals.rights_changed}
        listeners = {name: partial(_note, told, name) for name in ours}
        for name, signal in ours.items():
            signal.connect(listeners[name])
        try:
            with django_capture_on_commit_callbacks(execute=True):
                yield told
        finally:
            for name, signal in ours.items():
                signal.disconnect(listeners[name])

    return listening


def _note(told: list[str], name: str, **_facts: object) -> None:
    told.append(name)


def post(delivery: Delivery) -> int:
    """Post one webhook to our own ear; answers the status."""
    answer = Client().post(
        reverse("stripe_webhook"),
        delivery.raw,
        content_type="application/json",
        headers={"stripe-signature": delivery.signature},
    )
    return answer.status_code


def deliver(delivery: Delivery) -> tuple[int, StripeEvent | None]:
    """Post one webhook and work off what it left; answers the status and the row."""
    status = post(delivery)
    inbox.replay(clock.now())
    return status, StripeEvent.objects.filter(event_id=delivery.event["id"]).first()


def deliver_all(stripe: LocalStripe) -> list[StripeEvent]:
    """Let everything on the wire through."""
    return [row for delivery in stripe.wire.take() if (row := deliver(delivery)[1]) is not None]


def begin_trial(stripe: LocalStripe, user: User, card: str = GOOD_CARD) -> str:
    """To the till and back, with the return page's own look at Stripe; answers the session id."""
    session_id = pay(stripe, user, card)
    complete_checkout(user, session_id, clock.now())
    return session_id


def pay(stripe: LocalStripe, user: User, card: str = GOOD_CARD) -> str:
    """To the till, and paid; nothing of ours has heard of it yet."""
    attempt = start_checkout(user, plan(), clock.now(), "/articles/2026/11/memo/")
    return stripe.pay(attempt.url, card)


def past_the_trial(stripe: LocalStripe, user: User) -> None:
    """The clock goes on until the trial is over and its first invoice was charged, an hour later."""
    trial_end = Subscription.objects.filter(customer__user=user).latest("started_at").trial_ends_at
    stripe.advance(to=int(trial_end.timestamp()) + 3700)


def holds_pro(user: User, at: datetime | None = None) -> bool:
    moment = at or clock.now()
    return user.entitlements.live(moment).filter(product__slug="pro").exists()
