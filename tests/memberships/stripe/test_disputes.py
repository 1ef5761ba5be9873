"""A bank takes money back: staff are told in time, nothing new is sold, lost ends the membership, won clears."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
import requests
from django.conf import settings
from django.db.models import Sum
from django.utils.timezone import localtime

from memberships import clock, tasks, trials
from memberships.metrics import revenue
from memberships.models import Alert, CheckoutAttempt, Dispute, Invoice, RevenueDay, Subscription
from memberships.stripe import disputes, money_back, refunds
from memberships.stripe.checkout import CheckoutRefused, start_checkout
from memberships.stripe.payload import Unreadable
from memberships.stripe.refunds import RefundRefused
from memberships.stripe.returned import RemoteDispute, RemoteRefund
from memberships.stripe.sync import sync_subscription
from tests.memberships.builders import NOW, person, plan, pro, subscription
from tests.memberships.conftest import deliver_all, holds_pro
from tests.memberships.meddler import meddling
from tests.memberships.stripe.test_refunds import bill, intent_of, paid_by

pytestmark = pytest.mark.django_db


def bank(stripe, act: str, invoice: Invoice) -> None:
    charge = stripe.api("GET", "charges", payment_intent=intent_of(stripe, invoice))["data"][0]["id"]
    sent = {"data": {"act": act, "charge": charge}, "headers": {"Accept": "application/json"}}
    answer = requests.post(f"{stripe.base}/_stand_in/bank", timeout=20, **sent)
    assert answer.status_code == 200, answer.text


def told(stripe, type_: str) -> None:
    stripe.wire.wait_for(type_)
    deliver_all(stripe)


@pytest.fixture
def ann():
    return person("ann@example.org")


@pytest.fixture
def invoice(local_stripe, ann) -> Invoice:
    return paid_by(local_stripe, ann)


def test_a_dispute_is_told_with_the_day_by_which_it_must_be_answered(local_stripe, ann, invoice):
    bank(local_stripe, "dispute", invoice)
    told(local_stripe, "charge.dispute.funds_withdrawn")

    dispute = Dispute.objects.get()
    assert (dispute.invoice, dispute.status, dispute.amount) == (invoice, "needs_response", 30_000)
    alert = Alert.objects.get(kind="disputed")
    assert alert.times == 1
    assert "ann@example.org disputes $300.00" in alert.sentence
    assert str(dispute.due_at.year) in alert.sentence
    assert holds_pro(ann)
    with pytest.raises(RefundRefused, match="bank holds this money"):
        refunds.offer_for(invoice, clock.now())


def test_nothing_new_is_sold_while_a_dispute_is_open(local_stripe, ann, invoice):
    bank(local_stripe, "dispute", invoice)
    told(local_stripe, "charge.dispute.created")
    Subscription.objects.update(status="canceled")

    with pytest.raises(CheckoutRefused, match="Your bank disputes"):
        start_checkout(ann, plan(), clock.now(), "")

    assert not CheckoutAttempt.objects.filter(user=ann, state="open").exists()
    assert not trials.is_entitled(ann, pro())


def test_a_till_that_stands_open_is_closed(local_stripe, ann, invoice):
    known = Subscription.objects.get(customer__user=ann)
    local_stripe.api("DELETE", f"subscriptions/{known.stripe_id}")
    deliver_all(local_stripe)
    sync_subscription(known.customer.stripe_id, known.stripe_id, clock.now())
    visit = start_checkout(ann, plan(), clock.now(), "")

    bank(local_stripe, "dispute", invoice)
    told(local_stripe, "charge.dispute.created")

    visit.refresh_from_db()
    assert visit.state == "expired"
    assert local_stripe.api("GET", f"checkout/sessions/{visit.session_id}")["status"] == "expired"


def test_won_clears_everything(local_stripe, ann, invoice):
    bank(local_stripe, "dispute", invoice)
    told(local_stripe, "charge.dispute.created")
    bank(local_stripe, "win", invoice)
    told(local_stripe, "charge.dispute.funds_reinstated")

    dispute = Dispute.objects.get()
    assert (dispute.status, dispute.closed_at is not None) == ("won", True)
    assert not Dispute.objects.holding().exists()
    assert Alert.objects.get(kind="disputed").settled_at is not None
    assert holds_pro(ann)
    assert refunds.offer_for(invoice, clock.now()).left == 30_000
    assert (RevenueDay.objects.aggregate(all=Sum("refunded"))["all"], revenue.rebuild()) == (0, False)


def test_lost_ends_the_membership_and_holds_until_it_is_forgiven(local_stripe, ann, invoice):
    bank(local_stripe, "dispute", invoice)
    told(local_stripe, "charge.dispute.created")
    bank(local_stripe, "lose", invoice)
    told(local_stripe, "charge.dispute.closed")

    assert not holds_pro(ann)
    closed_on = RevenueDay.objects.get(refunded=30_000).day
    assert closed_on == localtime(Dispute.objects.get().closed_at, ZoneInfo(settings.TIME_ZONE)).date()
    assert revenue.rebuild() is False
    row = Subscription.objects.get(customer__user=ann)
    assert (row.status, local_stripe.api("GET", f"subscriptions/{row.stripe_id}")["status"]) == ("canceled",) * 2
    with pytest.raises(CheckoutRefused):
        start_checkout(ann, plan(), clock.now(), "")

    dispute = Dispute.objects.get()
    assert disputes.forgive(dispute, "A mistake of their bank.", person(), clock.now())
    assert not disputes.forgive(dispute, "Again.", person(), clock.now())
    assert start_checkout(ann, plan(), clock.now(), "").url


def test_lost_is_not_written_before_the_membership_is_ended(local_stripe, ann, invoice, settings):
    bank(local_stripe, "dispute", invoice)
    told(local_stripe, "charge.dispute.created")
    bank(local_stripe, "lose", invoice)
    local_stripe.wire.wait_for("charge.dispute.closed")

    def spoil(path: str, said):
        return {} if path.startswith("/v1/subscriptions/") else said

    with meddling(local_stripe.base, spoil) as address:
        settings.STRIPE_API_BASE = address
        deliver_all(local_stripe)
        assert Dispute.objects.get().status == "needs_response"
    settings.STRIPE_API_BASE = local_stripe.base

    assert money_back.compare(clock.now()) == 1
    assert Dispute.objects.get().status == "lost"
    assert not holds_pro(ann)


def test_a_dispute_nobody_told_us_of_is_found_at_night(local_stripe, invoice):
    bank(local_stripe, "dispute", invoice)

    tasks.reconcile_all()
    assert money_back.compare(clock.now()) == 0
    assert Alert.objects.filter(kind="disputed").count() == 1


def test_a_warning_proposes_the_refund_and_settles_with_it(local_stripe, ann, invoice):
    bank(local_stripe, "warn", invoice)
    told(local_stripe, "radar.early_fraud_warning.created")
    alert = Alert.objects.get(kind="fraud_warning")
    assert "by ann@example.org. Give it all back now" in alert.sentence

    local_stripe.api("POST", "refunds", payment_intent=intent_of(local_stripe, invoice))
    told(local_stripe, "radar.early_fraud_warning.updated")

    alert.refresh_from_db()
    assert alert.settled_at is not None


@pytest.mark.parametrize("status", ["won", "warning_closed", "prevented"])
def test_what_the_bank_gave_up_holds_nothing(status):
    row = subscription(person())
    values = {"amount": 1, "currency": "usd", "opened_at": NOW, "synced_at": NOW, "closed_at": NOW}
    Dispute.objects.create(invoice=bill(row), stripe_id="du_1", status=status, **values)
    assert not Dispute.objects.holding().exists()


REFUND = {"id": "re_1", "status": "succeeded", "amount": 5, "currency": "usd", "payment_intent": "pi_1", "created": 9}
DISPUTE = {**REFUND, "id": "du_1", "status": "lost", "is_charge_refundable": False}


@pytest.mark.parametrize(("reader", "whole"), [(RemoteRefund, REFUND), (RemoteDispute, DISPUTE)])
@pytest.mark.parametrize("spoiled", [{"status": "novel"}, {"status": None}, {"amount": "5"}, {"created": None}])
def test_what_is_cut_short_or_unknown_is_refused(reader, whole, spoiled):
    assert reader.read(whole).amount == 5
    with pytest.raises(Unreadable):
        reader.read({**whole, **spoiled})
