from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from memberships import clock, plan_changes
from memberships.models import Consent, Invoice, PlanChange
from memberships.stripe import changes, reconcile, refunds, switching
from newsletters.models import Message
from tests.memberships.browsing import text
from tests.memberships.builders import person, plan
from tests.memberships.conftest import begin_trial, holds_pro
from tests.memberships.stripe.paying import at_stripe, bring_card, monthly, of, paid, payer_of, yearly

pytestmark = pytest.mark.django_db

FAILS = "pm_card_chargeCustomerFail"


def look_of(client, wanted) -> tuple[str, str]:
    """The page that says what the change costs, and the look it gives along."""
    page = text(client.post(reverse("account_change"), {"plan": wanted.lookup_key}))
    return page, re.search(r'name="look" value="([^"]+)"', page)[1]


def agree(client, look: str) -> str:
    return text(client.post(reverse("account_change"), {"look": look}, follow=True))


def test_a_longer_plan_is_charged_at_the_sum_that_was_shown_and_once(client, local_stripe, announced):
    yearly(), monthly()
    user = payer_of(local_stripe, monthly())
    local_stripe.advance(seconds=10 * 86_400)
    client.force_login(user)

    page, look = look_of(client, yearly())
    shown = re.search(r"Today \$([\d.]+) is charged to your Visa 4242", page)[1]
    local_stripe.advance(seconds=240)
    with announced() as told:
        done, again = agree(client, look), agree(client, look)

    assert "Your plan is changed." in done
    assert "Your plan is changed." in again
    assert paid(local_stripe, user) == [round(float(shown) * 100), 2900]
    assert 27_900 < round(float(shown) * 100) < 28_300
    assert of(user).plan == yearly()
    assert sorted(told) == ["invoice_paid", "plan_changed"]
    mail = " ".join(Message.objects.get(kind="plan_changed").text.split())
    assert "Your plan was PRO, monthly and is now PRO, yearly: $300.00 every year." in mail
    assert f"${shown} was charged for the change" in mail
    offer = refunds.offer_for(Invoice.objects.get(amount_paid=round(float(shown) * 100)), clock.now())
    assert offer.is_term, "who gets this year back does not read on for it"
    change, consent = PlanChange.objects.get(), Consent.objects.get(plan_key="pro_yearly")
    assert (change.state, change.amount, consent.visit) == ("done", paid(local_stripe, user)[0], change.key)
    assert f"Change and pay ${shown} now" in consent.words


def test_a_shorter_plan_follows_with_the_next_period(client, local_stripe):
    yearly(), monthly()
    user = payer_of(local_stripe, yearly())
    client.force_login(user)
    page, look = look_of(client, monthly())
    assert "Nothing is charged today. Until then you have PRO, yearly." in page

    planned = agree(client, look)

    assert "your plan changes to PRO, monthly. Then $29.00 is charged." in planned
    assert "Keep my present plan" in planned
    assert (of(user).plan, of(user).next_plan, paid(local_stripe, user)) == (yearly(), monthly(), [30000])
    assert reconcile.reconcile_all(clock.now()) == []
    local_stripe.advance(to=int(of(user).period_ends_at.timestamp()) + 3700)
    reconcile.reconcile_doubtful(clock.now())
    assert (of(user).plan, of(user).next_plan, paid(local_stripe, user)) == (monthly(), None, [2900, 30000])
    assert holds_pro(user)
    # The schedule still stands there, and does not stand in the way of leaving.
    assert changes.cancel(of(user), clock.now()).cancel_at == of(user).period_ends_at


def test_a_plan_that_was_to_follow_is_taken_back_or_goes_with_a_cancellation(client, local_stripe):
    yearly(), monthly()
    user = payer_of(local_stripe, yearly())
    client.force_login(user)
    agree(client, look_of(client, monthly())[1])

    kept = text(client.post(reverse("account_change_keep"), follow=True))

    assert "You keep your plan." in kept
    assert "$300.00 is charged" in kept
    assert at_stripe(local_stripe, user)["schedule"] is None
    agree(client, look_of(client, monthly())[1])
    client.post(reverse("account_cancel"))
    assert of(user).next_plan is None
    assert of(user).cancel_at == of(user).period_ends_at


def test_in_a_trial_the_plan_changes_without_a_charge_and_the_trial_ends_as_before(client, local_stripe):
    user = person()
    plan(), monthly()
    begin_trial(local_stripe, user)
    ends = of(user).trial_ends_at
    client.force_login(user)

    page, look = look_of(client, monthly())
    assert "Nothing is charged today. Your free trial ends on" in page
    agree(client, look)

    assert (of(user).plan, of(user).status, of(user).trial_ends_at) == (monthly(), "trialing", ends)
    assert paid(local_stripe, user) == []
    local_stripe.advance(to=int(ends.timestamp()) + 3700)
    assert paid(local_stripe, user) == [2900]


def test_a_card_that_fails_leaves_the_plan_and_the_page_says_so(client, local_stripe):
    yearly(), monthly()
    user = payer_of(local_stripe, monthly())
    bring_card(local_stripe, user, FAILS)
    client.force_login(user)
    look = look_of(client, yearly())[1]

    refused, again = agree(client, look), agree(client, look)

    assert "Your plan was not changed. Our payment partner refused this: Your card was declined." in refused
    assert "Your plan was not changed." in again
    assert (of(user).plan, of(user).status, paid(local_stripe, user)) == (monthly(), "active", [2900])
    assert PlanChange.objects.get().state == "refused"


def test_what_was_shown_holds_ten_minutes_and_only_while_the_sum_is_the_same(client, local_stripe):
    yearly(), monthly()
    user = payer_of(local_stripe, monthly())
    client.force_login(user)
    credited, late = look_of(client, yearly())[1], look_of(client, yearly())[1]

    local_stripe.api("POST", f"customers/{of(user).customer.stripe_id}", balance=-500)
    assert "The sum has changed since you saw it." in agree(client, credited)
    local_stripe.advance(seconds=601)
    assert "more than ten minutes ago" in agree(client, late)
    assert "Please look at the change once more." in agree(client, "forged")

    assert (of(user).plan, PlanChange.objects.exists()) == (monthly(), False)


@pytest.mark.parametrize("is_made", [True, False])
def test_a_change_whose_process_died_is_settled_by_what_stripe_has(local_stripe, is_made):
    yearly(), monthly()
    user = payer_of(local_stripe, monthly())
    row = of(user)
    change = PlanChange.objects.create(
        subscription=row, from_plan=monthly(), to_plan=yearly(), begins="now", amount=27100, currency="usd",
        counted_from=clock.now(), asked_at=clock.now(),
    )  # fmt: skip
    if is_made:
        switching._ask_stripe(change)

    switching.go_on(clock.now())
    change.refresh_from_db()
    assert change.state == "asked", "its process may still be at it"
    switching.go_on(clock.now() + plan_changes.LOOK_HOLDS + timedelta(seconds=1))

    change.refresh_from_db()
    assert change.state == ("done" if is_made else "refused")
    assert of(user).plan == (yearly() if is_made else monthly())
    assert len(paid(local_stripe, user)) == (2 if is_made else 1)


def test_the_page_shows_what_one_may_change_to_and_costs_no_question_to_stripe(client, local_stripe, settings):
    yearly(), monthly(), plan("pro_eur", currency="eur", trial_days=0)
    user = payer_of(local_stripe, monthly())
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    client.force_login(user)

    page = text(client.get(reverse("account_change")))

    assert "You have PRO, monthly: $29.00 every month." in page
    assert 'value="pro_yearly"' in page
    assert "pro_eur" not in page
    away = text(client.post(reverse("account_change"), {"plan": "pro_yearly"}))
    assert "does not answer just now" in away
