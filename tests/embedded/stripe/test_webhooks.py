"""Events reach the endpoint: signed, at least once, in order unless the wire is told to misbehave."""

from __future__ import annotations

import json
import threading
import time

import pytest
import stripe

from newsroom.embedded.stripe import webhooks
from tests.embedded.stripe.conftest import CARD, SECRET, World, eventually, request

JSON = {"Accept": "application/json"}


def set_wire(world: World, **switches: object) -> None:
    assert request(f"{world.url}/_stand_in/chaos", switches, headers=JSON).status == 200


def test_an_event_arrives_signed_and_whole(world: World) -> None:
    customer = world.make_customer(metadata={"user_id": "7"})
    eventually(lambda: world.listener.heard("customer.created"))
    body, header = world.listener.received[0]
    event = world.client.construct_event(body, header, SECRET)
    assert event.type == "customer.created"
    assert event.api_version == "2026-10-28.endive"
    assert event.data.object.id == customer.id
    assert event.data.object.metadata.to_dict() == {"user_id": "7"}
    assert (event.livemode, event.pending_webhooks) == (False, 1)
    assert event.request.id.startswith("req_")
    assert event.request.idempotency_key


def test_a_changed_body_fails_the_signature(world: World) -> None:
    world.make_customer()
    eventually(lambda: world.listener.heard("customer.created"))
    body, header = world.listener.received[0]
    with pytest.raises(stripe.SignatureVerificationError):
        world.client.construct_event(body.replace(b"amina", b"omari"), header, SECRET)
    with pytest.raises(stripe.SignatureVerificationError):
        world.client.construct_event(body, header, "whsec_other")


def test_the_signature_is_of_the_machine_s_time_however_far_the_clock_is_moved(world: World) -> None:
    world.advance(seconds=400 * 86_400)
    world.make_customer()
    eventually(lambda: world.listener.heard("customer.created"))
    body, header = world.listener.received[0]
    assert world.client.construct_event(body, header, SECRET, tolerance=300).created > time.time() + 300 * 86_400


def test_a_checkout_is_told_in_order(world: World) -> None:
    session = world.open_checkout(world.make_customer())
    request(session.url, CARD)
    eventually(lambda: world.listener.heard("checkout.session.completed"))
    told = world.listener.types
    expected = [
        "payment_method.attached",
        "customer.subscription.created",
        "invoice.created",
        "invoice.finalized",
        "invoice.paid",
        "invoice.payment_succeeded",
        "checkout.session.completed",
    ]
    assert [name for name in told if name in expected] == expected
    assert told == [event.type for event in world.events()]


def test_an_update_tells_what_it_was_before(world: World) -> None:
    subscription = world.start_trial()
    world.api.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    event = world.events("customer.subscription.updated")[-1]
    assert event.data.previous_attributes.to_dict() == {
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "cancellation_details": {"reason": None},
    }


def test_an_update_that_changes_nothing_is_not_told(world: World) -> None:
    subscription = world.start_trial()
    before = len(world.events())
    world.api.subscriptions.update(subscription.id, {"metadata": {"user_id": "7"}})
    assert len(world.events()) == before


def test_a_failed_delivery_is_tried_again(world: World) -> None:
    world.listener.answers = [500]
    world.make_customer()
    eventually(lambda: world.listener.heard("customer.created", times=2))
    first, second = (json.loads(body)["id"] for body, _ in world.listener.received)
    assert first == second
    eventually(lambda: world.events()[0].pending_webhooks == 0)


def test_a_redirect_is_a_failure(world: World) -> None:
    world.listener.answers = [302]
    world.make_customer()
    eventually(lambda: world.listener.heard("customer.created", times=2))


def test_a_failure_does_not_hold_up_what_comes_after_it(world: World) -> None:
    world.listener.answers = [500]
    world.make_customer()
    world.make_price()
    eventually(lambda: world.listener.heard("customer.created", times=2))
    assert world.listener.types == ["customer.created", "product.created", "price.created", "customer.created"]


def test_what_was_not_delivered_can_be_asked_for(world: World) -> None:
    set_wire(world, drop=1)
    customer = world.make_customer()
    set_wire(world)
    price = world.make_price()
    eventually(lambda: world.listener.heard("price.created"))
    since = {"created": {"gte": price.created - 60}}
    missed = eventually(lambda: world.api.events.list({"delivery_success": False, **since}).data)
    eventually(lambda: len(world.api.events.list({"delivery_success": False}).data) == 1)
    assert missed[-1].data.object.id == customer.id
    assert len(world.api.events.list({"delivery_success": True}).data) == 2
    assert "customer.created" not in world.listener.types
    request(f"{world.url}/_stand_in/events/send_again", {"all": "1"})
    eventually(lambda: world.listener.heard("customer.created"))


def test_everything_comes_twice_when_the_wire_is_told_so(world: World) -> None:
    set_wire(world, duplicate=1)
    world.make_customer()
    eventually(lambda: world.listener.heard("customer.created", times=2))
    assert len({json.loads(body)["id"] for body, _ in world.listener.received}) == 1


def test_a_shuffled_wire_loses_nothing(world: World) -> None:
    set_wire(world, shuffle=1, seed=3)
    world.make_customer()
    world.make_price()
    queued = world.stand_in.store.rows("SELECT event FROM deliveries ORDER BY next_at")
    eventually(lambda: len(world.listener.types) == 3)
    arrived = [json.loads(body)["id"] for body, _ in world.listener.received]
    assert arrived == [row["event"] for row in queued]
    assert world.listener.types != ["customer.created", "product.created", "price.created"]


def test_a_delayed_wire_delivers_later(world: World) -> None:
    set_wire(world, delay=1)
    before = time.monotonic()
    world.make_customer()
    eventually(lambda: world.listener.heard("customer.created"))
    assert time.monotonic() - before >= 0.9


def test_an_endpoint_hears_only_what_it_asked_for(world: World) -> None:
    known = world.api.webhook_endpoints.list().data
    assert [endpoint.url for endpoint in known] == [world.listener.url]
    assert known[0].secret is None
    world.api.webhook_endpoints.update(known[0].id, {"enabled_events": ["price.created"]})
    world.make_customer()
    world.make_price()
    eventually(lambda: world.listener.heard("price.created"))
    assert world.listener.types == ["price.created"]
    world.api.webhook_endpoints.update(known[0].id, {"disabled": True})
    world.make_price()
    assert world.events()[-1].pending_webhooks == 0


def test_an_endpoint_is_made_and_deleted(world: World) -> None:
    given = {"url": f"{world.listener.url}second/", "enabled_events": ["*"], "api_version": "2026-10-28.endive"}
    endpoint = world.api.webhook_endpoints.create(given)
    assert endpoint.secret.startswith("whsec_")
    assert world.api.webhook_endpoints.retrieve(endpoint.id).secret is None
    world.make_customer()
    eventually(lambda: world.listener.heard("customer.created", times=2))
    secrets = {SECRET, endpoint.secret}
    for body, header in world.listener.received:
        fitting = [secret for secret in secrets if webhooks.signature(body, secret, int(header[2:12])) == header]
        assert len(fitting) == 1
    assert world.api.webhook_endpoints.delete(endpoint.id).deleted is True
    assert len(world.api.webhook_endpoints.list().data) == 1


def test_nothing_is_sent_beyond_this_machine(world: World) -> None:
    given = {"url": "http://example.invalid/hook/", "enabled_events": ["product.created"]}
    world.api.webhook_endpoints.create(given)
    world.make_price()
    rows = eventually(
        lambda: [
            row["answer"]
            for row in world.stand_in.store.rows("SELECT answer FROM deliveries WHERE attempts > 0 AND state != 'done'")
        ]
    )
    assert rows == ["The stand-in sends to this machine only."]


def test_events_are_found_by_type(world: World) -> None:
    world.start_trial()
    assert {event.type for event in world.api.events.list({"type": "invoice.*"}).data} == {
        "invoice.created",
        "invoice.finalized",
        "invoice.paid",
        "invoice.payment_succeeded",
    }
    found = world.api.events.list({"types": ["invoice.paid", "customer.created"]}).data
    assert [event.type for event in found] == ["invoice.paid", "customer.created"]
    assert world.api.events.retrieve(found[0].id).id == found[0].id
    with pytest.raises(stripe.InvalidRequestError, match="only specify one"):
        world.api.events.list({"type": "invoice.paid", "types": ["invoice.paid"]})


def test_what_an_outage_cost_is_asked_for_page_by_page(world: World) -> None:
    world.make_customer()
    eventually(lambda: world.listener.heard("customer.created"))
    world.advance(seconds=3600)
    since = world.now
    set_wire(world, drop=1)
    missed = [world.make_customer(email=f"{number}@example.com").id for number in range(5)]
    world.make_price()
    set_wire(world)
    world.make_customer()
    eventually(lambda: world.listener.heard("customer.created", times=2))
    asked = {"types": ["customer.created"], "created": {"gte": since}, "delivery_success": False, "limit": 2}
    found = list(world.api.events.list(asked).auto_paging_iter())
    assert [event.data.object.id for event in found] == missed[::-1]
    assert world.api.events.list({**asked, "created": {"lt": since}}).data == []


def test_events_are_listed_for_thirty_days(world: World) -> None:
    world.make_customer()
    world.advance(seconds=29 * 86_400)
    assert len(world.events("customer.created")) == 1
    world.advance(seconds=2 * 86_400)
    assert world.events("customer.created") == []


def test_moving_the_clock_waits_for_what_was_told_before(world: World) -> None:
    world.listener.on_event = lambda: threading.Event().wait(0.2)  # A listener that takes its time.
    world.make_customer()
    world.make_price()
    world.advance(seconds=60)
    assert world.listener.types == ["customer.created", "product.created", "price.created"]
