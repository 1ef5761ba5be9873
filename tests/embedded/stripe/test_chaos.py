"""Bad luck by a switch, and the same bad luck again from the same seed."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest
import stripe

from newsroom.embedded.stripe.chaos import FOREIGN_VERSION, Chaos, Passage
from tests.embedded.stripe.conftest import SECRET, World, eventually, request

JSON = {"Accept": "application/json"}


def set_wire(world: World, **switches: object) -> Any:
    return request(f"{world.url}/_stand_in/chaos", switches, headers=JSON).json


def set_api(world: World, **switches: object) -> Any:
    return request(f"{world.url}/_stand_in/chaos/api", switches, headers=JSON).json


def retrying(world: World, times: int = 2) -> Any:
    """The API as a client sees it that tries again by itself."""
    base = {"api": world.url}
    return stripe.StripeClient("sk_test_of_the_tests", base_addresses=base, max_network_retries=times).v1


def fates(world: World) -> list[tuple[str, int, float]]:
    """What became of each delivery so far, in the order of the events, and how long it was held back, in seconds."""
    rows = world.stand_in.store.rows("SELECT event, state, next_at FROM deliveries ORDER BY id")
    ordinals = {event: index for index, event in enumerate(dict.fromkeys(row["event"] for row in rows))}
    first = min(row["next_at"] for row in rows)
    return [
        ("lost" if row["state"] == "dropped" else "sent", ordinals[row["event"]], row["next_at"] - first)
        for row in rows
    ]


def luck_of(world: World, **switches: object) -> list[tuple[str, int]]:
    """Whose deliveries were lost and copied among twelve events under these switches."""
    set_wire(world, delay=600, **switches)
    world.stand_in.store.run("DELETE FROM deliveries")
    for number in range(12):
        world.api.customers.create({"email": f"{number}@example.com"})
    return [(state, ordinal) for state, ordinal, _ in fates(world)]


def passages_of(world: World, **switches: object) -> list[Passage]:
    """How twelve events would go over the wire. When each is told besides depends on when it happens."""
    set_wire(world, **switches)
    store = world.stand_in.store
    with store.transaction():
        return [Chaos.of(store).passage(store) for _event in range(12)]


def test_the_same_seed_brings_the_same_luck(world: World) -> None:
    switches = {"duplicate": 1, "shuffle": 1, "drop": 1, "twice_told": 1, "rate": 40}
    first = luck_of(world, seed=7, **switches)
    assert luck_of(world, seed=7, **switches) == first
    assert luck_of(world, seed=8, **switches) != first
    assert {state for state, _ in first} == {"lost", "sent"}


def test_the_same_seed_holds_each_event_back_as_long(world: World) -> None:
    first = passages_of(world, seed=7, shuffle=1)
    assert passages_of(world, seed=7, shuffle=1) == first
    assert passages_of(world, seed=8, shuffle=1) != first
    assert len({passage.wait for passage in first}) == 12


def test_a_seed_that_is_not_given_is_drawn_and_shown(world: World) -> None:
    seed = set_wire(world, shuffle=1)["seed"]
    assert seed > 0
    assert request(f"{world.url}/_stand_in/", headers=JSON).json["chaos"]["seed"] == seed


def test_a_switch_leaves_the_luck_of_the_others_alone(world: World) -> None:
    lost = [ordinal for state, ordinal in luck_of(world, seed=7, drop=1, rate=40) if state == "lost"]
    both = luck_of(world, seed=7, drop=1, duplicate=1, rate=40)
    assert sorted({ordinal for state, ordinal in both if state == "lost"}) == lost


def test_one_change_is_told_as_two_events(world: World) -> None:
    set_wire(world, twice_told=1)
    customer = world.make_customer()
    eventually(lambda: world.listener.heard("customer.created", times=2))
    first, second = (json.loads(body) for body, _ in world.listener.received)
    assert first["id"] != second["id"]
    assert first["data"] == second["data"]
    assert [event.data.object.id for event in world.events("customer.created")] == [customer.id] * 2


def test_an_event_comes_in_another_version(world: World) -> None:
    set_wire(world, foreign_version=1)
    world.make_customer()
    eventually(lambda: world.listener.heard("customer.created"))
    body, header = world.listener.received[0]
    assert world.client.construct_event(body, header, SECRET).api_version == FOREIGN_VERSION


def test_an_answer_is_lost_after_the_act_was_done(world: World) -> None:
    set_api(world, lose=1, only="POST /v1/customers", times=1)
    with pytest.raises(stripe.APIConnectionError):
        world.api.customers.create({"email": "a@example.com"}, {"idempotency_key": "one"})
    assert len(world.api.customers.list().data) == 1
    again = world.api.customers.create({"email": "a@example.com"}, {"idempotency_key": "one"})
    assert [row.id for row in world.api.customers.list().data] == [again.id]


def test_a_client_that_tries_again_by_itself_acts_once(world: World) -> None:
    set_api(world, lose=1, only="POST /v1/customers", times=1)
    made = retrying(world).customers.create({"email": "a@example.com"})
    assert [row.id for row in world.api.customers.list().data] == [made.id]


def test_too_many_requests_are_refused_without_acting(world: World) -> None:
    set_api(world, limit=1, only="POST /v1/customers")
    with pytest.raises(stripe.RateLimitError):
        retrying(world).customers.create({"email": "a@example.com"})
    assert world.api.customers.list().data == []


def test_a_failure_is_tried_again_until_the_weather_is_good(world: World) -> None:
    set_api(world, fail=1, times=2)
    assert retrying(world).customers.create({"email": "a@example.com"}).id
    set_api(world, fail=1)
    with pytest.raises(stripe.APIError):
        world.api.customers.list()


def test_a_slow_answer_comes_after_the_event(world: World) -> None:
    set_api(world, slow=0.5, only="POST /v1/customers")
    before = time.monotonic()
    heard: list[float] = []
    world.listener.on_event = lambda: heard.append(time.monotonic())
    world.make_customer()
    assert time.monotonic() - before >= 0.5
    assert heard
    assert heard[0] - before < 0.5


def test_the_api_has_the_same_luck_from_the_same_seed(world: World) -> None:
    def luck() -> list[int]:
        set_api(world, fail=1, limit=1, rate=50, seed=21)
        headers = {"Authorization": "Bearer sk_test_of_the_tests"}
        return [request(f"{world.url}/v1/customers", headers=headers).status for _ in range(20)]

    first = luck()
    assert luck() == first
    assert set(first) == {200, 429, 500}


def test_several_senders_deliver_at_the_same_time(world: World) -> None:
    together = threading.Barrier(4)
    world.listener.on_event = lambda: together.wait(timeout=5)
    set_wire(world, senders=4)
    for number in range(4):
        world.api.customers.create({"email": f"{number}@example.com"})
    eventually(lambda: world.listener.heard("customer.created", times=4))
    assert not together.broken
    eventually(lambda: all(event.pending_webhooks == 0 for event in world.events()))


def test_one_sender_keeps_the_order_again(world: World) -> None:
    set_wire(world, senders=8)
    world.make_price()
    set_wire(world, senders=1)
    made = [world.api.customers.create({"email": f"{number}@example.com"}).id for number in range(10)]
    eventually(lambda: world.listener.heard("customer.created", times=10))
    events = [json.loads(body) for body, _ in world.listener.received]
    assert [event["data"]["object"]["id"] for event in events if event["type"] == "customer.created"] == made


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("chaos", {"senders": "17"}),
        ("chaos", {"rate": "101"}),
        ("chaos", {"delay": "soon"}),
        ("chaos/api", {"slow": "-1"}),
        ("chaos/api", {"slow": "nan"}),
    ],
)
def test_a_switch_has_its_bounds(world: World, path: str, wrong: dict[str, str]) -> None:
    answer = request(f"{world.url}/_stand_in/{path}", wrong, headers=JSON)
    assert answer.status == 400
    assert next(iter(wrong)) in answer.json["error"]["message"]
