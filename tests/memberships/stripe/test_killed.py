"""A worker that is killed outright over the inbox, while its customer has two windows and the return page open."""

from __future__ import annotations

import threading
import urllib.request
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from subprocess import Popen

import pytest
from django.db import connection, transaction

from memberships import clock
from memberships.models import Customer, Happening, StripeEvent, Subscription
from memberships.stripe import inbox
from memberships.stripe.checkout import CheckoutRefused, complete_checkout, start_checkout
from newsletters.models import Message
from tests.memberships.builders import person
from tests.memberships.conftest import holds_pro
from tests.memberships.local_stripe import Delivery, LocalStripe
from tests.memberships.meddler import meddling
from tests.memberships.stripe.at_work import Installation, until
from tests.memberships.stripe.paying import yearly

pytestmark = pytest.mark.django_db(transaction=True)

BY_THEMSELVES = ("memberships.tasks.replay_events", "memberships.tasks.tell_what_happened")
# At which question to Stripe it is killed, and whether before Stripe hears of it or over its answer.
MOMENTS = ((1, False), (1, True), (2, True))
_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
_REFUSED = "refused"


@dataclass
class Killer:
    """Kills the worker as it asks Stripe for the ``nth`` time: before Stripe hears of it, or over its answer."""

    victim: Popen[bytes] | None = None
    nth: int = 0
    over_the_answer: bool = False
    asked: int = 0

    def waits_for(self, victim: Popen[bytes], nth: int, *, over_the_answer: bool) -> None:
        self.victim, self.nth, self.over_the_answer, self.asked = victim, nth, over_the_answer, 0

    def heard(self, _path: str) -> None:
        self.asked += 1
        self._strike(is_now=not self.over_the_answer)

    def meddle(self, _path: str, said: object) -> object:
        self._strike(is_now=self.over_the_answer)
        return said

    def _strike(self, *, is_now: bool) -> None:
        if self.victim is not None and is_now and self.asked == self.nth:
            self.victim.kill()
            self.victim.wait()


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Each in a thread and on a connection of its own, from one instant on; answers what came of each."""
    ready = threading.Barrier(len(acts))
    came: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        ready.wait()
        try:
            came[place] = act()
        except CheckoutRefused:
            came[place] = _REFUSED
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


def post(site: str, deliveries: list[Delivery]) -> None:
    for each in deliveries:
        headers = {"Content-Type": "application/json", "Stripe-Signature": each.signature}
        urllib.request.urlopen(urllib.request.Request(f"{site}/webhooks/stripe/", each.raw, headers)).close()


def begin(stripe: LocalStripe) -> tuple[str, list[Delivery], Callable[[], object], Callable[[], object]]:
    """Somebody pays in one of two windows that were opened at the same instant.

    Answers their address, what Stripe says of it, the return page, and the other window's next press.
    """
    user, bought = person(), yearly()

    def press() -> object:
        return start_checkout(user, bought, clock.now(), "").session_id

    one, other = at_once(press, press)
    assert one == other, "two windows are one visit"
    session_id = stripe.pay(start_checkout(user, bought, clock.now(), "").url)
    theirs = Customer.objects.get(user=user).stripe_id
    stripe.wire.wait_for("checkout.session.completed", lambda subject: subject["customer"] == theirs)
    return user.email, stripe.wire.take(), lambda: complete_checkout(user, session_id, clock.now()), press


def is_one(stripe: LocalStripe, email: str) -> None:
    """One subscription, one charge, and of each message one."""
    row = Subscription.objects.select_related("customer__user").get(customer__user__email=email)
    there = stripe.api("GET", "subscriptions", customer=row.customer.stripe_id, status="all")["data"]
    assert [each["id"] for each in there] == [row.stripe_id]
    charges = stripe.api("GET", "charges", customer=row.customer.stripe_id)["data"]
    assert [each["amount"] for each in charges if each["status"] == "succeeded"] == [row.plan.amount]
    told = Counter(Message.objects.filter(recipient__email=email).values_list("kind", flat=True))
    assert told == {"payment_receipt": 1}
    assert row.customer.user is not None
    assert holds_pro(row.customer.user)


def someone_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(_WAITING)
        return bool(cursor.fetchone()[0])


def nothing_waits() -> bool:
    return not StripeEvent.objects.unsettled().exists() and not Happening.objects.filter(told_at=None).exists()


def test_a_worker_killed_at_any_moment_leaves_one_of_everything(local_stripe, tmp_path):
    killer, people = Killer(), []
    with meddling(local_stripe.base, killer.meddle, heard=killer.heard) as between:
        ours = Installation(tmp_path, between)
        with ours.web() as site:
            for nth, over_the_answer in MOMENTS:
                email, deliveries, return_page, press = begin(local_stripe)
                people.append(email)
                with ours.worker() as worker:
                    killer.waits_for(worker, nth, over_the_answer=over_the_answer)
                    came = at_once(partial(post, site, deliveries), return_page, press)
                    assert worker.wait(timeout=60) < 0, "it was killed, and did not end by itself"
                assert came[2] in {_REFUSED, came[1].session_id}
                # Whoever died over a lane has it to themselves for as long as a claim holds.
                local_stripe.advance(seconds=inbox.CLAIM.total_seconds() + 1)

            # It is killed once more where it has Stripe's answer and waits to write it down.
            email, deliveries, _return_page, press = begin(local_stripe)
            people.append(email)
            with ours.worker() as worker:
                killer.victim = None
                with transaction.atomic():
                    Customer.objects.select_for_update().get(user__email=email)
                    post(site, deliveries)
                    until(someone_waits_for_a_lock, "The worker did not come as far as writing.")
                    worker.kill()
                    worker.wait()
            local_stripe.advance(seconds=inbox.CLAIM.total_seconds() + 1)
            with ours.worker():
                ours.wake(*BY_THEMSELVES)
                until(nothing_waits, "Something still waits.")
    for email in people:
        is_one(local_stripe, email)
