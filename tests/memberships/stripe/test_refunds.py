"""Money goes back once, the membership follows, and whoever dies or is told nothing on the way changes neither."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as tried
from hypothesis import strategies as st

from memberships import clock, tasks
from memberships.models import Alert, AuditEntry, Customer, Happening, Invoice, Refund, Subscription
from memberships.stripe import money_back, refunds
from memberships.stripe.client import BillingError
from memberships.stripe.refunds import Offer, Order, RefundRefused
from memberships.stripe.sync import sync_subscription
from newsletters.models import Message
from tests.memberships.builders import DAY, NOW, person, subscription
from tests.memberships.conftest import begin_trial, deliver_all, holds_pro, past_the_trial
from tests.memberships.meddler import meddling

Then = Refund.Then
REFUNDS_LATER_FAIL = "4000 0000 0000 5126"


@pytest.fixture
def staff():
    return person("staff@example.org", is_staff=True)


def paid_by(stripe, user, card: str = "4242 4242 4242 4242") -> Invoice:
    """Somebody who has paid for a year, and the invoice of it."""
    begin_trial(stripe, user, card)
    past_the_trial(stripe, user)
    row = Subscription.objects.get(customer__user=user)
    sync_subscription(row.customer.stripe_id, row.stripe_id, clock.now())
    stripe.wire.take()
    return Invoice.objects.get(customer__user=user, amount_paid__gt=0)


def order(invoice: Invoice, amount: int | None = None, then: Refund.Then = Then.END_NOW) -> Order:
    left = refunds.left_of(invoice)
    return Order(left if amount is None else amount, left, then, "requested_by_customer", "They wrote to us.")


def at_stripe(stripe, refund: Refund) -> list[dict[str, object]]:
    return stripe.api("GET", "refunds", payment_intent=refund.payment_ref)["data"]


def status_of(stripe, user) -> str:
    row = Subscription.objects.get(customer__user=user)
    return stripe.api("GET", f"subscriptions/{row.stripe_id}")["status"]


def intent_of(stripe, invoice: Invoice) -> str:
    return stripe.api("GET", "invoice_payments", invoice=invoice.stripe_id)["data"][0]["payment"]["payment_intent"]


@pytest.mark.django_db
def test_all_of_a_term_goes_back_and_its_membership_ends_at_once(local_stripe, staff, announced):
    user = person("ann@example.org")
    invoice = paid_by(local_stripe, user)
    assert holds_pro(user)

    with announced() as told:
        refund = refunds.ask(invoice, order(invoice), staff, clock.now())

    assert (refund.status, refund.amount, refund.settled_at is not None) == ("succeeded", 30_000, True)
    assert [each["amount"] for each in at_stripe(local_stripe, refund)] == [30_000]
    assert status_of(local_stripe, user) == "canceled"
    assert not holds_pro(user)
    assert told == ["subscription_ended", "payment_refunded"]
    assert Message.objects.filter(kind="payment_refunded").count() == 1
    entry = AuditEntry.objects.get(verb="refund asked for")
    assert (entry.actor, entry.details["amount"], entry.details["note"]) == (staff, 30_000, "They wrote to us.")
    assert refunds.left_of(invoice) == 0
    with pytest.raises(RefundRefused, match="has been given back"):
        refunds.offer_for(invoice, clock.now())


@pytest.mark.django_db
def test_the_unused_share_goes_back_and_they_may_read_to_the_end(local_stripe, staff):
    user = person()
    invoice = paid_by(local_stripe, user)
    local_stripe.advance(seconds=100 * 86_400)
    at = clock.now()
    offer = refunds.offer_for(invoice, at)
    row = invoice.subscription
    length = (row.period_ends_at - row.period_starts_at) // timedelta(seconds=1)
    rest = (row.period_ends_at - at) // timedelta(seconds=1)
    assert offer.unused == (2 * 30_000 * rest + length) // (2 * length)
    assert 21_000 < offer.unused < 22_000
    assert offer.then(is_full=False, keeps_reading=False) == Then.END_NOW

    refund = refunds.ask(
        invoice, order(invoice, offer.unused, offer.then(is_full=False, keeps_reading=True)), staff, at
    )

    row.refresh_from_db()
    assert (refund.status, refund.amount, row.status) == ("succeeded", offer.unused, "active")
    assert row.cancel_at == row.period_ends_at
    assert holds_pro(user)
    assert refunds.left_of(invoice) == 30_000 - offer.unused


@pytest.mark.django_db
@pytest.mark.parametrize("amount", [0, 30_001])
def test_more_than_is_left_is_never_given(local_stripe, staff, amount):
    invoice = paid_by(local_stripe, person())

    with pytest.raises(RefundRefused, match="Look again"):
        refunds.ask(invoice, order(invoice, amount), staff, clock.now())

    assert not Refund.objects.exists()


@pytest.mark.django_db
def test_the_second_of_two_windows_gives_nothing(local_stripe, staff):
    invoice = paid_by(local_stripe, person())
    seen_in_both = order(invoice, 10_000, Then.NOTHING)
    first = refunds.ask(invoice, seen_in_both, staff, clock.now())

    with pytest.raises(RefundRefused, match="Look again"):
        refunds.ask(invoice, seen_in_both, staff, clock.now())

    assert len(at_stripe(local_stripe, first)) == 1


def test_two_clicks_at_the_same_moment_make_one_refund(committing, local_stripe):
    """Two windows and, between them, the task that goes on with what waits."""
    colleague = person("colleague@example.org", is_staff=True)
    invoice = paid_by(local_stripe, person())
    seen, begin, refused = order(invoice, 10_000), threading.Barrier(4), []

    def act(what) -> None:
        begin.wait()
        try:
            what()
        except (RefundRefused, BillingError) as refusal:
            refused.append(str(refusal))
        finally:
            connection.close()

    acts = [lambda: refunds.ask(invoice, seen, colleague, clock.now())] * 2 + [
        lambda: money_back.go_on(clock.now())
    ] * 2
    clicks = [threading.Thread(target=act, args=[each]) for each in acts]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    money_back.go_on(clock.now())

    refund = Refund.objects.get()
    assert (refund.status, refund.settled_at is not None) == ("succeeded", True)
    assert [each["amount"] for each in at_stripe(local_stripe, refund)] == [10_000]
    assert len(refused) >= 1
    assert Happening.objects.filter(kind="payment_refunded").count() == 1


@pytest.mark.django_db
def test_what_was_given_back_at_stripe_meanwhile_is_seen_before_more_is_given(local_stripe, staff):
    invoice = paid_by(local_stripe, person())
    seen = order(invoice)
    local_stripe.api("POST", "refunds", payment_intent=intent_of(local_stripe, invoice), amount=20_000)

    with pytest.raises(RefundRefused, match="Look again"):
        refunds.ask(invoice, seen, staff, clock.now())

    assert refunds.left_of(invoice) == 10_000


@pytest.mark.django_db
def test_the_database_holds_one_refund_under_way_for_an_invoice(local_stripe):
    invoice = paid_by(local_stripe, person())
    values = {"invoice": invoice, "payment_ref": "pi", "amount": 1, "currency": "usd", "asked_at": clock.now()}
    Refund.objects.create(**values)

    with pytest.raises(RefundRefused, match="under way"):
        refunds.offer_for(invoice, clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Refund.objects.create(**values)


@pytest.mark.django_db
def test_without_stripe_nothing_is_written_down(local_stripe, staff, settings):
    invoice = paid_by(local_stripe, person())
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"

    with pytest.raises(BillingError):
        refunds.ask(invoice, order(invoice), staff, clock.now())

    assert not Refund.objects.exists()


def asked(invoice: Invoice, stripe, staff, **fields: object) -> Refund:
    """As somebody left it who died right after writing it down."""
    values = {
        "payment_ref": intent_of(stripe, invoice),
        "amount": 30_000,
        "currency": "usd",
        "reason": "requested_by_customer",
        "then": Then.END_NOW,
        "asked_by": staff,
        "asked_at": clock.now(),
    }
    return Refund.objects.create(invoice=invoice, **{**values, **fields})


@pytest.mark.django_db
def test_a_refund_left_before_stripe_was_asked_is_made_once(local_stripe, staff):
    user = person()
    refund = asked(paid_by(local_stripe, user), local_stripe, staff)

    tasks.go_on_with_acts()
    assert money_back.go_on(clock.now()) == 0

    refund.refresh_from_db()
    assert (refund.status, len(at_stripe(local_stripe, refund))) == ("succeeded", 1)
    assert not holds_pro(user)


@pytest.mark.django_db
def test_a_refund_whose_answer_was_lost_is_not_made_again(local_stripe, staff):
    """Also when Stripe has long forgotten the key: the refund is known by its metadata."""
    user = person()
    refund = asked(paid_by(local_stripe, user), local_stripe, staff, amount=10_000)
    sent = {"payment_intent": refund.payment_ref, "amount": 10_000, "metadata[refund_key]": str(refund.key)}
    local_stripe.api("POST", "refunds", **sent)

    money_back.go_on(clock.now())

    refund.refresh_from_db()
    assert (refund.status, len(at_stripe(local_stripe, refund))) == ("succeeded", 1)
    assert status_of(local_stripe, user) == "canceled"
    assert Refund.objects.count() == 1


@pytest.mark.django_db
def test_its_own_webhook_may_come_before_the_answer(local_stripe, staff):
    user = person()
    refund = asked(paid_by(local_stripe, user), local_stripe, staff)
    sent = {"payment_intent": refund.payment_ref, "amount": 30_000, "metadata[refund_key]": str(refund.key)}
    local_stripe.api("POST", "refunds", **sent)
    local_stripe.wire.wait_for("charge.refunded")

    deliver_all(local_stripe)

    refund.refresh_from_db()
    assert (refund.status, refund.settled_at) == ("succeeded", None)
    assert not Alert.objects.filter(kind="refunded_elsewhere").exists()
    money_back.go_on(clock.now())
    assert not holds_pro(user)


@pytest.mark.django_db
def test_stripe_away_after_the_money_went_the_membership_still_ends_later(local_stripe, staff, settings):
    user = person()
    invoice = paid_by(local_stripe, user)

    def spoil(path: str, said):
        return {} if path.startswith("/v1/subscriptions/") else said

    with meddling(local_stripe.base, spoil) as address:
        settings.STRIPE_API_BASE = address
        refund = refunds.ask(invoice, order(invoice), staff, clock.now())
    settings.STRIPE_API_BASE = local_stripe.base
    assert (refund.status, refund.settled_at) == ("succeeded", None)
    assert holds_pro(user)
    assert not Happening.objects.filter(kind="payment_refunded").exists()

    assert money_back.go_on(clock.now()) == 1

    assert not holds_pro(user)
    assert Happening.objects.filter(kind="payment_refunded").count() == 1
    assert len(at_stripe(local_stripe, refund)) == 1


@pytest.mark.django_db
def test_what_waits_longer_than_an_hour_is_told_to_staff(local_stripe, staff, settings):
    refund = asked(paid_by(local_stripe, person()), local_stripe, staff)
    settings.STRIPE_API_BASE = "http://127.0.0.1:9"

    assert money_back.go_on(clock.now()) == 0
    assert not Alert.objects.filter(kind="refund_failed").exists()
    money_back.go_on(clock.now() + timedelta(hours=2))
    assert "waits for Stripe" in Alert.objects.get(kind="refund_failed").sentence

    settings.STRIPE_API_BASE = local_stripe.base
    assert money_back.go_on(clock.now()) == 1
    assert Alert.objects.get(kind="refund_failed").settled_at is not None
    refund.refresh_from_db()
    assert refund.status == "succeeded"


@pytest.mark.django_db
def test_what_stripe_refuses_is_refused_and_said(local_stripe, staff):
    refund = asked(paid_by(local_stripe, person()), local_stripe, staff, amount=50_000)

    with pytest.raises(RefundRefused, match="greater than"):
        refunds.carry_out(refund, clock.now())

    refund.refresh_from_db()
    assert (refund.status, refunds.left_of(refund.invoice)) == ("refused", 30_000)
    assert money_back.go_on(clock.now()) == 0


@pytest.mark.django_db
def test_what_was_paid_outside_stripe_is_not_refunded_there(local_stripe, staff, settings):
    invoice = paid_by(local_stripe, person())

    def spoil(path: str, said):
        return {**said, "data": []} if path.startswith("/v1/invoice_payments") else said

    with meddling(local_stripe.base, spoil) as address:
        settings.STRIPE_API_BASE = address
        with pytest.raises(RefundRefused, match="outside Stripe"):
            refunds.ask(invoice, order(invoice), staff, clock.now())


@pytest.mark.django_db
@pytest.mark.parametrize("lost", [False, True])
def test_a_refund_of_stripes_dashboard_is_mirrored_and_staff_decide(local_stripe, staff, lost):
    """Whether its webhooks come or are lost."""
    user = person("ann@example.org")
    invoice = paid_by(local_stripe, user)
    local_stripe.api("POST", "refunds", payment_intent=intent_of(local_stripe, invoice))
    local_stripe.wire.wait_for("charge.refunded")
    if lost:
        assert money_back.compare(clock.now()) == 1
        assert money_back.compare(clock.now()) == 0
    else:
        states = {row.type: row.state for row in deliver_all(local_stripe)}
        assert {states["refund.created"], states["charge.refunded"]} == {"done"}

    refund = Refund.objects.get()
    assert (refund.amount, refund.asked_by, refund.then, refunds.left_of(invoice)) == (30_000, None, "nothing", 0)
    assert holds_pro(user)
    alert = Alert.objects.get(kind="refunded_elsewhere")
    assert "ann@example.org" in alert.sentence
    assert Happening.objects.filter(kind="payment_refunded").count() == 1

    refunds.end_membership(refund, staff, clock.now())

    assert not holds_pro(user)
    alert.refresh_from_db()
    assert alert.settled_at is not None


@pytest.mark.django_db
def test_a_refund_that_comes_home_is_one_for_staff(local_stripe, staff):
    user = person("ann@example.org")
    invoice = paid_by(local_stripe, user, REFUNDS_LATER_FAIL)
    refund = refunds.ask(invoice, order(invoice), staff, clock.now())
    assert refund.status == "succeeded"
    local_stripe.advance(seconds=86_500)
    local_stripe.wire.wait_for("refund.failed")

    deliver_all(local_stripe)

    refund.refresh_from_db()
    assert (refund.status, refund.failure) == ("failed", "expired_or_canceled_card")
    assert refunds.left_of(invoice) == 30_000
    assert "could not be given back to ann@example.org" in Alert.objects.get(kind="refund_failed").sentence


@pytest.mark.django_db
def test_a_refund_of_somebody_elses_payment_concerns_nobody(local_stripe):
    invoice = paid_by(local_stripe, person())
    intent = intent_of(local_stripe, invoice)
    Refund.objects.all().delete()
    Happening.objects.all().delete()
    Invoice.objects.all().delete()
    Customer.objects.update(stripe_id="cus_other")
    local_stripe.api("POST", "refunds", payment_intent=intent)
    local_stripe.wire.wait_for("charge.refunded")

    states = {row.type: row.state for row in deliver_all(local_stripe)}

    assert states["refund.created"] == "done"
    assert not Refund.objects.exists()


def bill(row: Subscription, **fields: object) -> Invoice:
    values = {
        "customer": row.customer,
        "stripe_id": "in_1",
        "status": "paid",
        "currency": "usd",
        "amount_due": 30_000,
        "amount_paid": 30_000,
        "issued_at": row.period_starts_at,
        "synced_at": NOW,
    }
    return Invoice.objects.create(subscription=row, **{**values, **fields})


@pytest.mark.django_db
def test_an_invoice_of_an_earlier_term_ends_nothing():
    old = bill(subscription(person()), issued_at=NOW - 200 * DAY)

    offer = refunds.offer_for(old, NOW)

    assert (offer.left, offer.unused, offer.is_term) == (30_000, 0, False)
    assert offer.then(is_full=True, keeps_reading=False) == Then.NOTHING


@pytest.mark.django_db
def test_what_was_added_in_the_middle_of_a_term_is_prorated_from_then_and_ends_nothing():
    row = subscription(person(), period_starts_at=NOW - 100 * DAY, period_ends_at=NOW + 100 * DAY)
    added = bill(row, issued_at=NOW, billing_reason="subscription_update", amount_paid=1_000)

    assert refunds.offer_for(added, NOW) == Offer(1_000, 1_000, is_term=False)
    assert refunds.offer_for(added, NOW + 50 * DAY).unused == 500


@pytest.mark.django_db
def test_nothing_was_paid_nothing_goes_back():
    with pytest.raises(RefundRefused, match="Nothing was paid"):
        refunds.offer_for(bill(subscription(person()), amount_paid=0), NOW)


@pytest.mark.django_db
@tried(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    paid=st.integers(min_value=1, max_value=10**7),
    days=st.lists(st.integers(min_value=-1, max_value=270), max_size=6),
)
def test_however_often_a_share_is_given_back_never_more_than_was_paid(paid, days):
    with transaction.atomic():
        invoice = bill(subscription(person()), amount_paid=paid)
        for day in days:
            try:
                offer = refunds.offer_for(invoice, NOW + day * DAY)
            except RefundRefused:
                break
            assert 0 <= offer.unused <= offer.left <= paid
            if offer.unused:
                made = {"stripe_id": f"re_{Refund.objects.count()}", "status": "succeeded", "payment_ref": "pi"}
                Refund.objects.create(invoice=invoice, amount=offer.unused, currency="usd", asked_at=NOW, **made)
        assert refunds.left_of(invoice) >= 0
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_invoice_for_tax_is_corrected_by_one_credit_note(local_stripe, staff, settings, client, monkeypatch, announced):
    settings.STRIPE_TAX = True
    user = person("ann@example.org")
    invoice = paid_by(local_stripe, user)

    def die(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("memberships.stripe.calls.crediting.RemoteCreditNote.read", die)
        with pytest.raises(KeyboardInterrupt):
            refunds.ask(invoice, order(invoice, 12_000, Then.NOTHING), staff, clock.now())
    assert Refund.objects.count() == 1
    with announced():
        money_back.go_on(clock.now())

    refund = Refund.objects.get()
    notes = local_stripe.api("GET", "credit_notes", invoice=invoice.stripe_id)["data"]
    assert [(note["amount"], note["number"]) for note in notes] == [(12_000, refund.credit_note_number)]
    assert notes[0]["refunds"][0]["refund"] == refund.stripe_id
    assert len(at_stripe(local_stripe, refund)) == 1
    message = Message.objects.get(kind="payment_refunded")
    assert f"Credit note: {refund.credit_note_number}" in message.text
    assert refund.credit_note_url in message.html
    client.force_login(user)
    page = client.get("/account/membership/").content.decode()
    assert refund.credit_note_number in page
    assert refund.credit_note_url in page


@pytest.mark.django_db
def test_what_was_given_back_stands_under_its_invoice_also_without_a_credit_note(client):
    user = person("ann@example.org")
    invoice = bill(subscription(user), amount_paid=30_000)
    for status in ("succeeded", "failed"):
        made = {"stripe_id": f"re_{status}", "status": status, "payment_ref": "pi"}
        Refund.objects.create(invoice=invoice, amount=12_000, currency="usd", asked_at=NOW, **made)
    client.force_login(user)
    page = client.get("/account/membership/").content.decode()
    assert page.count("Given back") == 1
    assert "$120.00" in page


@pytest.mark.django_db
def test_note_that_stripe_refuses_keeps_nobody_waiting(local_stripe, staff, settings):
    settings.STRIPE_TAX = True
    invoice = paid_by(local_stripe, person())
    local_stripe.api("POST", "credit_notes", invoice=invoice.stripe_id, amount=30_000, out_of_band_amount=30_000)

    refund = refunds.ask(invoice, order(invoice, 12_000, Then.NOTHING), staff, clock.now())

    assert (refund.status, refund.credit_note_number) == ("succeeded", "")
    assert refund.settled_at is not None
    assert str(invoice) in Alert.objects.get(kind="no_credit_note").sentence
