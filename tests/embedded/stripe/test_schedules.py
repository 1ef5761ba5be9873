"""A plan that follows with the next period, by a schedule made from the subscription."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from tests.embedded.stripe.conftest import DAY, World


@pytest.fixture
def member(world: World) -> Any:
    """The subscription of somebody who paid for a year."""
    return world.subscribe(world.make_customer("pm_card_visa"))


def follow(world: World, subscription: Any, price: str) -> Any:
    schedule = world.api.subscription_schedules.create({"from_subscription": subscription.id})
    now = schedule.phases[0]
    return world.api.subscription_schedules.update(
        schedule.id,
        {
            "phases": [
                {
                    "items": [{"price": now["items"][0].price, "quantity": 1}],
                    "start_date": now.start_date,
                    "end_date": now.end_date,
                },
                {"items": [{"price": price, "quantity": 1}], "duration": {"interval": "month", "interval_count": 1}},
            ]
        },
    )


def monthly(world: World, subscription: Any) -> str:
    product = subscription["items"].data[0].price.product
    price = {"product": product, "currency": "usd", "unit_amount": 2900, "recurring": {"interval": "month"}}
    return str(world.api.prices.create(price).id)


def test_the_plan_that_follows_begins_and_is_charged_with_the_next_period(world: World, member: Any) -> None:
    price, end = monthly(world, member), member["items"].data[0].current_period_end
    schedule = follow(world, member, price)
    assert world.api.invoices.create_preview({"subscription": member.id}).amount_due == 2900
    world.advance(to=end - 60)
    assert world.api.subscriptions.retrieve(member.id)["items"].data[0].price.unit_amount == 30000

    world.advance(to=end + 3700)

    after = world.api.subscriptions.retrieve(member.id, {"expand": ["latest_invoice"]})
    assert (after["items"].data[0].price.id, after.schedule) == (price, schedule.id)
    assert (after.latest_invoice.status, after.latest_invoice.amount_paid) == ("paid", 2900)
    world.advance(to=after["items"].data[0].current_period_end + 3700)
    assert world.api.subscriptions.retrieve(member.id).schedule is None
    assert world.api.subscription_schedules.retrieve(schedule.id).status == "released"


def test_what_is_released_goes_on_as_it_is(world: World, member: Any) -> None:
    schedule = follow(world, member, monthly(world, member))
    with pytest.raises(stripe.InvalidRequestError, match="managed by the subscription schedule"):
        world.api.subscriptions.update(member.id, {"cancel_at_period_end": True})

    world.api.subscription_schedules.release(schedule.id)

    assert world.api.subscriptions.update(member.id, {"cancel_at_period_end": True}).schedule is None
    assert world.api.subscriptions.retrieve(member.id)["items"].data[0].price.unit_amount == 30000


def test_what_was_to_follow_ends_with_the_subscription(world: World, member: Any) -> None:
    schedule = follow(world, member, monthly(world, member))
    world.api.subscriptions.cancel(member.id)
    assert world.api.subscription_schedules.retrieve(schedule.id).status == "canceled"


def test_a_longer_period_is_previewed_and_charged_to_the_same_cent(world: World) -> None:
    yearly = world.subscribe(world.make_customer("pm_card_visa"))
    start = world.subscribe(
        world.make_customer("pm_card_visa"), items=[{"price": monthly(world, yearly), "quantity": 1}]
    )
    world.advance(seconds=11 * DAY)
    item = start["items"].data[0]
    change = {
        "items": [{"id": item.id, "price": yearly["items"].data[0].price.id}],
        "proration_behavior": "always_invoice",
        "proration_date": world.now,
        "billing_cycle_anchor": {"type": "now"},
    }
    seen = world.api.invoices.create_preview({"subscription": start.id, "subscription_details": change})
    world.advance(seconds=300)

    changed = world.api.subscriptions.update(start.id, {**change, "expand": ["latest_invoice"]})

    assert changed.latest_invoice.amount_paid == seen.amount_due
    assert 28000 < seen.amount_due < 28300
