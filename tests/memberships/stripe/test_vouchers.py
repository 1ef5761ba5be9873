"""Gifts at the local Stripe: paid once whoever hears of it, delivered once whoever dies, given back once."""

from __future__ import annotations

import threading

import pytest
import requests
from django.db import connection
from django.db.models import Sum

from memberships import clock, signals
from memberships.metrics import revenue
from memberships.models import Alert, Happening, RevenueDay, Subscription, TrialUse, Voucher
from memberships.standing import standing_of
from memberships.stripe import voucher_money, voucher_till
from memberships.stripe.checkout import complete_checkout, start_checkout
from memberships.stripe.refunds import RefundRefused
from memberships.stripe.sync import sync_subscription
from memberships.vouchers import claiming, links, telling
from newsletters.models import Message
from tests.memberships.browsing import text
from tests.memberships.builders import DAY, person, plan, subscription
from tests.memberships.conftest import deliver, deliver_all, holds_pro
from tests.memberships.local_stripe import GOOD_CARD
from tests.memberships.vouchers.giving import bought_at, draft, gift_plan, paid

State = Voucher.State


def bank(stripe, act: str, intent: str) -> None:
    charge = stripe.api("GET", "charges", payment_intent=intent)["data"][0]["id"]
    sent = {"data": {"act": act, "charge": charge}, "headers": {"Accept": "application/json"}}
    answer = requests.post(f"{stripe.base}/_stand_in/bank", timeout=20, **sent)
    assert answer.status_code == 200, answer.text


def kinds() -> list[str]:
    return sorted(Message.objects.values_list("kind", flat=True))


@pytest.mark.django_db
def test_somebody_without_an_account_buys_and_comes_back_to_their_gift(
    client, local_stripe, django_capture_on_commit_callbacks
):
    gift_plan()
    form = {
        "plan": "pro_gift_12", "way": "mail", "recipient_name": "Rana", "recipient_email": "rana@example.org",
        "time_zone": "Asia/Beirut", "buyer_name": "Karim", "buyer_email": "karim@example.org",
        "key": "5a3b1f62-7c0e-4f5e-9d53-0d8d1f1f0b11", "message": "Read well.",
    }  # fmt: skip
    refused = client.post("/gift/", {**form, "recipient_email": ""})
    assert (refused.status_code, Voucher.objects.count()) == (422, 0)
    first, second = client.post("/gift/", form), client.post("/gift/", form)
    assert first["Location"] == second["Location"]
    assert Voucher.objects.count() == 1

    session_id = local_stripe.pay(first["Location"])
    with django_capture_on_commit_callbacks(execute=True):
        page = client.get("/gift/return/", {"session_id": session_id}, follow=True)

    assert "Paid. We deliver it to rana@example.org" in text(page)
    voucher = Voucher.objects.get()
    assert (voucher.state, voucher.amount, voucher.buyer) == (State.PAID, 30000, None)
    assert kinds() == ["gift_bought"]
    assert links.buyer_token(voucher) in Message.objects.get().text
    deliver_all(local_stripe)
    assert client.get("/gift/return/", {"session_id": "cs_test_forged"}).status_code == 404
    assert kinds() == ["gift_bought"]


@pytest.mark.usefixtures("committing")
def test_return_page_and_webhook_at_once_settle_it_once(local_stripe, client):
    voucher = bought_at(local_stripe)
    completed = local_stripe.wire.wait_for("checkout.session.completed")
    ready = threading.Barrier(2)

    def apart(act):
        ready.wait()
        try:
            act()
        finally:
            connection.close()

    acts = [lambda: client.get("/gift/return/", {"session_id": voucher.session_id}), lambda: deliver(completed)]
    threads = [threading.Thread(target=apart, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    voucher.refresh_from_db()
    assert voucher.state == State.PAID
    # Whoever came first may have found the row in the other's hands; then it is the tick that tells.
    telling.tell_waiting(clock.now())
    assert kinds() == ["gift_bought"]


@pytest.mark.django_db
def test_a_delivery_that_is_killed_in_between_is_made_by_the_next_tick_and_once(local_stripe):
    voucher = voucher_till.settle(bought_at(local_stripe, deliver_at=clock.now() + 2 * DAY), clock.now())
    assert voucher_money.deliver_due(clock.now()) == 0
    due = clock.now() + 2 * DAY

    def dies(**_facts):
        raise KeyboardInterrupt

    signals.voucher_delivered.connect(dies)
    try:
        with pytest.raises(KeyboardInterrupt):
            voucher_money.deliver_due(due)
    finally:
        signals.voucher_delivered.disconnect(dies)
    voucher.refresh_from_db()
    assert (voucher.delivered_at, voucher.token_hash, Message.objects.filter(kind="gift_arrived").count()) == (
        None, None, 0,
    )  # fmt: skip

    assert (voucher_money.deliver_due(due), voucher_money.deliver_due(due)) == (1, 0)
    message = Message.objects.get(kind="gift_arrived")
    assert (message.recipient.email, message.is_sensitive) == ("rana@example.org", True)
    token = message.text.partition("/gift/")[2].partition("/")[0]
    assert claiming.find(token) == voucher


def _revenue() -> tuple[int, int]:
    """What the days of gifts come to, paid and given back, as kept and as made anew."""
    kept = RevenueDay.objects.filter(plan__audience="gift").aggregate(paid=Sum("paid"), back=Sum("refunded"))
    assert revenue.rebuild() is False
    return kept["paid"], kept["back"]


@pytest.mark.django_db
def test_what_was_given_back_unheard_is_not_delivered(local_stripe):
    voucher = voucher_till.settle(bought_at(local_stripe), clock.now())
    local_stripe.api("POST", "refunds", payment_intent=voucher.payment_ref)
    assert voucher_money.deliver_due(clock.now()) == 0
    voucher.refresh_from_db()
    assert (voucher.state, voucher.delivered_at) == (State.VOID, None)


@pytest.mark.django_db
def test_a_claimed_gift_is_given_back_once_and_closes_though_stripe_is_away_meanwhile(local_stripe, settings):
    reader, staff = person(), person("staff@example.org", is_staff=True)
    voucher = voucher_till.settle(bought_at(local_stripe), clock.now())
    claiming.claim(links.new_token(voucher), reader, clock.now())
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"
    waits = voucher_money.give_back(voucher, "They wrote.", staff, clock.now())
    assert (waits.state, holds_pro(reader)) == (State.CLAIMED, True)
    with pytest.raises(RefundRefused, match="under way"):
        voucher_money.give_back(voucher, "Again.", staff, clock.now())
    settings.STRIPE_API_BASE = local_stripe.base

    assert [voucher_money.go_on(clock.now()), voucher_money.go_on(clock.now())] == [1, 0]

    voucher.refresh_from_db()
    assert (voucher.state, voucher.given_back, holds_pro(reader)) == (State.VOID, 30000, False)
    assert _revenue() == (30000, 30000)
    assert len(local_stripe.api("GET", "refunds", payment_intent=voucher.payment_ref)["data"]) == 1
    telling.tell_waiting(clock.now())
    telling.tell_waiting(clock.now())
    assert kinds().count("gift_refunded") == 1
    with pytest.raises(RefundRefused, match="has been given back"):
        voucher_money.give_back(voucher, "Again.", staff, clock.now())


@pytest.mark.django_db
@pytest.mark.parametrize(("decided", "state", "reads"), [("lose", State.VOID, False), ("win", State.CLAIMED, True)])
def test_a_dispute_holds_the_gift_until_the_bank_has_decided(local_stripe, decided, state, reads):
    reader, voucher = person(), bought_at(local_stripe)
    row = Voucher.objects.filter(pk=voucher.pk)
    intent = local_stripe.api("GET", f"checkout/sessions/{voucher.session_id}")["payment_intent"]
    claiming.claim(links.new_token(voucher_till.settle(voucher, clock.now())), reader, clock.now())
    bank(local_stripe, "dispute", intent)
    local_stripe.wire.wait_for("charge.dispute.funds_withdrawn")
    deliver_all(local_stripe)
    assert (row.get().state, holds_pro(reader)) == (State.DISPUTED, False)
    dispute = row.get().dispute_ref
    assert "disputes $300.00 of a gift" in Alert.objects.open().get(kind=Alert.Kind.DISPUTED).sentence

    bank(local_stripe, decided, intent)
    voucher_money.sync_dispute(dispute, clock.now())

    assert (row.get().state, holds_pro(reader)) == (state, reads)
    assert _revenue() == (30000, 30000 if decided == "lose" else 0)
    assert not Alert.objects.open().filter(kind=Alert.Kind.DISPUTED).exists()


@pytest.mark.django_db
def test_a_warning_of_fraud_proposes_to_give_a_gift_back_and_settles_with_that(local_stripe):
    voucher = voucher_till.settle(bought_at(local_stripe), clock.now())
    bank(local_stripe, "warn", voucher.payment_ref)
    local_stripe.wire.wait_for("radar.early_fraud_warning.created")
    deliver_all(local_stripe)
    alert = Alert.objects.get(kind="fraud_warning")
    assert "$300.00 for a gift membership by" in alert.sentence

    voucher_money.give_back(voucher, "The bank warned.", person(is_staff=True), clock.now())
    local_stripe.wire.wait_for("radar.early_fraud_warning.updated")
    deliver_all(local_stripe)
    alert.refresh_from_db()
    assert alert.settled_at is not None


@pytest.mark.django_db
def test_a_dispute_that_is_heard_of_before_the_payment_finds_its_gift(local_stripe):
    voucher = bought_at(local_stripe)
    bank(local_stripe, "dispute", local_stripe.api("GET", f"checkout/sessions/{voucher.session_id}")["payment_intent"])
    deliver(local_stripe.wire.wait_for("charge.dispute.created"))
    voucher.refresh_from_db()
    assert voucher.state == State.DISPUTED


@pytest.mark.django_db
def test_who_reads_with_a_gift_goes_on_after_it_and_pays_once(local_stripe, client):
    """First charge at the gift's end, no trial before it, and no second right beside the gift."""
    reader = person("ann@example.org")
    voucher = voucher_till.settle(bought_at(local_stripe), clock.now())
    claiming.claim(links.new_token(voucher), reader, clock.now())
    voucher.refresh_from_db()
    client.force_login(reader)
    page = text(client.get(f"/account/start/{plan().lookup_key}/"))
    assert "when your gift ends" in page
    assert "Free for 7 days" not in page

    session_id = local_stripe.pay(start_checkout(reader, plan(), clock.now(), "").url, GOOD_CARD)
    complete_checkout(reader, session_id, clock.now())

    row = Subscription.objects.get()
    assert (row.status, row.is_after_gift, row.trial_ends_at) == ("trialing", True, voucher.ends_at)
    rights = list(reader.entitlements.order_by("starts_at").values_list("source", "starts_at"))
    assert [source for source, _starts in rights] == ["gift", "subscription"]
    assert rights[1][1] == voucher.ends_at
    assert not TrialUse.objects.exists()
    assert claiming.follow_all(clock.now()) == 0
    assert list(Happening.objects.values_list("kind", flat=True)) == ["gift_continued"]
    assert "You read with a gift until" in standing_of(reader, clock.now()).sentence

    local_stripe.advance(to=int(voucher.ends_at.timestamp()) + 3700)
    sync_subscription(row.customer.stripe_id, row.stripe_id, clock.now())
    row.refresh_from_db()
    assert (row.status, row.has_paid, holds_pro(reader)) == ("active", True, True)
    assert sum(each.amount_paid for each in row.invoices.all()) == 30000


@pytest.mark.django_db
def test_what_nobody_pays_or_claims_is_closed_and_its_buyer_is_warned_in_time(local_stripe):
    at = clock.now()
    left, voucher = draft(), voucher_till.settle(bought_at(local_stripe), at)
    voucher_till.open_till(left, at)
    local_stripe.api("POST", f"checkout/sessions/{Voucher.objects.get(pk=left.pk).session_id}/expire")
    assert voucher_till.give_up_tills(at + DAY) == 1
    assert Voucher.objects.get(pk=left.pk).state == State.ABANDONED
    telling.tell_waiting(at)
    assert kinds() == ["gift_bought"]
    assert telling.tell_waiting(voucher.expires_at - 31 * DAY) == 0
    assert [telling.tell_waiting(voucher.expires_at - 29 * DAY) for _twice in range(2)] == [1, 0]
    assert kinds() == ["gift_bought", "gift_waiting"]


@pytest.mark.django_db
def test_a_gift_that_ends_is_told_two_weeks_ahead_unless_something_follows():
    reader, (voucher, token) = person(), paid(3)
    claiming.claim(token, reader, clock.now())
    voucher.refresh_from_db()
    voucher.claim_told_at = clock.now()
    voucher.save()
    assert telling.tell_waiting(voucher.ends_at - 15 * DAY) == 0
    assert [telling.tell_waiting(voucher.ends_at - 13 * DAY) for _twice in range(2)] == [1, 0]
    assert kinds() == ["gift_ending"]
    other, (quiet, token) = person(), paid(3)
    claiming.claim(token, other, clock.now())
    Voucher.objects.filter(pk=quiet.pk).update(claim_told_at=clock.now())
    subscription(other, status="trialing", is_after_gift=True)
    assert telling.tell_waiting(voucher.ends_at - 13 * DAY) == 0
    assert kinds() == ["gift_ending"]
