from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memberships.stripe.calls.gifting import RemotePurchase
from memberships.stripe.payload import Payload, Unreadable
from memberships.stripe.remote import RemoteCheckout, RemoteEvent, RemoteInvoice, RemotePrice, RemoteSubscription

ITEM = {"price": {"id": "price_1"}, "quantity": 3, "current_period_start": 100, "current_period_end": 200}
SUBSCRIPTION = {
    "id": "sub_1",
    "customer": {"id": "cus_1"},
    "items": {"data": [ITEM]},
    "status": "active",
    "collection_method": "charge_automatically",
    "cancel_at_period_end": False,
    "cancel_at": None,
    "trial_end": None,
    "ended_at": None,
}
INVOICE = {"id": "in_1", "status": "paid", "currency": "usd", "amount_due": 300, "amount_paid": 300, "total": 300}
READERS = [RemoteCheckout, RemoteEvent, RemoteInvoice, RemotePrice, RemoteSubscription]
FIELDS = sorted(
    {"id", "type", "customer", "status", "items", "data", "object", "price", "quantity", "current_period_end", "card"}
    | {
        "cancel_at",
        "cancel_at_period_end",
        "trial_end",
        "default_payment_method",
        "last4",
        "brand",
        "parent",
        "livemode",
    }
    | {
        "recurring",
        "subscription_details",
        "subscription",
        "status_transitions",
        "finalized_at",
        "amount_due",
        "currency",
    }
    | {"invoice_settings", "exp_year", "exp_month", "total_taxes", "amount", "lines", "period", "start", "end"}
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=6),
    max_leaves=25,
)


@settings(max_examples=400, deadline=None)
@given(reader=st.sampled_from(READERS), content=ANYTHING)
def test_whatever_comes_is_read_or_refused_never_a_crash(reader, content):
    try:
        read = reader.read(content)
    except Unreadable:
        return
    assert read.id


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "content", [None, [], "text", {}, {"id": None}, {"id": ""}, {"id": 7}, {"id": {"id": "x"}}], ids=str
)
def test_an_object_without_an_id_is_refused(reader, content):
    with pytest.raises(Unreadable, match="without id"):
        reader.read(content)


def test_the_period_is_read_from_the_item_and_the_end_from_either_field():
    by_period = RemoteSubscription.read({**SUBSCRIPTION, "cancel_at_period_end": True})
    by_moment = RemoteSubscription.read({**SUBSCRIPTION, "cancel_at": 150})

    assert (by_period.cancel_at, by_period.is_ending_with_period) == (datetime.fromtimestamp(200, UTC), True)
    assert (by_moment.cancel_at, by_moment.is_ending_with_period) == (datetime.fromtimestamp(150, UTC), False)
    assert (by_moment.customer_id, by_moment.items[0].price_id, by_moment.items[0].quantity) == ("cus_1", "price_1", 3)


def test_an_invoice_names_its_subscription_where_this_version_puts_it():
    parent = {"type": "subscription_details", "subscription_details": {"subscription": "sub_1"}}

    assert RemoteInvoice.read({**INVOICE, "parent": parent}).subscription_id == "sub_1"


def test_what_a_right_is_made_of_must_be_there():
    for name in ("status", "collection_method", "cancel_at_period_end", "cancel_at", "trial_end", "ended_at"):
        with pytest.raises(Unreadable):
            RemoteSubscription.read({key: value for key, value in SUBSCRIPTION.items() if key != name})


@pytest.mark.parametrize(
    ("reader", "content", "name"),
    [
        (RemoteSubscription, SUBSCRIPTION, "status"),
        (RemoteSubscription, SUBSCRIPTION, "collection_method"),
        (RemoteInvoice, INVOICE, "status"),
        (RemoteCheckout, {"id": "cs_1"}, "status"),
        (RemotePurchase, {"id": "cs_1", "amount_total": 1, "currency": "usd"}, "status"),
    ],
)
def test_a_word_nobody_knows_is_refused(reader, content, name):
    with pytest.raises(Unreadable, match="'hibernating'"):
        reader.read({**content, name: "hibernating"})


def test_a_trial_must_have_an_end():
    with pytest.raises(Unreadable, match="trial_end"):
        RemoteSubscription.read({**SUBSCRIPTION, "status": "trialing"})


@pytest.mark.parametrize("name", ["status", "currency", "amount_due", "amount_paid", "total"])
def test_what_a_sum_is_made_of_must_be_there(name):
    for value in (None, [], True):
        with pytest.raises(Unreadable):
            RemoteInvoice.read({**INVOICE, name: value})


def test_the_latest_invoice_is_read_where_it_stands_in_full():
    assert RemoteSubscription.read({**SUBSCRIPTION, "latest_invoice": "in_1"}).latest_invoice is None
    latest = RemoteSubscription.read({**SUBSCRIPTION, "latest_invoice": INVOICE}).latest_invoice
    assert latest is not None
    assert (latest.id, latest.amount_paid) == ("in_1", 300)


@pytest.mark.parametrize("seconds", [0, -5, True, "100", 10**20, 1.5])
def test_a_moment_that_is_none_reads_as_none(seconds):
    assert Payload({"at": seconds}).moment("at") is None


def card(last4: str, year: object = 2028, month: object = 2) -> dict[str, object]:
    return {"card": {"brand": "visa", "last4": last4, "exp_year": year, "exp_month": month}}


def test_the_card_is_the_subscriptions_own_else_its_customers():
    customer = {"id": "cus_1", "invoice_settings": {"default_payment_method": card("1111")}}
    both = RemoteSubscription.read({**SUBSCRIPTION, "customer": customer, "default_payment_method": card("4242")})
    customers = RemoteSubscription.read({**SUBSCRIPTION, "customer": customer, "default_payment_method": None})
    neither = RemoteSubscription.read({**SUBSCRIPTION, "customer": "cus_1", "default_payment_method": "pm_1"})
    assert (both.card_label, customers.card_label, neither.card_label) == ("Visa 4242", "Visa 1111", "")
    assert {both.customer_id, customers.customer_id, neither.customer_id} == {"cus_1"}


@pytest.mark.parametrize(
    ("year", "month", "last_day"),
    [(2028, 2, date(2028, 2, 29)), (2026, 12, date(2026, 12, 31)), (28, 2, None), (2028, 13, None), (None, None, None)],
)
def test_a_card_holds_until_the_end_of_the_month_on_it(year, month, last_day):
    read = RemoteSubscription.read({**SUBSCRIPTION, "default_payment_method": card("4242", year, month)})
    assert read.card_expires_on == last_day


def test_an_invoice_is_for_the_time_of_all_its_lines_and_its_taxes_are_one_sum():
    lines = [{"period": {"start": 100, "end": 200}}, {"period": {"start": 50, "end": 150}}, {"period": None}]
    read = RemoteInvoice.read(
        {**INVOICE, "lines": {"data": lines}, "total_taxes": [{"amount": 30}, {"amount": 12}], "attempt_count": 2}
    )
    assert (read.period_starts_at, read.period_ends_at) == tuple(
        datetime.fromtimestamp(seconds, UTC) for seconds in (50, 200)
    )
    assert (read.tax, read.attempt_count, read.next_attempt_at) == (42, 2, None)
