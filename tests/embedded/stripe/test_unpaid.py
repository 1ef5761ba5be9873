"""What is not paid for: a card that expires, and what an account does after the last retry or long past a due date."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.embedded.stripe.conftest import CARD, DAY, World, request

JSON = {"Accept": "application/json"}


def set_account(world: World, **chosen: str) -> None:
    assert request(f"{world.url}/_stand_in/account", chosen, headers=JSON).status == 200


def late_subscription(world: World) -> Any:
    """Somebody whose year begins with a charge that fails, and whose retries have run out."""
    subscription = world.start_trial(**{"card-number": "4000 0000 0000 0341"})
    world.advance(to="trial_end")
    world.advance(seconds=15 * DAY)
    return world.api.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})


def test_a_card_is_declined_once_its_month_is_over(world: World) -> None:
    now = datetime.fromtimestamp(world.now, UTC)
    over = datetime(now.year + 1 + now.month // 12, now.month % 12 + 1, 1, tzinfo=UTC).timestamp()
    world.start_trial(**{"card-expiry": f"{now.month:02} / {now.year + 1}"})
    world.advance(seconds=3 * 366 * DAY)
    charges = world.api.charges.list({"limit": 100}).data
    failed = [charge for charge in charges if charge.status == "failed"]
    assert max(charge.created for charge in charges if charge.paid) < over <= min(charge.created for charge in failed)
    assert {charge.failure_code for charge in failed} == {"expired_card"}


def test_a_card_with_a_new_expiry_pays_again(world: World) -> None:
    customer = world.make_customer("pm_card_visa")
    subscription = world.subscribe(customer)
    method = world.api.customers.retrieve(customer.id).invoice_settings.default_payment_method
    now = datetime.fromtimestamp(world.now, UTC)
    world.api.payment_methods.update(method, {"card": {"exp_month": 1, "exp_year": now.year}})
    world.advance(to=subscription["items"].data[0].current_period_end + 2 * 3600)
    assert world.api.subscriptions.retrieve(subscription.id).status == "past_due"
    world.api.payment_methods.update(method, {"card": {"exp_month": 1, "exp_year": now.year + 5}})
    world.advance(to="next_retry")
    assert world.api.subscriptions.retrieve(subscription.id).status == "active"


def test_a_draft_that_cannot_be_finished_is_told_of_once_and_waits_for_somebody(world: World) -> None:
    subscription = world.start_trial()
    set_account(world, next_invoice="unfinished")
    world.advance(to="trial_end")
    [told] = world.events("invoice.finalization_failed")
    draft = world.api.invoices.retrieve(told.data.object.id)
    assert (draft.status, draft.last_finalization_error.code) == ("draft", "customer_tax_location_invalid")
    assert world.api.subscriptions.retrieve(subscription.id).status == "active"
    world.api.invoices.finalize_invoice(draft.id)
    finished = world.api.invoices.pay(draft.id)
    assert (finished.status, finished.last_finalization_error) == ("paid", None)


@pytest.mark.parametrize(
    ("setting", "status"), [("cancel", "canceled"), ("unpaid", "unpaid"), ("past_due", "past_due"), ("pause", "paused")]
)
def test_the_account_says_what_follows_the_last_retry(world: World, setting: str, status: str) -> None:
    set_account(world, after_retries=setting)
    late = late_subscription(world)
    assert (late.status, late.latest_invoice.status) == (status, "open")
    assert late.latest_invoice.next_payment_attempt is None
    assert [event.data.object.status for event in world.events("customer.subscription.updated")][-1] == (
        "past_due" if setting == "cancel" else status
    )
    if status == "paused":
        assert late.status_details.paused.subscription.type == "final_payment_failure"


def test_an_unpaid_subscription_makes_drafts_that_nobody_collects(world: World) -> None:
    set_account(world, after_retries="unpaid")
    late = late_subscription(world)
    world.advance(to=late["items"].data[0].current_period_end + 30 * DAY)
    draft = world.api.subscriptions.retrieve(late.id, {"expand": ["latest_invoice"]}).latest_invoice
    assert (draft.status, draft.auto_advance) == ("draft", False)


def test_an_unpaid_subscription_runs_again_once_it_is_paid(world: World) -> None:
    set_account(world, after_retries="unpaid")
    late = late_subscription(world)
    assert request(late.latest_invoice.hosted_invoice_url, CARD).status == 303
    assert world.api.subscriptions.retrieve(late.id).status == "active"
    assert world.api.customers.retrieve(late.customer).delinquent is False


@pytest.mark.parametrize(
    ("setting", "status"), [("cancel", "canceled"), ("unpaid", "unpaid"), ("past_due", "past_due")]
)
def test_the_account_says_what_follows_thirty_days_overdue(world: World, setting: str, status: str) -> None:
    set_account(world, when_overdue=setting)
    team = world.subscribe(world.make_customer(), collection_method="send_invoice", days_until_due=30)
    world.advance(seconds=31 * DAY)
    assert world.api.subscriptions.retrieve(team.id).status == "past_due"
    assert "invoice_stays_overdue" in world.advance(seconds=30 * DAY)
    assert world.api.subscriptions.retrieve(team.id).status == status


def test_an_overdue_invoice_that_was_paid_is_not_acted_on(world: World) -> None:
    set_account(world, when_overdue="cancel")
    team = world.subscribe(world.make_customer(), collection_method="send_invoice", days_until_due=30)
    world.advance(seconds=31 * DAY)
    world.api.invoices.pay(team.latest_invoice, {"paid_out_of_band": True})
    assert "invoice_stays_overdue" not in world.advance(seconds=31 * DAY)
    assert world.api.subscriptions.retrieve(team.id).status == "active"


def test_an_account_takes_the_known_words_only(world: World) -> None:
    answer = request(f"{world.url}/_stand_in/account", {"after_retries": "forgive"}, headers=JSON)
    assert (answer.status, answer.json["error"]["message"]) == (
        400,
        "after_retries is one of cancel, unpaid, past_due, pause.",
    )


def test_a_card_the_bank_renews_goes_on_paying(world: World) -> None:
    customer = world.make_customer("pm_card_visa")
    subscription = world.subscribe(customer)
    method = world.api.customers.retrieve(customer.id).invoice_settings.default_payment_method
    assert "The bank renews it" not in request(f"{world.url}/_stand_in/").text
    now = datetime.fromtimestamp(world.now, UTC)
    world.api.payment_methods.update(method, {"card": {"exp_month": now.month, "exp_year": now.year}})
    assert "The bank renews it" in request(f"{world.url}/_stand_in/").text
    answer = request(f"{world.url}/_stand_in/cards/renew", {"method": method}, headers=JSON)
    assert answer.json["exp_year"] == now.year + 3
    told = world.events("payment_method.automatically_updated")
    assert [event.data.object.card.exp_year for event in told] == [now.year + 3]
    world.advance(to=subscription["items"].data[0].current_period_end + 2 * 3600)
    assert world.api.subscriptions.retrieve(subscription.id).status == "active"
