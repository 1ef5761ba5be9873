"""Two hundred webhooks in two seconds, taken in by a real web server and worked off by two real workers."""

from __future__ import annotations

import itertools
import json
import random
from collections import Counter
from urllib.parse import urlsplit

import pytest

from benchmarks.webhooks import Message, send
from memberships.models import Happening, StripeEvent, Subscription
from memberships.stripe import catalogue
from tests.memberships.builders import customer, person, plan
from tests.memberships.conftest import SECRET
from tests.memberships.local_stripe import LocalStripe
from tests.memberships.stripe.at_work import Installation, until

pytestmark = pytest.mark.django_db(transaction=True)

CUSTOMERS, EVENTS, SECONDS = 10, 200, 2.0
TWICE = 10
SETTLED = {StripeEvent.State.DONE, StripeEvent.State.IGNORED}


def events_of(stripe: LocalStripe, number: int) -> list[dict[str, object]]:
    """What Stripe has to say of as many trials, of which nobody here has heard."""
    price = catalogue.price_id_of(plan())
    for _each in range(number):
        user = person()
        theirs = stripe.api("POST", "customers", email=user.email)["id"]
        customer(user, theirs)
        params = {"customer": theirs, "items[0][price]": price, "trial_period_days": 7}
        begun = stripe.api("POST", "subscriptions", **params)["id"]
    stripe.wire.wait_for("customer.subscription.created", lambda subject: subject["id"] == begun)
    return [each.event for each in stripe.wire.take() if each.event["data"]["object"].get("customer")]


def burst(events: list[dict[str, object]]) -> list[Message]:
    """So many different events about these things, one in ten of them twice, in any order, at an even pace."""
    told = [{**each, "id": f"{each['id']}_{turn}"} for turn in range(EVENTS) for each in events][:EVENTS]
    bodies = [json.dumps(each).encode() for each in told]
    bodies += bodies[::TWICE]
    random.Random(7).shuffle(bodies)
    return [Message(place * SECONDS / len(bodies), body) for place, body in enumerate(bodies)]


def test_a_burst_is_stored_once_and_worked_off_in_each_customers_order(local_stripe, tmp_path):
    messages = burst(events_of(local_stripe, CUSTOMERS))
    ours = Installation(tmp_path, local_stripe.base)
    with ours.web() as site, ours.worker(), ours.worker():
        answered = send(urlsplit(site).port or 0, messages, SECRET)
        until(lambda: not StripeEvent.objects.unsettled().exists(), "Events still wait.")

    assert len(answered) == len(messages)
    rows = StripeEvent.objects.order_by("pk")
    assert Counter(rows.values_list("event_id", flat=True)) == {json.loads(each.body)["id"]: 1 for each in messages}, (
        "each is stored, once"
    )
    assert set(rows.values_list("state", flat=True)) <= SETTLED
    assert set(rows.values_list("attempts", flat=True)) == {1}
    lanes: dict[str, list[object]] = {}
    for lane, settled_at in rows.values_list("lane", "settled_at"):
        lanes.setdefault(lane, []).append(settled_at)
    assert len(lanes) == CUSTOMERS
    assert all(earlier <= later for each in lanes.values() for earlier, later in itertools.pairwise(each))
    assert Subscription.objects.filter(status="trialing").count() == CUSTOMERS
    assert Happening.objects.filter(kind=Happening.Kind.TRIAL_STARTED).count() == CUSTOMERS
