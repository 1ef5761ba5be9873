from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from memberships import clock, happenings
from memberships.models import Happening, Pause
from memberships.stripe import noticing, pausing
from memberships.stripe.reconcile import reconcile_doubtful
from memberships.stripe.sync import sync_customer, sync_subscription
from newsletters.models import Message
from tests.memberships.browsing import day_in_beirut, text
from tests.memberships.builders import person
from tests.memberships.conftest import begin_trial, holds_pro
from tests.memberships.stripe.paying import at_stripe, bring_card, monthly, of, paid, payer_of, yearly

pytestmark = pytest.mark.django_db

DAY = 86_400


def rest(client, months: int = 1) -> str:
    return text(client.post(reverse("account_pause"), {"months": months}, follow=True))


def kinds() -> list[str]:
    happenings.tell_waiting(clock.now())
    wanted = ("membership_paused", "pause_ending", "payment_failed")
    return sorted(Message.objects.filter(kind__in=wanted).values_list("kind", flat=True))


def test_a_rest_closes_what_is_for_members_and_ends_by_itself(client, local_stripe):
    user = payer_of(local_stripe, yearly())
    client.force_login(user)
    local_stripe.advance(seconds=100 * DAY)

    page = rest(client, 2)

    until = Pause.objects.get().until
    assert f"Your membership rests until {day_in_beirut(until)}." in page
    assert (at_stripe(local_stripe, user)["status"], holds_pro(user)) == ("paused", False)
    assert kinds() == ["membership_paused"]
    local_stripe.advance(to=int((until - timedelta(days=6)).timestamp()))
    noticing.note_due(clock.now()), noticing.note_due(clock.now())
    assert kinds() == ["membership_paused", "pause_ending"]
    pausing.go_on(clock.now())
    assert of(user).status == "paused"
    local_stripe.advance(to=int(until.timestamp()) + 1)

    pausing.go_on(clock.now()), pausing.go_on(clock.now())

    assert (of(user).status, of(user).rests_until, holds_pro(user)) == ("active", None, True)
    assert Pause.objects.get().ended_at is not None
    assert paid(local_stripe, user) == [30000], "it was paid for already"
    # Two months of the year were not had, and are taken off the next charge.
    assert 24_500 < of(user).next_charge.amount < 25_500
    assert kinds() == ["membership_paused", "pause_ending"]


def test_a_membership_rests_once_in_twelve_months(client, local_stripe):
    user = payer_of(local_stripe, yearly())
    client.force_login(user)
    rest(client, 3)
    assert "Your membership goes on." in text(client.post(reverse("account_go_on"), follow=True))
    assert holds_pro(user)

    assert "A membership rests once in twelve months. Yours can again from" in rest(client)

    assert (of(user).status, Pause.objects.count()) == ("active", 1)


def test_pressing_twice_rests_once_and_bad_months_rest_not_at_all(client, local_stripe):
    user = payer_of(local_stripe, yearly())
    client.force_login(user)
    assert "Choose one, two or three months." in text(
        client.post(reverse("account_pause"), {"months": "40"}, follow=True)
    )
    seen = of(user)

    pausing.pause(seen, 1, clock.now())
    with pytest.raises(pausing.PauseRefused):
        pausing.pause(seen, 1, clock.now())

    assert Pause.objects.count() == Happening.objects.filter(kind="subscription_paused").count() == 1


def test_a_charge_that_fails_at_the_end_is_told_once_and_a_new_card_goes_on(client, local_stripe):
    user = payer_of(local_stripe, monthly())
    client.force_login(user)
    local_stripe.advance(seconds=20 * DAY)
    rest(client)
    bring_card(local_stripe, user, "pm_card_chargeCustomerFail")
    # Whole months bring it back to the same day of its period, with little to charge; a shorter one does not.
    Pause.objects.update(until=clock.now() + timedelta(days=15))
    local_stripe.advance(seconds=15 * DAY + 1)

    pausing.go_on(clock.now()), pausing.go_on(clock.now())

    page = text(client.get(reverse("account_membership")))
    assert "could not be charged. Change your card, then let it go on." in page
    assert (of(user).status, holds_pro(user), kinds()) == ("paused", False, ["membership_paused", "payment_failed"])
    refused = text(client.post(reverse("account_go_on"), follow=True))
    assert "Our payment partner refused this: Your card was declined." in refused
    bring_card(local_stripe, user, "pm_card_visa")
    assert "Your membership goes on." in text(client.post(reverse("account_go_on"), follow=True))
    assert (of(user).status, holds_pro(user)) == ("active", True)
    assert len(paid(local_stripe, user)) == 2


def test_who_cancels_while_it_rests_reads_what_is_paid_for(client, local_stripe):
    user = payer_of(local_stripe, yearly())
    client.force_login(user)
    ends = of(user).period_ends_at
    rest(client, 3)
    assert f"until {day_in_beirut(ends)}. Nothing is charged after that." in text(client.get(reverse("account_cancel")))

    client.post(reverse("account_cancel"))

    assert (of(user).status, of(user).cancel_at, holds_pro(user)) == ("active", ends, True)
    assert paid(local_stripe, user) == [30000]


def test_a_trial_cannot_rest(client, local_stripe):
    user = person()
    begin_trial(local_stripe, user)
    client.force_login(user)

    assert "A free trial cannot rest." in rest(client)
    assert of(user).status == "trialing"


def test_a_rest_that_began_in_stripes_dashboard_is_mirrored_and_can_be_ended(client, local_stripe):
    user = payer_of(local_stripe, yearly())
    client.force_login(user)
    local_stripe.api("POST", f"subscriptions/{of(user).stripe_id}/pause")
    sync_subscription(of(user).customer.stripe_id, of(user).stripe_id, clock.now())

    page = text(client.get(reverse("account_membership")))
    assert "Your membership rests. Nothing is charged, and nothing opens, until you let it go on." in page
    client.post(reverse("account_go_on"))
    assert of(user).status == "active"


def test_a_rest_whose_process_died_is_settled_by_what_stripe_has(local_stripe):
    user = payer_of(local_stripe, yearly())
    until = clock.now() + timedelta(days=31)
    row = Pause.objects.create(subscription=of(user), months=1, asked_at=clock.now(), until=until)
    pausing.go_on(clock.now() + timedelta(minutes=11))
    row.refresh_from_db()
    assert (row.state, of(user).status) == ("refused", "active")

    made = Pause.objects.create(subscription=of(user), months=1, asked_at=clock.now(), until=until)
    local_stripe.api("POST", f"subscriptions/{of(user).stripe_id}/pause")
    pausing.go_on(clock.now() + timedelta(minutes=11))
    made.refresh_from_db()
    assert (made.state, of(user).rests_until) == ("done", until)


def test_a_trial_that_ended_without_a_card_goes_on_with_one(client, local_stripe):
    user = person()
    begin_trial(local_stripe, user)
    client.force_login(user)
    row = of(user)
    at_its_end = {"trial_settings[end_behavior][missing_payment_method]": "pause"}
    local_stripe.api("POST", f"subscriptions/{row.stripe_id}", **at_its_end)
    method = at_stripe(local_stripe, user)["default_payment_method"]
    local_stripe.api("POST", f"payment_methods/{method}/detach")
    local_stripe.advance(to=int(row.trial_ends_at.timestamp()) + 30 * DAY)
    reconcile_doubtful(clock.now())
    page = text(client.get(reverse("account_membership")))
    assert "Your membership rests. Add a card, then let it go on." in page
    assert reverse("account_go_on") not in page

    bring_card(local_stripe, user, "pm_card_visa")
    sync_customer(row.customer.stripe_id, clock.now())
    assert "Let it go on, and $300.00 is charged to your Visa 4242." in text(client.get(reverse("account_membership")))
    again = [text(client.post(reverse("account_go_on"), follow=True)) for _press in range(2)]

    assert "Your membership goes on." in again[0]
    assert "Your membership does not rest." in again[1]
    assert (of(user).status, holds_pro(user), paid(local_stripe, user)) == ("active", True, [30000])
    assert of(user).period_ends_at > clock.now() + timedelta(days=364), "the year begins when it is paid for"


def test_what_rests_because_it_could_not_be_charged_is_paid_before_it_goes_on(client, local_stripe):
    user = payer_of(local_stripe, monthly())
    client.force_login(user)
    bring_card(local_stripe, user, "pm_card_chargeCustomerFail")
    local_stripe.decide(after_retries="pause")
    local_stripe.advance(to=int(of(user).period_ends_at.timestamp()) + 15 * DAY)
    local_stripe.decide(after_retries="cancel")  # As it was: the local Stripe is shared.
    reconcile_doubtful(clock.now())
    assert "$29.00 could not be charged" in text(client.get(reverse("account_membership")))
    assert "Your card was declined." in text(client.post(reverse("account_go_on"), follow=True))
    assert (of(user).status, holds_pro(user)) == ("paused", False)

    bring_card(local_stripe, user, "pm_card_visa")
    pausing.wake(of(user), clock.now()), pausing.wake(of(user), clock.now())

    assert (of(user).status, holds_pro(user), paid(local_stripe, user)) == ("active", True, [2900, 2900])
