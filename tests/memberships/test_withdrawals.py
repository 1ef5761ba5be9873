"""Withdrawing from a contract without signing in: said, said again by the button, acknowledged, carried out once."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from memberships import clock, tasks, withdrawals
from memberships.models import Alert, Invoice, Refund, Subscription, Voucher, Withdrawal
from memberships.stripe import voucher_till, withdrawing
from memberships.vouchers import claiming, links
from memberships.vouchers.claiming import VoucherRefused
from memberships.withdrawals import Declaration
from newsletters.models import Message
from tests.memberships.browsing import text
from tests.memberships.builders import DAY, person, subscription
from tests.memberships.conftest import begin_trial, holds_pro
from tests.memberships.desk.acting import address, at_the_desk
from tests.memberships.stripe.test_refunds import paid_by, status_of
from tests.memberships.vouchers.giving import bought_at, paid

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_cache")]
ANN = "ann@example.org"


def fill_in(client, email: str = ANN, **more: str):
    return client.post(reverse("withdraw"), {"name": "Ann Reader", "email": email, **more})


def link_to(email: str = ANN) -> str:
    """What the mailed link leads to."""
    message = Message.objects.filter(kind="withdrawal_asked", recipient__email=email).latest("pk")
    return re.search(r"/withdraw/[^\s/]+/", message.text)[0]


def declared(email: str = ANN, at: datetime | None = None, reference: str = "") -> Withdrawal:
    return withdrawals.declare(Declaration("Ann Reader", email, reference, "en"), at or clock.now())


def test_all_that_was_paid_goes_back_and_the_membership_ends(client, local_stripe, announced):
    user = person(ANN)
    invoice = paid_by(local_stripe, user)
    with announced():
        assert fill_in(client, "Ann@Example.org")["Location"] == "/withdraw/sent/"
    path = link_to()
    statement = client.get(path)
    assert "$300.00 go back to the card you paid with." in text(statement)
    assert Withdrawal.objects.get().state == "asked"

    with announced() as told:
        client.post(path)
    assert told == ["withdrawal_confirmed"]
    receipt = Message.objects.get(kind="withdrawal_received")
    row = Withdrawal.objects.get()
    assert f"{row.confirmed_at:%H:%M}" in receipt.text
    assert "ann@example.org" in receipt.text.lower()
    assert row.acknowledged_at is not None

    with announced() as told:
        tasks.go_on_with_acts()
    row.refresh_from_db()
    assert (row.state, row.referral, row.subscription_id) == ("settled", "", invoice.subscription_id)
    assert status_of(local_stripe, user) == "canceled"
    assert not holds_pro(user)
    refund = Refund.objects.get()
    assert (refund.status, refund.amount, refund.asked_by) == ("succeeded", 30_000, None)
    assert told == ["subscription_ended", "payment_refunded"]
    assert "has ended with it" in Message.objects.get(kind="payment_refunded").text

    client.post(path)
    tasks.go_on_with_acts()
    assert "is on its way back" in text(client.get(path))
    assert (Refund.objects.count(), Message.objects.filter(kind="withdrawal_received").count()) == (1, 1)
    assert not Alert.objects.exists()


def test_a_trial_ends_at_once_without_a_charge(client, local_stripe):
    user = person(ANN)
    begin_trial(local_stripe, user)
    client.force_login(user)
    path = fill_in(client)["Location"]
    assert not Message.objects.filter(kind="withdrawal_asked").exists()
    assert "nothing is charged" in text(client.get(path))

    client.post(path)
    tasks.go_on_with_acts()

    assert (status_of(local_stripe, user), Withdrawal.objects.get().state) == ("canceled", "settled")
    assert not Refund.objects.exists()


def test_the_buyer_of_a_gift_withdraws_without_an_account_and_nobody_claims_it_meanwhile(
    client, local_stripe, announced, settings
):
    bought = voucher_till.settle(bought_at(local_stripe), clock.now())
    token = links.new_token(bought)
    prefilled = text(client.get(f"{reverse('withdraw')}?reference={bought.public_id}"))
    assert str(bought.public_id) in prefilled
    with announced():
        fill_in(client, "Karim@Example.org", reference=str(bought.public_id))
    path = link_to("karim@example.org")
    assert "$300.00 go back to the card you paid with." in text(client.get(path))
    base, settings.STRIPE_API_BASE = settings.STRIPE_API_BASE, "http://127.0.0.1:9"
    with announced() as told:
        client.post(path)
    assert told == ["withdrawal_confirmed"]
    assert "PRO, 12 months, concluded on" in Message.objects.get(kind="withdrawal_received").text
    with pytest.raises(VoucherRefused, match="taken back"):
        claiming.claim(token, person(), clock.now())

    settings.STRIPE_API_BASE = base
    for _quarter in range(2):
        tasks.go_on_with_acts()

    row, bought = Withdrawal.objects.get(), Voucher.objects.get()
    assert (row.state, row.referral, row.voucher, row.subscription) == ("settled", "", bought, None)
    assert (bought.state, bought.given_back, bought.refund_asked_by) == (Voucher.State.VOID, 30_000, None)
    assert len(local_stripe.api("GET", "refunds", payment_intent=bought.payment_ref)["data"]) == 1
    assert "went back" in text(client.get(path))
    assert not Alert.objects.exists()


def test_a_claimed_gift_is_for_a_person_and_what_can_be_carried_out_comes_first(client, announced):
    reader, buyer = person(), person(ANN)
    gift, token = paid(buyer=buyer)
    claiming.claim(token, reader, clock.now())
    withdrawal = declared()
    path = reverse("withdrawal", args=[withdrawals.token_for(withdrawal)])
    assert "has been claimed already" in text(client.get(path))
    with announced():
        client.post(path)

    withdrawal.refresh_from_db()
    assert (withdrawal.state, withdrawal.referral, withdrawal.voucher) == ("referred", "claimed", gift)
    assert holds_pro(reader)
    assert "A person looks at it" in Message.objects.get(kind="withdrawal_received").text
    contract = subscription(buyer, started_at=clock.now() - DAY)
    assert withdrawals.outlook_of(declared()).contract == contract
    assert withdrawals.outlook_of(declared(reference=str(gift.public_id))).contract == gift
    late = withdrawals.outlook_of(declared(at=clock.now() + 20 * DAY, reference=str(gift.public_id)))
    assert late.referral == "late"


def test_stripe_refusing_the_money_of_a_gift_leaves_it_to_a_person(local_stripe):
    paid(buyer_email=ANN, payment_ref="pi_unknown")
    withdrawals.confirm(declared(), clock.now())

    for _quarter in range(2):
        tasks.go_on_with_acts()

    assert (Withdrawal.objects.get().state, Withdrawal.objects.get().referral) == ("referred", "unpayable")
    assert ANN in Alert.objects.get(kind="withdrawal").sentence


def test_nothing_shows_whether_an_address_is_known(client, announced):
    subscription(person(ANN))
    answers = []
    for email in (ANN, "nobody@example.org"):
        with announced() as told:
            answer = fill_in(client, email)
        answers.append((answer.status_code, answer["Location"], tuple(told)))
        assert link_to(email)
    assert answers[0] == answers[1]


@pytest.mark.parametrize(
    ("begun", "invoiced", "referral"), [(400, 3, "renewal"), (400, 200, "late"), (None, None, "unknown")]
)
def test_what_cannot_be_carried_out_waits_for_a_person(client, begun, invoiced, referral, announced):
    at = clock.now()
    if begun:
        row = subscription(person(ANN), started_at=at - begun * DAY)
        Invoice.objects.create(
            customer=row.customer, subscription=row, stripe_id="in_1", status="paid", currency="usd",
            amount_due=30000, amount_paid=30000, issued_at=at - invoiced * DAY, synced_at=at,
        )  # fmt: skip
    withdrawal = declared()
    path = reverse("withdrawal", args=[withdrawals.token_for(withdrawal)])
    assert "a person" in text(client.get(path))
    with announced():
        client.post(f"{path}?language=ar")

    withdrawal.refresh_from_db()
    assert (withdrawal.state, withdrawal.referral) == ("referred", referral)
    assert "A person looks at it" in Message.objects.get(kind="withdrawal_received").text
    assert ANN in Alert.objects.get(kind="withdrawal").sentence
    assert withdrawing.go_on(at) == 0

    staff = at_the_desk(client, "Support")
    page = address("withdrawal", "answered", withdrawal.pk)
    assert "13 days" in text(client.get(address("withdrawal", "changelist")))
    assert "is settled" in text(client.post(page, {"reason": "We gave the year back."}, follow=True))
    withdrawal.refresh_from_db()
    assert (withdrawal.state, withdrawal.settled_by) == ("settled", staff)
    assert Alert.objects.get(kind="withdrawal").settled_at is not None


@pytest.mark.parametrize(
    ("begun", "zone", "last"),
    [
        ("2026-11-02T10:00+00:00", "UTC", date(2026, 11, 16)),
        ("2026-11-02T23:30+00:00", "Asia/Beirut", date(2026, 11, 17)),
        ("2026-11-07T10:00+00:00", "UTC", date(2026, 11, 23)),
        ("2026-11-08T10:00+00:00", "UTC", date(2026, 11, 23)),
    ],
    ids=["fourteen days", "days of the person's own zone", "Saturday", "Sunday"],
)
def test_the_right_lasts_to_the_end_of_the_last_day(begun, zone, last):
    row = subscription(person(ANN, time_zone=zone), started_at=datetime.fromisoformat(begun))
    end = datetime.combine(last + timedelta(days=1), datetime.min.time(), ZoneInfo(zone))

    assert withdrawals.last_day(row) == last
    assert withdrawals.outlook_of(declared(at=end - timedelta(seconds=1))).referral == ""
    assert withdrawals.outlook_of(declared(at=end)).referral == "late"


def test_whoever_dies_on_the_way_leaves_it_to_the_next(local_stripe, settings, monkeypatch):
    user = person(ANN)
    paid_by(local_stripe, user)
    withdrawals.confirm(declared(), clock.now())
    base, settings.STRIPE_API_BASE = settings.STRIPE_API_BASE, "http://127.0.0.1:9"
    assert withdrawing.go_on(clock.now()) == 0
    assert Withdrawal.objects.get().state == "confirmed"
    withdrawing.go_on(clock.now() + timedelta(hours=2))
    assert Alert.objects.filter(kind="withdrawal", settled_at=None).count() == 1

    settings.STRIPE_API_BASE = base

    def die(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("memberships.stripe.calls.paying.create_refund", die)
        with pytest.raises(KeyboardInterrupt):
            withdrawing.go_on(clock.now())
    assert Refund.objects.get().status == "asked"
    assert withdrawing.go_on(clock.now()) == 0, "the refund is under way, and no second one is made"

    for _quarter in range(2):
        tasks.go_on_with_acts()
    assert (Withdrawal.objects.get().state, Refund.objects.get().amount) == ("settled", 30_000)
    assert Alert.objects.filter(settled_at=None).count() == 0


def test_money_that_cannot_go_back_by_itself_is_for_a_person(local_stripe):
    user = person(ANN)
    invoice = paid_by(local_stripe, user)
    Invoice.objects.create(
        customer=invoice.customer, subscription=invoice.subscription, stripe_id="in_cash", status="paid",
        currency="usd", amount_due=100, amount_paid=100, issued_at=clock.now(), synced_at=clock.now(),
    ).disputes.create(
        stripe_id="du_1", status="needs_response", amount=100, currency="usd", opened_at=clock.now(),
        synced_at=clock.now(),
    )  # fmt: skip
    withdrawals.confirm(declared(), clock.now())

    withdrawing.go_on(clock.now())

    row = Withdrawal.objects.get()
    assert (row.state, row.referral) == ("referred", "unpayable")
    assert status_of(local_stripe, user) == "canceled"
    assert Alert.objects.filter(kind="withdrawal").exists()


def test_a_second_withdrawal_finds_the_contract_taken():
    row = subscription(person(ANN), started_at=clock.now() - DAY)
    first, second = declared(), declared()

    assert withdrawals.confirm(first, clock.now())
    assert not withdrawals.confirm(first, clock.now())
    withdrawals.confirm(second, clock.now())

    assert Withdrawal.objects.get(state="confirmed").subscription == row
    assert Withdrawal.objects.get(state="referred").referral == "unknown"


@pytest.mark.parametrize(("age", "status"), [(timedelta(days=2), 200), (timedelta(days=4), 410)])
def test_a_link_holds_for_three_days_and_only_as_it_was_sent(client, age, status):
    token = withdrawals.token_for(declared(at=clock.now() - age))
    assert client.get(reverse("withdrawal", args=[token])).status_code == status
    assert client.get(reverse("withdrawal", args=[f"{token}x"])).status_code == 410


def test_asking_without_end_is_refused(client):
    assert [fill_in(client).status_code for _time in range(4)] == [302, 302, 302, 429]
    assert client.post(reverse("withdraw"), {"name": "", "email": "ann"}).status_code == 422


def test_what_was_confirmed_is_kept_and_what_was_not_is_forgotten():
    at = clock.now()
    subscription(person(ANN), started_at=at - DAY)
    kept = declared()
    withdrawals.confirm(kept, at)
    for change in ({"confirmed_at": at + DAY}, {"name": "Somebody else"}, {"declared_at": at - DAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Withdrawal.objects.filter(pk=kept.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        kept.delete()

    declared(at=at - 40 * DAY)
    tasks.forget_unconfirmed_withdrawals()
    assert Withdrawal.objects.get() == kept


def test_every_page_leads_to_it(client):
    user = person(ANN)
    subscription(user)
    client.force_login(user)
    assert text(client.get(reverse("account_membership"))).count("Withdraw from contract here") == 2
    assert Subscription.objects.count() == 1
