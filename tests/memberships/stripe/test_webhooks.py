from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from memberships.models import StripeEvent
from tests.memberships.conftest import SECRET, deliver
from tests.memberships.local_stripe import Delivery
from tests.memberships.stripe.webhook_messages import event, signed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _secrets(settings):
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_of_yesterday", SECRET]


def test_a_signed_event_is_stored_as_it_came_and_answered():
    content = event("price.created", {"id": "price_1", "object": "price", "unknown": {"field": [1]}})

    status, row = deliver(signed(content))

    assert status == 200
    assert (row.type, row.object_id, row.payload) == ("price.created", "price_1", content)


def test_a_type_nobody_handles_is_kept_and_ignored():
    _status, row = deliver(signed(event("account.updated", {"id": "acct_1"})))

    assert row.state == StripeEvent.State.IGNORED


def test_the_secret_of_yesterday_is_good_while_one_replaces_the_other():
    assert deliver(signed(event(), secret="whsec_of_yesterday"))[0] == 200


REFUSED = {
    "unsigned": lambda: Delivery(signed(event()).raw, ""),
    "signed by a stranger": lambda: signed(event(), secret="whsec_of_a_stranger"),
    "signed for another body": lambda: Delivery(signed(event()).raw, signed(event()).signature),
    "nonsense for a signature": lambda: Delivery(signed(event()).raw, "t=now,v1=,v0"),
    "stale": lambda: signed(event(), sent_ago=timedelta(seconds=301)),
    "from the future": lambda: signed(event(), sent_ago=timedelta(seconds=-305)),
    "for live money": lambda: signed(event(livemode=True)),
    "without an id": lambda: signed(event(id=None)),
    "with an empty id": lambda: signed(event(id="")),
    "without a type": lambda: signed(event(type=None)),
    "not JSON": lambda: signed(None, raw=b"{"),
    "not an object": lambda: signed([event()]),
    "not text": lambda: signed(None, raw=b"\xff\xfe\x00"),
}


@pytest.mark.parametrize("message", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_for_us_is_refused_with_a_sentence_and_leaves_nothing(message):
    delivery = message()

    answer = Client().post(
        reverse("stripe_webhook"),
        delivery.raw,
        content_type="application/json",
        headers={"stripe-signature": delivery.signature},
    )

    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")
    assert not StripeEvent.objects.exists()


@pytest.mark.parametrize("age", [timedelta(seconds=295), timedelta(seconds=-295)])
def test_clocks_may_differ_by_almost_five_minutes(age):
    assert deliver(signed(event("account.updated"), sent_ago=age))[0] == 200


def test_a_body_of_more_than_a_megabyte_is_refused_unread():
    content = event("account.updated", {"id": "acct_1", "filling": "x" * 1024 * 1024})

    assert deliver(signed(content)) == (413, None)
    assert not StripeEvent.objects.exists()


def test_the_same_event_twice_is_one_row_and_both_are_answered():
    delivery = signed(event("account.updated"))

    assert [deliver(delivery)[0] for _time in range(2)] == [200, 200]
    assert StripeEvent.objects.count() == 1


def test_looking_at_the_ear_with_a_browser_does_nothing():
    assert Client().get(reverse("stripe_webhook")).status_code == 405


def test_the_ear_needs_no_cookie_and_sets_none():
    answer = Client(enforce_csrf_checks=True).post(reverse("stripe_webhook"), b"", content_type="application/json")

    assert answer.status_code == 400
    assert not answer.cookies
