"""A student's price at Stripe: what follows when the proof runs out, with a month's notice, and what does not."""

from __future__ import annotations

import pytest
from django.urls import reverse

from memberships import clock, students
from memberships.models import Happening, StudentProof
from memberships.stripe import reconcile, student_prices
from memberships.stripe.checkout import complete_checkout, start_checkout
from newsletters.models import Message
from tests.memberships.browsing import text
from tests.memberships.builders import person, plan
from tests.memberships.conftest import deliver_all
from tests.memberships.stripe.paying import of, paid, yearly

pytestmark = pytest.mark.django_db

DAY = 86_400


def student():
    return plan(
        "pro_student", name="PRO, students", amount=9000, trial_days=0, audience="student", domains="aub.edu.lb"
    )


def payer(stripe):
    yearly()
    user = person("ada@aub.edu.lb", name="Ada", time_zone="Asia/Beirut")
    attempt = start_checkout(user, student(), clock.now(), "")
    complete_checkout(user, stripe.pay(attempt.url), clock.now())
    assert (of(user).plan, paid(stripe, user)) == (student(), [9000])
    return user


def tick(django_capture_on_commit_callbacks) -> int:
    with django_capture_on_commit_callbacks(execute=True):
        return student_prices.go_on(clock.now())


def test_without_another_proof_the_ordinary_price_follows_told_a_month_ahead(
    client, local_stripe, django_capture_on_commit_callbacks
):
    user = payer(local_stripe)
    proof = StudentProof.objects.get(user=user)
    assert (proof.how, proof.address) == ("address", "ada@aub.edu.lb"), "what was believed is written down"
    local_stripe.advance(seconds=325 * DAY)
    assert tick(django_capture_on_commit_callbacks) == 0, "it is too early"

    local_stripe.advance(seconds=8 * DAY)
    assert tick(django_capture_on_commit_callbacks) == 1
    told = Happening.objects.get(kind="student_ending")
    mail = " ".join(Message.objects.get(kind="student_ending").text.split())
    assert "your plan changes to PRO, yearly on" in mail
    assert "$300.00 is charged then" in mail
    assert told.until == of(user).period_ends_at
    assert of(user).next_plan is None, "told comes before done"

    assert tick(django_capture_on_commit_callbacks) == 1
    assert (of(user).next_plan, of(user).next_charge.amount) == (yearly(), 30000)
    assert tick(django_capture_on_commit_callbacks) == 0
    client.force_login(user)
    assert "Prove that you study" in text(client.get(reverse("account_membership")))
    kept = client.post(reverse("account_change_keep"))
    assert (kept.url, of(user).next_plan) == (reverse("account_student"), yearly()), "nobody keeps it without a proof"

    local_stripe.advance(to=int(told.until.timestamp()) + 3700)
    deliver_all(local_stripe)
    reconcile.reconcile_doubtful(clock.now())
    assert (of(user).plan, paid(local_stripe, user)) == (yearly(), [30000, 9000])
    assert Message.objects.filter(kind="student_ending").count() == 1


def test_another_proof_takes_it_back(local_stripe, django_capture_on_commit_callbacks):
    user = payer(local_stripe)
    local_stripe.advance(seconds=333 * DAY)
    assert [tick(django_capture_on_commit_callbacks) for _each in range(2)] == [1, 1]
    assert of(user).next_plan == yearly()

    students.ask_by_address(user, "ada@aub.edu.lb", ["aub.edu.lb"], clock.now())
    students.confirm(students.token_for(StudentProof.objects.get(state="asked")), clock.now())
    assert tick(django_capture_on_commit_callbacks) == 1

    assert of(user).next_plan is None
    ends = of(user).period_ends_at
    local_stripe.advance(to=int(ends.timestamp()) + 3700)
    deliver_all(local_stripe)
    reconcile.reconcile_doubtful(clock.now())
    assert (of(user).plan, paid(local_stripe, user)) == (student(), [9000, 9000])


def test_who_hears_too_late_for_this_renewal_pays_less_once_more(local_stripe, django_capture_on_commit_callbacks):
    user = payer(local_stripe)
    StudentProof.objects.filter(user=user).update(ends_at=clock.now() + (of(user).period_ends_at - clock.now()) / 2)
    local_stripe.advance(seconds=345 * DAY)

    tick(django_capture_on_commit_callbacks), tick(django_capture_on_commit_callbacks)

    assert of(user).next_plan is None
    assert (Happening.objects.get(kind="student_ending").until - of(user).period_ends_at).days in {365, 366}


def test_who_has_cancelled_hears_nothing(local_stripe, django_capture_on_commit_callbacks):
    user = payer(local_stripe)
    local_stripe.advance(seconds=333 * DAY)
    local_stripe.api("POST", f"subscriptions/{of(user).stripe_id}", cancel_at_period_end="true")

    assert tick(django_capture_on_commit_callbacks) == 0, "our mirror is behind; Stripe is asked first"
    assert not Happening.objects.filter(kind="student_ending").exists()


def test_nothing_is_moved_where_no_ordinary_plan_is_sold(local_stripe, django_capture_on_commit_callbacks):
    user = payer(local_stripe)
    row = yearly()
    row.is_offered = False
    row.save()
    local_stripe.advance(seconds=333 * DAY)
    assert tick(django_capture_on_commit_callbacks) == 0
    assert of(user).next_plan is None
