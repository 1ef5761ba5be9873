from __future__ import annotations

import pytest

from memberships import clock
from memberships.models import Plan, StripeEvent
from memberships.teams import seats
from tests.memberships.browsing import text
from tests.memberships.builders import customer, person, plan, subscription, team
from tests.memberships.desk.acting import address, at_the_desk

pytestmark = pytest.mark.django_db


def test_a_price_that_is_at_stripe_is_not_edited(client):
    at_the_desk(client, "Operator")
    sold = plan(stripe_id="price_1")

    client.post(
        address("plan", "change", sold.pk),
        {"name": "PRO", "amount": "1", "currency": "eur", "trial_days": "14", "is_offered": "on", "position": "0"},
    )

    sold.refresh_from_db()
    assert (sold.name, sold.trial_days, sold.amount, sold.currency) == ("PRO", 14, 30000, "usd")
    assert Plan.objects.get().lookup_key == "pro_annual"


def test_an_event_that_waits_is_tried_again_by_hand(client):
    at_the_desk(client, "Support")
    event = StripeEvent.objects.create(
        event_id="evt_1",
        type="price.created",
        payload={"id": "evt_1", "type": "price.created"},
        state=StripeEvent.State.FAILED,
        received_at=clock.now(),
    )

    page = client.post(
        address("stripeevent", "changelist"), {"action": "do_again", "_selected_action": event.pk}, follow=True
    )

    assert "1 of 1 went through." in text(page)
    event.refresh_from_db()
    assert event.state == StripeEvent.State.IGNORED


LISTS = [
    *("user", "subscription", "entitlement", "inquiry", "team", "seat", "network", "product", "plan"),
    *("invoice", "customer", "checkoutattempt", "consent", "auditentry", "stripeevent", "refund", "dispute"),
    *("movingin", "movingrow"),
    *("signin", "membernote"),
    *("erasure", "addresschange"),
    *("promotion", "leaving", "winback"),
    "withdrawal",
    *("planchange", "pause", "pricemove", "pricenotice"),
    *("withdrawal",),
    *("invoice", "customer", "checkoutattempt", "consent", "auditentry", "stripeevent", "refund", "dispute", "voucher"),
    *("withdrawal", "voucher", "studentproof"),
    *("revenueday", "mrrmovement"),
]


@pytest.mark.parametrize("model", LISTS)
def test_every_list_opens_to_an_operator_and_is_closed_to_readers(client, model):
    seated = team()
    seats.invite(seated, ["a@quay.example"], None, clock.now())
    subscription(person())
    customer(person())
    client.force_login(person())
    assert client.get(address(model, "changelist")).status_code == 302

    at_the_desk(client, "Operator", is_superuser=True)
    assert client.get(address(model, "changelist")).status_code == 200
    assert client.get(address(model, "changelist"), {"q": "a@quay.example"}).status_code == 200


@pytest.mark.parametrize(
    "model", ["subscription", "invoice", "customer", "entitlement", "auditentry", "stripeevent", "seat"]
)
def test_what_the_product_writes_itself_nobody_edits(client, model):
    at_the_desk(client, "Operator", is_superuser=True)

    assert client.get(address(model, "add")).status_code == 403


def test_a_list_costs_the_same_however_long_it_is(client, django_assert_max_num_queries):
    at_the_desk(client, "Sales")
    for _number in range(12):
        room = team()
        seats.invite(room, ["a@quay.example", "b@quay.example"], None, clock.now())
        subscription(person())

    for model in ("team", "seat", "subscription", "user"):
        with django_assert_max_num_queries(14):
            client.get(address(model, "changelist"))
