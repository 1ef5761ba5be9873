"""A pause somebody asked for: no service, no invoices, no renewal, and the way back."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.embedded.stripe.conftest import DAY, World

HOUR = 3600
ON_SUCCESS = {"payment_behavior": "resume_on_payment_success"}
UNCREDITED = {"bill_for": {"unused_time_from": {"type": "none"}}}


@pytest.fixture
def member(world: World) -> Any:
    """The subscription of somebody who paid for a year."""
    return world.subscribe(world.make_customer("pm_card_visa"))


def cards_fail(world: World, customer: str) -> None:
    method = world.api.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": customer})
    world.api.customers.update(customer, {"invoice_settings": {"default_payment_method": method.id}})


def test_a_requested_pause_says_that_it_was_requested(world: World, member: Any) -> None:
    paused = world.api.subscriptions.pause(member.id, {"type": "subscription"})
    assert (paused.status, paused.status_details.paused.type) == ("paused", "subscription")
    assert paused.status_details.paused.subscription.type == "pause_requested"
    assert world.now - 5 <= paused.status_details.paused.transitioned_at <= world.now
    assert [event.data.object.id for event in world.events("customer.subscription.paused")] == [member.id]


def test_a_paused_year_is_not_renewed(world: World, member: Any) -> None:
    world.api.subscriptions.pause(member.id, UNCREDITED)
    before = len(world.api.invoices.list().data)
    assert world.advance(seconds=800 * DAY) == []
    assert world.api.subscriptions.retrieve(member.id).status == "paused"
    assert len(world.api.invoices.list().data) == before


def test_an_end_that_was_set_comes_during_a_pause_too(world: World, member: Any) -> None:
    end = member["items"].data[0].current_period_end
    world.api.subscriptions.update(member.id, {"cancel_at": end})
    world.api.subscriptions.pause(member.id)
    world.advance(to=end)
    assert world.api.subscriptions.retrieve(member.id).status == "canceled"


def test_the_unused_time_is_taken_off_the_invoice_that_resumes(world: World, member: Any) -> None:
    world.advance(seconds=100 * DAY)
    world.api.subscriptions.pause(member.id)
    world.advance(seconds=30 * DAY)
    resumed = world.api.subscriptions.resume(member.id, {**ON_SUCCESS, "expand": ["latest_invoice"]})
    assert resumed.status == "active"
    assert resumed.status_details is None
    assert resumed["items"].data[0].current_period_start == resumed.billing_cycle_anchor
    period = member["items"].data[0]
    length = period.current_period_end - period.current_period_start
    credit = pytest.approx(-30000 * (length - 100 * DAY) / length, abs=2)
    assert [line.amount for line in resumed.latest_invoice.lines.data] == [credit, 30000]
    assert resumed.latest_invoice.amount_paid == 30000 + resumed.latest_invoice.lines.data[0].amount
    assert len(world.events("customer.subscription.resumed")) == 1


def test_the_unused_time_is_credited_to_the_balance_when_invoiced(world: World, member: Any) -> None:
    world.api.subscriptions.pause(member.id, {"invoicing_behavior": "invoice"})
    assert world.api.customers.retrieve(member.customer).balance == pytest.approx(-30000, abs=2)


def test_an_unchanged_cycle_that_was_paid_for_costs_nothing_again(world: World, member: Any) -> None:
    world.api.subscriptions.pause(member.id, UNCREDITED)
    world.advance(seconds=30 * DAY)
    resumed = world.api.subscriptions.resume(member.id, {"billing_cycle_anchor": {"type": "unchanged"}})
    assert (resumed.status, resumed.latest_invoice) == ("active", member.latest_invoice)
    assert resumed["items"].data[0].current_period_end == member["items"].data[0].current_period_end
    assert "period_ends" in world.advance(to=member["items"].data[0].current_period_end)


def test_an_unchanged_cycle_goes_on_in_the_period_it_is_in_by_now(world: World, member: Any) -> None:
    world.api.subscriptions.pause(member.id, UNCREDITED)
    end = member["items"].data[0].current_period_end
    world.advance(to=end + 73 * DAY)
    how = {"billing_cycle_anchor": {"type": "unchanged"}, "proration_behavior": "always_invoice", **ON_SUCCESS}
    resumed = world.api.subscriptions.resume(member.id, {**how, "expand": ["latest_invoice"]})
    period = resumed["items"].data[0]
    assert (resumed.status, period.current_period_start) == ("active", end)
    length = period.current_period_end - end
    assert resumed.latest_invoice.amount_paid == pytest.approx(30000 * (length - 73 * DAY) / length, abs=2)


def test_a_return_is_not_charged_unless_it_is_told_to(world: World, member: Any) -> None:
    world.api.subscriptions.pause(member.id, UNCREDITED)
    waiting = world.api.subscriptions.resume(member.id, {"expand": ["latest_invoice"]})
    assert (waiting.status, waiting.latest_invoice.status) == ("paused", "open")
    world.api.invoices.pay(waiting.latest_invoice.id)
    assert world.api.subscriptions.retrieve(member.id).status == "active"
    assert len(world.events("customer.subscription.resumed")) == 1


def test_a_return_nobody_pays_is_given_up_after_23_hours(world: World, member: Any) -> None:
    world.advance(seconds=100 * DAY)
    world.api.subscriptions.pause(member.id)
    waiting = world.api.subscriptions.resume(member.id)
    assert world.advance(seconds=23 * HOUR) == ["give_up_resuming"]
    assert world.api.invoices.retrieve(waiting.latest_invoice).status == "void"
    assert world.api.subscriptions.retrieve(member.id).status == "paused"
    again = world.api.subscriptions.resume(member.id, {**ON_SUCCESS, "expand": ["latest_invoice"]})
    assert again.status == "active"
    assert again.latest_invoice.amount_paid < 10000, "the credit was lost with the invoice that was given up"


def test_a_failed_attempt_resumes_and_leaves_it_past_due(world: World, member: Any) -> None:
    world.api.subscriptions.pause(member.id, UNCREDITED)
    cards_fail(world, member.customer)
    waiting = world.api.subscriptions.resume(member.id)
    with pytest.raises(stripe.CardError):
        world.api.invoices.pay(waiting.latest_invoice)
    late = world.api.subscriptions.retrieve(member.id, {"expand": ["latest_invoice"]})
    assert (late.status, late.latest_invoice.next_payment_attempt) == ("past_due", None)


def test_on_success_a_failed_charge_leaves_it_paused_and_is_tried_again(world: World, member: Any) -> None:
    world.api.subscriptions.pause(member.id, UNCREDITED)
    cards_fail(world, member.customer)
    with pytest.raises(stripe.CardError):
        world.api.subscriptions.resume(member.id, ON_SUCCESS)
    assert world.api.subscriptions.retrieve(member.id).status == "paused"
    method = world.api.payment_methods.attach("pm_card_visa", {"customer": member.customer})
    world.api.customers.update(member.customer, {"invoice_settings": {"default_payment_method": method.id}})
    assert world.advance(to="next_retry") == ["give_up_resuming", "retry_invoice"]
    assert world.api.subscriptions.retrieve(member.id).status == "active"


def test_only_what_runs_can_be_paused_and_only_what_pauses_resumed(world: World, member: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="Only paused"):
        world.api.subscriptions.resume(member.id)
    world.api.subscriptions.pause(member.id)
    with pytest.raises(stripe.InvalidRequestError, match="Only active"):
        world.api.subscriptions.pause(member.id)
