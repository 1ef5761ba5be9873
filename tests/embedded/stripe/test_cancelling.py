"""Ends that are set, taken back, moved and reached."""

from __future__ import annotations

import pytest
import stripe

from tests.embedded.stripe.conftest import DAY, World


def test_cancelled_at_the_period_s_end_it_ends_there(world: World) -> None:
    subscription = world.start_trial()
    set_ = world.api.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    assert (set_.cancel_at_period_end, set_.cancel_at) == (True, subscription.trial_end)
    assert set_.cancellation_details.reason == "cancellation_requested"
    world.advance(to=subscription.trial_end)
    over = world.api.subscriptions.retrieve(subscription.id)
    assert (over.status, over.ended_at) == ("canceled", subscription.trial_end)
    assert [event.created for event in world.events("customer.subscription.deleted")] == [subscription.trial_end]
    assert [invoice.amount_paid for invoice in world.api.invoices.list().data] == [0]


def test_a_cancellation_is_taken_back(world: World) -> None:
    subscription = world.start_trial()
    world.api.subscriptions.update(subscription.id, {"cancel_at": "min_period_end"})
    undone = world.api.subscriptions.update(subscription.id, {"cancel_at": ""})
    assert (undone.cancel_at, undone.canceled_at, undone.cancel_at_period_end) == (None, None, False)
    world.advance(to=subscription.trial_end)
    assert world.api.subscriptions.retrieve(subscription.id).status == "active"


def test_a_moment_to_cancel_at_may_lie_within_the_period(world: World) -> None:
    subscription = world.start_trial()
    world.api.subscriptions.update(subscription.id, {"cancel_at": subscription.start_date + DAY})
    assert world.advance(seconds=2 * DAY) == ["cancel_subscription"]
    assert world.api.subscriptions.retrieve(subscription.id).ended_at == subscription.start_date + DAY


def test_cancelled_at_once_it_is_over_and_stays_so(world: World) -> None:
    subscription = world.start_trial()
    gone = world.api.subscriptions.cancel(subscription.id, {"cancellation_details": {"comment": "Bye"}})
    assert (gone.status, gone.cancellation_details.comment) == ("canceled", "Bye")
    with pytest.raises(stripe.InvalidRequestError, match="canceled subscription"):
        world.api.subscriptions.update(subscription.id, {"cancel_at_period_end": False})
    with pytest.raises(stripe.InvalidRequestError):
        world.api.subscriptions.cancel(subscription.id)
    assert world.advance(seconds=30 * DAY) == []


def test_an_end_beyond_the_period_lets_it_renew_first(world: World) -> None:
    subscription = world.start_trial()
    after = subscription.trial_end + 30 * DAY
    world.api.subscriptions.update(subscription.id, {"cancel_at": after})
    world.advance(to="trial_end")
    assert world.api.subscriptions.retrieve(subscription.id).status == "active"
    world.advance(to=after)
    assert world.api.subscriptions.retrieve(subscription.id).ended_at == after


def test_an_end_with_the_period_follows_the_trial_s_new_end(world: World) -> None:
    subscription = world.start_trial()
    world.api.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    later = subscription.trial_end + DAY
    assert world.api.subscriptions.update(subscription.id, {"trial_end": later}).cancel_at == later


def test_what_ends_has_no_next_invoice(world: World) -> None:
    subscription = world.subscribe(world.make_customer("pm_card_visa"))
    world.api.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        world.api.invoices.create_preview({"subscription": subscription.id})
    assert refusal.value.code == "invoice_upcoming_none"
    assert world.advance(to="one_year") == ["cancel_subscription"]
    assert not world.events("invoice.upcoming")
