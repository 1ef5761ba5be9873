from __future__ import annotations

import socket
import threading
import time

import pytest

from memberships.stripe import client
from memberships.stripe.calls import pricing, subscribing, tills
from memberships.stripe.client import BillingError


@pytest.fixture
def silent_server():
    """Takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_stripe_that_never_answers_is_waited_for_a_quarter_of_a_minute_at_most(silent_server, settings, monkeypatch):
    assert (1 + client._RETRIES) * sum(client._TIMEOUT) <= 16
    # To be seen giving up it need not be waited for as long.
    monkeypatch.setattr(client, "_TIMEOUT", tuple(seconds / 10 for seconds in client._TIMEOUT))
    settings.STRIPE_API_BASE = silent_server
    begin = time.monotonic()

    with pytest.raises(BillingError) as failure:
        tills.retrieve_checkout("cs_1")

    assert failure.value.is_retryable
    assert time.monotonic() - begin < 6


def test_what_stripe_does_not_have_is_said_to_be_missing(local_stripe):
    with pytest.raises(BillingError) as failure:
        subscribing.retrieve_subscription("sub_never_was")

    assert (failure.value.is_missing, failure.value.is_retryable) == (True, False)
    assert "No such subscription" in str(failure.value)


def test_a_refused_parameter_is_final(local_stripe):
    with pytest.raises(BillingError) as failure:
        pricing.create_price({"product": "prod_none", "currency": "usd", "unit_amount": -1}, key="price:refused")

    assert not failure.value.is_retryable
    assert "refused" in str(failure.value)


def test_the_same_key_is_the_same_customer(local_stripe):
    ids = {tills.create_customer("a@example.org", "", metadata={}, key="customer:same") for _time in range(2)}

    assert len(ids) == 1


def test_clicks_from_several_threads_share_the_client_safely(local_stripe):
    made: list[str] = []

    def make(number: int) -> None:
        made.append(tills.create_customer("a@example.org", "", metadata={}, key=f"customer:thread{number}"))

    threads = [threading.Thread(target=make, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(made)) == 6


@pytest.mark.parametrize(("key", "is_live"), [("sk_live_1", True), ("rk_live_1", True), ("sk_test_1", False)])
def test_a_live_key_is_told_by_its_name(settings, key, is_live):
    settings.STRIPE_SECRET_KEY = key

    assert client.is_live() is is_live
