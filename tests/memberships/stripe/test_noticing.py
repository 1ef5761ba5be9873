"""Notices against the local Stripe: it is asked before one is written, and what it says decides."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from memberships import clock, happenings
from memberships.models import Happening, Subscription, User
from memberships.stripe import noticing
from newsletters.models import Message
from tests.memberships.builders import DAY, NOW, person, subscription
from tests.memberships.conftest import begin_trial, deliver_all, past_the_trial
from tests.memberships.local_stripe import FAILS_LATER

pytestmark = pytest.mark.django_db
KINDS = ("trial_ending", "payment_reminder", "action_required", "card_expiring", "renewal_ahead")


def of(user: User) -> Subscription:
    return Subscription.objects.select_related("customer", "plan").get(customer__user=user)


def tick() -> None:
    """What the timetable does: write down what is due, and tell it."""
    noticing.note_due(clock.now())
    happenings.tell_waiting(clock.now())


def go_to(stripe, moment: datetime) -> None:
    stripe.advance(to=int(moment.timestamp()))
    deliver_all(stripe)


def told() -> list[str]:
    return list(Message.objects.filter(kind__in=KINDS).order_by("id").values_list("kind", flat=True))


@pytest.fixture
def reader(local_stripe) -> User:
    """Somebody whose trial has begun."""
    user = person()
    begin_trial(local_stripe, user)
    return user


def paying(stripe, user: User) -> Subscription:
    past_the_trial(stripe, user)
    deliver_all(stripe)
    return of(user)


def take_card(stripe, row: Subscription, card: str) -> str:
    method = stripe.api("POST", f"payment_methods/{card}/attach", customer=row.customer.stripe_id)
    stripe.api("POST", f"subscriptions/{row.stripe_id}", default_payment_method=method["id"])
    return method["id"]


def test_the_end_of_a_trial_is_told_once_three_days_before(local_stripe, reader):
    ends = of(reader).trial_ends_at
    go_to(local_stripe, ends - 3 * DAY - timedelta(hours=1))
    tick()
    assert told() == []

    go_to(local_stripe, ends - 3 * DAY)
    for _tick in range(3):
        tick()

    assert told() == ["trial_ending"]
    assert "we charge $300.00 to your Visa 4242" in Message.objects.get(kind="trial_ending").text


def test_who_cancelled_unheard_is_told_of_no_charge(local_stripe, reader):
    local_stripe.api("POST", f"subscriptions/{of(reader).stripe_id}", cancel_at_period_end="true")
    local_stripe.advance(to=int((of(reader).trial_ends_at - 2 * DAY).timestamp()))
    local_stripe.wire.take()  # Every webhook of it is lost.

    tick()

    assert told() == []
    assert of(reader).cancel_at is not None


def test_while_stripe_is_away_nothing_is_written_and_later_it_is(local_stripe, reader, settings):
    go_to(local_stripe, of(reader).trial_ends_at - 2 * DAY)
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    tick()
    assert told() == []

    settings.STRIPE_API_BASE = local_stripe.base
    tick()
    assert told() == ["trial_ending"]


def test_who_cancels_between_the_writing_and_the_telling_is_told_nothing(local_stripe, reader):
    go_to(local_stripe, of(reader).trial_ends_at - 2 * DAY)
    noticing.note_due(clock.now())
    Subscription.objects.update(cancel_at=clock.now() + DAY)

    happenings.tell_waiting(clock.now())
    assert told() == []
    assert not Happening.objects.filter(kind=Happening.Kind.TRIAL_ENDING).exists()

    Subscription.objects.update(cancel_at=None)
    tick()
    assert told() == ["trial_ending"], "who takes it back is told after all"


def test_what_was_written_but_not_told_in_its_time_is_not_told_late(local_stripe, reader):
    ends = of(reader).trial_ends_at
    go_to(local_stripe, ends - 2 * DAY)
    noticing.note_due(clock.now())

    happenings.tell_waiting(ends)

    assert told() == []


def test_a_failed_renewal_is_recalled_on_its_days_until_it_is_paid(local_stripe, reader):
    row = paying(local_stripe, reader)
    take_card(local_stripe, row, "pm_card_chargeCustomerFail")
    go_to(local_stripe, row.period_ends_at + timedelta(hours=2))
    since = of(reader).past_due_since
    Message.objects.all().delete()

    for day in (1, 3, 4, 7, 8):
        go_to(local_stripe, since + day * DAY + timedelta(minutes=5))
        tick()
    assert told() == ["payment_reminder"] * 2

    last = Message.objects.latest("id").text
    until = of(reader).past_due_since + 14 * DAY
    assert "$300.00 for Corniche PRO is still unpaid" in last
    assert f"you read on until {until.day} {until:%B %Y}" in last
    assert of(reader).invoices.owed().get().hosted_url in last

    local_stripe.api("POST", f"invoices/{of(reader).invoices.owed().get().stripe_id}/pay", paid_out_of_band="true")
    go_to(local_stripe, since + 12 * DAY + timedelta(minutes=5))
    tick()
    assert told() == ["payment_reminder"] * 2


def test_a_week_without_workers_is_not_caught_up_with_three_mails(local_stripe):
    user = person()
    begin_trial(local_stripe, user, FAILS_LATER)
    past_the_trial(local_stripe, user)
    go_to(local_stripe, of(user).trial_ends_at + 9 * DAY)

    tick()

    assert told() == ["payment_reminder"]
    assert Happening.objects.get(kind=Happening.Kind.PAYMENT_REMINDER).period.endswith(":7")


def test_another_year_is_told_of_with_its_amount_and_day(local_stripe, reader):
    row = paying(local_stripe, reader)
    Message.objects.all().delete()
    go_to(local_stripe, row.period_ends_at - 30 * DAY)
    for _tick in range(2):
        tick()

    assert told() == ["renewal_ahead"]
    day = f"{row.period_ends_at.day} {row.period_ends_at:%B %Y}"
    assert f"On {day} another year of Corniche PRO begins, and $300.00 is charged to your Visa 4242." in (
        Message.objects.get(kind="renewal_ahead").text
    )


def test_the_banks_question_is_passed_on_with_the_page_that_answers_it(local_stripe, reader):
    row = of(reader)
    take_card(local_stripe, row, "pm_card_authenticationRequired")
    past_the_trial(local_stripe, reader)
    asked = local_stripe.wire.wait_for("invoice.payment_action_required")
    for _time in range(2):
        local_stripe.wire.keep(asked)  # Stripe says it again.
    deliver_all(local_stripe)
    tick()

    assert told() == ["action_required"]
    assert of(reader).invoices.owed().get().hosted_url in Message.objects.get(kind="action_required").text


def test_the_banks_question_is_dropped_once_it_is_answered(local_stripe, reader):
    take_card(local_stripe, of(reader), "pm_card_authenticationRequired")
    past_the_trial(local_stripe, reader)
    asked = local_stripe.wire.wait_for("invoice.payment_action_required")
    invoice = asked.event["data"]["object"]["id"]
    local_stripe.api("POST", f"invoices/{invoice}/pay", paid_out_of_band="true")
    deliver_all(local_stripe)
    tick()

    assert told() == []


def test_the_card_of_the_customer_is_the_one_that_expires(local_stripe, reader):
    row = paying(local_stripe, reader)
    customer = row.customer.stripe_id
    visa = local_stripe.api("GET", f"subscriptions/{row.stripe_id}")["default_payment_method"]
    own = local_stripe.api("POST", "payment_methods/pm_card_mastercard/attach", customer=customer)["id"]
    local_stripe.api("POST", f"customers/{customer}", **{"invoice_settings[default_payment_method]": own})
    local_stripe.api("POST", f"payment_methods/{visa}/detach")
    local_stripe.wire.wait_for("payment_method.detached")
    deliver_all(local_stripe)
    assert of(reader).card_label == "Mastercard 4444"

    expires_on = of(reader).card_expires_on
    local_stripe.api("POST", f"payment_methods/{own}", **{"card[exp_month]": 2, "card[exp_year]": clock.now().year + 1})
    local_stripe.wire.wait_for("payment_method.updated")
    deliver_all(local_stripe)
    soon = datetime(clock.now().year + 1, 2, 10, tzinfo=clock.now().tzinfo)
    go_to(local_stripe, soon)
    tick()

    assert of(reader).card_expires_on != expires_on
    assert told() == ["card_expiring"]
    assert "Your Mastercard 4444" in Message.objects.get(kind="card_expiring").text


def test_who_has_been_told_is_not_read_again_however_many_they_are(django_assert_num_queries):
    at = NOW
    for _number in range(4):
        row = subscription(person(), period_ends_at=at + 20 * DAY)
        happenings.note_due(row, at)

    with django_assert_num_queries(2):  # What is ahead, what is written down. Stripe is not asked.
        assert noticing.note_due(at) == 0
