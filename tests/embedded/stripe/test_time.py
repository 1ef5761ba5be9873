"""Test clocks, and the one clock of everything else."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
import stripe

from newsroom.embedded.stripe.chaos import Chaos
from newsroom.embedded.stripe.clock import Clock
from tests.embedded.stripe.conftest import DAY, World, eventually, request

JSON = {"Accept": "application/json"}


def test_the_file_holds_the_offset_that_everybody_reads(tmp_path: Path) -> None:
    clock = Clock(tmp_path / "deep" / "clock")
    assert clock.offset() == 0
    before = int(time.time())
    clock.move_to(before + 500)
    assert int(clock.path.read_text()) in (499, 500)
    assert abs(Clock(clock.path).now() - before - 500) <= 1
    clock.path.write_text("-60\n")
    assert clock.offset() == -60


def test_the_product_s_clock_moves_along(world: World) -> None:
    world.advance(seconds=3 * DAY)
    assert int(world.stand_in.clock.path.read_text()) in (3 * DAY - 1, 3 * DAY)
    assert abs(world.make_customer().created - time.time() - 3 * DAY) <= 2


def test_somebody_else_may_move_the_clock(world: World) -> None:
    subscription = world.start_trial()
    world.stand_in.clock.path.write_text(str(8 * DAY))
    eventually(lambda: world.api.subscriptions.retrieve(subscription.id).status == "active")


@pytest.mark.parametrize("form", [{}, {"to": "tomorrow"}, {"to": "1"}, {"seconds": "-5"}, {"seconds": "many"}])
def test_the_clock_moves_forward_to_a_moment_that_is_named(world: World, form: dict[str, str]) -> None:
    answer = request(f"{world.url}/_stand_in/clock/advance", form or {"x": "1"}, headers=JSON)
    assert answer.status == 400
    assert answer.json["error"]["message"]
    assert world.stand_in.clock.offset() == 0


def test_the_clock_moves_five_years_at_most(world: World) -> None:
    answer = request(f"{world.url}/_stand_in/clock/advance", {"seconds": str(10 * 366 * DAY)}, headers=JSON)
    assert answer.status == 400


def test_what_is_asked_for_has_to_be_there(world: World) -> None:
    for to in ("trial_end", "next_retry", "next_step"):
        assert request(f"{world.url}/_stand_in/clock/advance", {"to": to}, headers=JSON).status == 409


def test_events_of_a_step_arrive_before_the_clock_goes_on(world: World) -> None:
    subscription = world.start_trial()
    offsets = []
    world.listener.on_event = lambda: offsets.append(world.stand_in.clock.now())
    world.advance(to=subscription.trial_end + 2 * DAY)
    told = dict(zip(world.listener.types[-len(offsets) :], offsets, strict=True))
    assert abs(told["customer.subscription.trial_will_end"] - (subscription.trial_end - 3 * DAY)) <= 2
    assert abs(told["customer.subscription.updated"] - subscription.trial_end) <= 2


def test_the_control_page_shows_what_comes_next(world: World) -> None:
    world.start_trial()
    page = request(f"{world.url}/_stand_in/").text
    for text in ("Trial end is announced", "Period or trial ends", "checkout.session.completed", "Three days on"):
        assert text in page
    state = request(f"{world.url}/_stand_in/", headers=JSON).json
    assert [step["action"] for step in state["steps"]] == ["trial_will_end", "period_ends"]
    assert not any(state["chaos"][name] for name in Chaos.switches)
    assert (state["chaos"]["senders"], state["account"]["after_retries"]) == (1, "cancel")
    assert request(f"{world.url}/_stand_in/clock", headers=JSON).json["offset"] == 0


def test_a_button_leads_back_to_the_control_page(world: World) -> None:
    answer = request(f"{world.url}/_stand_in/clock/advance", {"seconds": "60"})
    assert (answer.status, answer.headers["location"]) == (303, "/_stand_in/")


def test_a_test_clock_has_time_of_its_own(world: World) -> None:
    start = world.now
    clock = world.api.test_helpers.test_clocks.create({"frozen_time": start, "name": "A year"})
    customer = world.make_customer("pm_card_visa", test_clock=clock.id)
    subscription = world.subscribe(customer, trial_period_days=7)
    assert subscription.test_clock == clock.id
    advancing = world.api.test_helpers.test_clocks.advance(clock.id, {"frozen_time": start + 30 * DAY})
    assert advancing.status == "advancing"
    assert advancing.status_details.advancing.target_frozen_time == start + 30 * DAY
    eventually(lambda: world.api.test_helpers.test_clocks.retrieve(clock.id).status == "ready")
    assert world.api.test_helpers.test_clocks.retrieve(clock.id).frozen_time == start + 30 * DAY
    paid = world.api.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
    assert (paid.status, paid.latest_invoice.amount_paid) == ("active", 30_000)
    assert paid.latest_invoice.created == subscription.trial_end
    assert world.stand_in.clock.offset() == 0
    assert world.api.customers.list().data == []
    assert [row.id for row in world.api.customers.list({"test_clock": clock.id}).data] == [customer.id]


def test_a_test_clock_moves_forward_only(world: World) -> None:
    clock = world.api.test_helpers.test_clocks.create({"frozen_time": world.now})
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        world.api.test_helpers.test_clocks.advance(clock.id, {"frozen_time": world.now - 5})
    assert refusal.value.param == "frozen_time"


def test_a_test_clock_takes_its_customers_with_it(world: World) -> None:
    clock = world.api.test_helpers.test_clocks.create({"frozen_time": world.now})
    customer = world.make_customer(test_clock=clock.id)
    assert world.api.test_helpers.test_clocks.delete(clock.id).deleted is True
    assert world.api.customers.retrieve(customer.id).deleted is True
