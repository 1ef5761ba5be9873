"""What time does to a subscription. Every step happens at its own moment, in order."""

from __future__ import annotations

import pytest
import stripe

from tests.embedded.stripe.conftest import CARD, DAY, World, eventually, request

HOUR = 3600
FAILS_LATER = {"card-number": "4000 0000 0000 0341"}


def test_a_trial_turns_into_a_paid_year_and_renews(world: World) -> None:
    subscription = world.start_trial()
    end = subscription.trial_end
    assert world.advance(to=end + HOUR + 1) == ["trial_will_end", "period_ends", "finalize_invoice"]
    paid = world.api.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
    assert paid.status == "active"
    assert (paid.latest_invoice.status, paid.latest_invoice.amount_paid) == ("paid", 30000)
    assert paid.latest_invoice.billing_reason == "subscription_cycle"
    line = paid.latest_invoice.lines.data[0]
    assert (line.period.start, line.period.end) == (end, paid["items"].data[0].current_period_end)
    assert paid["items"].data[0].current_period_start == end
    warned, ended, charged = (
        world.events(name)[-1].created
        for name in ("customer.subscription.trial_will_end", "customer.subscription.updated", "charge.succeeded")
    )
    assert (warned, ended, charged) == (end - 3 * DAY, end, end + HOUR)
    assert "renewal_comes" in world.advance(to="one_year")
    renewed = world.api.subscriptions.retrieve(subscription.id)
    assert renewed["items"].data[0].current_period_start == paid["items"].data[0].current_period_end
    paid_amounts = [invoice.amount_paid for invoice in world.api.invoices.list({"status": "paid"}).data]
    assert paid_amounts == [30000, 30000, 0]
    assert world.events("invoice.upcoming")[-1].data.object["amount_due"] == 30000


def test_an_invoice_stays_a_draft_for_an_hour(world: World) -> None:
    subscription = world.start_trial()
    world.advance(to=subscription.trial_end)
    waiting = world.api.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
    assert (waiting.status, waiting.latest_invoice.status) == ("active", "draft")
    assert waiting.latest_invoice.automatically_finalizes_at == subscription.trial_end + HOUR


def test_a_short_trial_is_warned_of_at_once(world: World) -> None:
    subscription = world.subscribe(world.make_customer("pm_card_visa"), trial_period_days=2)
    warned = eventually(lambda: world.events("customer.subscription.trial_will_end"))
    assert [event.data.object["id"] for event in warned] == [subscription.id]
    assert "trial_will_end" not in world.advance(to="trial_end")


def test_a_failed_first_charge_is_retried_for_two_weeks_and_then_ends_it(world: World) -> None:
    subscription = world.start_trial(**FAILS_LATER)
    world.advance(to="trial_end")
    late = world.api.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
    first_failure = subscription.trial_end + HOUR
    assert (late.status, late.latest_invoice.status, late.latest_invoice.attempt_count) == ("past_due", "open", 1)
    assert late.latest_invoice.next_payment_attempt == first_failure + DAY
    assert world.api.customers.retrieve(subscription.customer).delinquent is True
    failures = world.events("invoice.payment_failed")
    assert [event.created for event in failures] == [first_failure]
    assert world.advance(to="next_retry") == ["retry_invoice"]
    world.advance(to=first_failure + 15 * DAY)
    over = world.api.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
    assert (over.status, over.cancellation_details.reason) == ("canceled", "payment_failed")
    assert over.ended_at == first_failure + 14 * DAY
    assert (over.latest_invoice.status, over.latest_invoice.auto_advance) == ("open", False)
    assert over.latest_invoice.attempt_count == 8
    assert [event.created - first_failure for event in world.events("invoice.payment_failed")] == [
        day * DAY for day in (0, 1, 3, 5, 7, 9, 11, 14)
    ]
    assert request(f"{world.url}/_stand_in/clock/advance", {"to": "next_retry"}).status == 409


def test_a_new_card_pays_at_the_next_retry(world: World) -> None:
    subscription = world.start_trial(**FAILS_LATER)
    world.advance(to="trial_end")
    method = world.api.payment_methods.attach("pm_card_visa", {"customer": subscription.customer})
    world.api.subscriptions.update(subscription.id, {"default_payment_method": method.id})
    world.advance(to="next_retry")
    restored = world.api.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
    assert (restored.status, restored.latest_invoice.amount_paid) == ("active", 30000)
    assert world.api.customers.retrieve(subscription.customer).delinquent is False


def test_a_card_that_always_asks_wants_its_holder(world: World) -> None:
    session = world.open_checkout(world.make_customer())
    challenge = request(session.url, {**CARD, "card-number": "4000 0027 6000 3184"})
    request(f"{world.url}{challenge.headers['location']}", {"answer": "confirm"})
    world.advance(to="trial_end")
    assert world.events("invoice.payment_action_required")
    invoice = world.api.invoices.list({"status": "open"}).data[0]
    challenge = request(invoice.hosted_invoice_url, {**CARD, "card-number": "4000 0027 6000 3184"})
    request(f"{world.url}{challenge.headers['location']}", {"answer": "confirm"})
    assert world.api.invoices.retrieve(invoice.id).status == "paid"
    assert world.api.subscriptions.list().data[0].status == "active"


def test_a_card_that_asked_once_is_charged_without_its_holder(world: World) -> None:
    session = world.open_checkout(world.make_customer())
    challenge = request(session.url, {**CARD, "card-number": "4000 0025 0000 3155"})
    request(f"{world.url}{challenge.headers['location']}", {"answer": "confirm"})
    world.advance(to="trial_end")
    assert world.api.invoices.list().data[0].amount_paid == 30000


def test_a_trial_ends_now_and_is_paid_for(world: World) -> None:
    subscription = world.start_trial()
    world.advance(seconds=DAY)
    ended = world.api.subscriptions.update(subscription.id, {"trial_end": "now", "expand": ["latest_invoice"]})
    assert ended.status == "active"
    assert ended.latest_invoice.amount_paid == 30000
    assert ended.trial_end == ended["items"].data[0].current_period_start == ended.billing_cycle_anchor
    assert world.events("customer.subscription.trial_will_end")


def test_a_trial_is_lengthened(world: World) -> None:
    subscription = world.start_trial()
    later = subscription.trial_end + 7 * DAY
    moved = world.api.subscriptions.update(subscription.id, {"trial_end": later})
    assert (moved.status, moved["items"].data[0].current_period_end) == ("trialing", later)
    assert "period_ends" not in world.advance(to=later - 1)
    assert "period_ends" in world.advance(to=later)


@pytest.mark.parametrize(
    ("behavior", "status"), [("cancel", "canceled"), ("pause", "paused"), ("create_invoice", "past_due")]
)
def test_a_trial_without_a_card_ends_as_it_was_told(world: World, behavior: str, status: str) -> None:
    settings = {"end_behavior": {"missing_payment_method": behavior}}
    subscription = world.subscribe(world.make_customer(), trial_period_days=7, trial_settings=settings)
    world.advance(to="trial_end")
    assert world.api.subscriptions.retrieve(subscription.id).status == status


def test_a_card_taken_away_in_the_trial_counts_as_none(world: World) -> None:
    subscription = world.start_trial()
    world.api.payment_methods.detach(subscription.default_payment_method)
    assert world.api.subscriptions.retrieve(subscription.id).default_payment_method is None
    world.advance(to="trial_end")
    assert world.api.subscriptions.retrieve(subscription.id).status == "canceled"


def test_a_paused_subscription_resumes_with_a_card(world: World) -> None:
    customer = world.make_customer()
    settings = {"end_behavior": {"missing_payment_method": "pause"}}
    subscription = world.subscribe(customer, trial_period_days=7, trial_settings=settings)
    world.advance(to="trial_end")
    paused = world.api.subscriptions.retrieve(subscription.id)
    assert paused.status_details.paused.subscription.type == "trial_end_without_payment_method"
    method = world.api.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    world.api.customers.update(customer.id, {"invoice_settings": {"default_payment_method": method.id}})
    at_once = {"billing_cycle_anchor": {"type": "now"}, "payment_behavior": "resume_on_payment_success"}
    running = world.api.subscriptions.resume(subscription.id, at_once)
    assert (running.status, running.status_details) == ("active", None)
    assert [event.type for event in world.events("customer.subscription.paused", "customer.subscription.resumed")] == [
        "customer.subscription.paused",
        "customer.subscription.resumed",
    ]
    with pytest.raises(stripe.InvalidRequestError, match="Only paused"):
        world.api.subscriptions.resume(subscription.id)


def test_an_unpaid_first_invoice_is_given_up_after_23_hours(world: World) -> None:
    subscription = world.subscribe(world.make_customer("pm_card_chargeCustomerFail"))
    assert subscription.status == "incomplete"
    assert "expire_incomplete" in world.advance(seconds=23 * HOUR)
    assert world.api.subscriptions.retrieve(subscription.id).status == "incomplete_expired"
    assert world.api.invoices.retrieve(subscription.latest_invoice).status == "void"


def test_an_incomplete_subscription_begins_when_it_is_paid(world: World) -> None:
    customer = world.make_customer("pm_card_chargeCustomerFail")
    subscription = world.subscribe(customer)
    invoice = world.api.invoices.retrieve(subscription.latest_invoice)
    assert request(invoice.hosted_invoice_url, CARD).status == 303
    assert world.api.subscriptions.retrieve(subscription.id).status == "active"
    assert "expire_incomplete" not in world.advance(seconds=DAY)


def test_error_if_incomplete_undoes_everything(world: World) -> None:
    customer = world.make_customer("pm_card_chargeCustomerFail")
    with pytest.raises(stripe.CardError) as refusal:
        world.subscribe(customer, payment_behavior="error_if_incomplete")
    assert (refusal.value.http_status, refusal.value.code) == (402, "card_declined")
    assert world.api.subscriptions.list({"status": "all"}).data == []
    assert world.api.invoices.list().data == []


def test_of_two_the_one_that_is_due_first_comes_first(world: World) -> None:
    price = world.make_price()
    later = world.subscribe(world.make_customer("pm_card_visa"), price=price, trial_period_days=20)
    sooner = world.subscribe(world.make_customer("pm_card_visa"), price=price, trial_period_days=10)
    world.advance(seconds=21 * DAY)
    warned = world.events("customer.subscription.trial_will_end")
    assert [event.data.object["id"] for event in warned] == [sooner.id, later.id]


def test_steps_that_came_due_while_it_was_off_are_done_at_their_moment(world: World) -> None:
    subscription = world.start_trial()
    world.advance(seconds=400 * DAY)
    moments = [event.created for event in world.events()]
    assert moments == sorted(moments)
    assert world.api.subscriptions.retrieve(subscription.id)["items"].data[0].current_period_end > world.now


def test_collection_that_is_paused_keeps_its_drafts(world: World) -> None:
    subscription = world.start_trial()
    world.api.subscriptions.update(subscription.id, {"pause_collection": {"behavior": "keep_as_draft"}})
    world.advance(to="trial_end")
    kept = world.api.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
    assert (kept.status, kept.latest_invoice.status) == ("active", "draft")


def test_lists_tell_the_living_from_the_ended(world: World) -> None:
    price, customer = world.make_price(), world.make_customer("pm_card_visa")
    living = world.subscribe(customer, price=price)
    ended = world.subscribe(customer, price=price)
    elsewhere = world.subscribe(world.make_customer("pm_card_visa"))
    world.api.subscriptions.cancel(ended.id)

    def found(**given: object) -> set[str]:
        return {row.id for row in world.api.subscriptions.list(given).data}

    assert found() == {living.id, elsewhere.id}
    assert found(status="all") == {living.id, ended.id, elsewhere.id}
    assert found(status="ended") == found(status="canceled") == {ended.id}
    assert found(customer=customer.id, status="active") == {living.id}
    assert found(price=price.id) == {living.id}


def test_a_voided_first_invoice_begins_nothing(world: World) -> None:
    subscription = world.subscribe(world.make_customer("pm_card_chargeCustomerFail"))
    world.api.invoices.void_invoice(subscription.latest_invoice)
    assert world.api.subscriptions.retrieve(subscription.id).status == "incomplete_expired"
