from __future__ import annotations

import pytest
from django.urls import reverse

from memberships import clock
from memberships.models import Dispute, Happening, Invoice, Product, Seat, Subscription, Voucher
from memberships.teams import contracts, invitations, seats
from memberships.vouchers import claiming
from tests.memberships.browsing import day_in_beirut, invoices, member, text
from tests.memberships.builders import DAY, person, plan, subscription, team
from tests.memberships.vouchers.giving import paid

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"card_label": "Visa 4242"}, "Your membership renews on {period}: $300.00 is charged to your Visa 4242."),
        ({}, "Your membership renews on {period} for $300.00."),
        ({"cancel_at": "period"}, "Your membership ends on {period} and is not renewed. You read on until then."),
        ({"status": "trialing"}, "Your free trial runs until {trial}. Then $300.00 is charged."),
        ({"status": "trialing", "cancel_at": "trial"}, "Your free trial ends on {trial}. Nothing will be charged."),
        (
            {"status": "past_due"},
            "The charge of $300.00 failed. You read on until {grace}; change your card before then.",
        ),
        ({"status": "past_due", "has_paid": False}, "The charge of $300.00 failed. Change your card to read on."),
        ({"status": "unpaid"}, "The charge of $300.00 failed. Change your card to read on."),
        (
            {"collection_method": "send_invoice", "has_paid": False},
            "Your first invoice is on its way. Your membership opens when it is paid.",
        ),
        (
            {"collection_method": "send_invoice", "has_paid": False, "due_at": "due"},
            "Your membership opens when your invoice of $300.00 is paid. It is due on {due}.",
        ),
        ({"collection_method": "send_invoice"}, "Your membership renews on {period} for $300.00."),
        (
            {"status": "past_due", "collection_method": "send_invoice", "due_at": "past"},
            "Your invoice of $300.00 is overdue. You read on until {late}; pay it before then.",
        ),
        (
            {"status": "unpaid", "collection_method": "send_invoice"},
            "Your invoice of $300.00 is overdue. Pay it to read on.",
        ),
        ({"status": "paused"}, "Your membership rests. Add a card, then let it go on."),
        (
            {"status": "paused", "card_label": "Visa 4242", "has_paid": False},
            "Your membership rests. Let it go on, and $300.00 is charged to your Visa 4242.",
        ),
        (
            {"status": "paused", "card_label": "Visa 4242"},
            "Your membership rests. Nothing is charged, and nothing opens, until you let it go on.",
        ),
        (
            {"status": "paused", "pause_reason": "pause_requested", "rests_until": "period"},
            "Your membership rests until {period}. Until then nothing is charged, and nothing opens.",
        ),
        ({"status": "incomplete"}, "Your first payment has not gone through. You can start again."),
        ({"status": "canceled", "ended_at": "past"}, "Your membership of Corniche PRO ended on {past}."),
    ],
)
def test_one_sentence_says_where_a_membership_stands(client, fields, sentence):
    now = clock.now()
    moments = {
        "period": now + 100 * DAY,
        "trial": now + 5 * DAY,
        "past": now - 3 * DAY,
        "due": now + 30 * DAY,
        "late": now + 11 * DAY,
        "grace": now + 12 * DAY,
    }
    fields = {name: moments.get(value, value) if isinstance(value, str) else value for name, value in fields.items()}
    member(
        client,
        period_ends_at=moments["period"],
        trial_ends_at=moments["trial"],
        past_due_since=now - 2 * DAY,
        **fields,
    )
    days = {name: day_in_beirut(moment) for name, moment in moments.items()}

    assert sentence.format(**days) in text(client.get(reverse("account_membership")))


@pytest.mark.parametrize(
    ("status", "owes", "sentence"),
    [
        ("active", False, "Your membership renews on {period} for $300.00."),
        ("canceled", False, "Your membership of Corniche PRO ended on {period}."),
        ("paused", True, "Your membership rests: $300.00 could not be charged. Change your card, then let it go on."),
    ],
)
def test_a_dispute_that_holds_somebody_is_said_and_nothing_is_offered(client, status, owes, sentence):
    user = member(client, status=status, card_label="Visa 4242" if owes else "", ended_at=clock.now())
    invoices(user, 1)
    if owes:
        Invoice.objects.update(status="open")
    Dispute.objects.create(
        invoice=Invoice.objects.get(), stripe_id="du_1", status="needs_response", amount=1, opened_at=clock.now(),
        synced_at=clock.now(),
    )  # fmt: skip
    row = Subscription.objects.get()

    page = text(client.get(reverse("account_membership")))

    period = day_in_beirut(row.ended_at if status == "canceled" else row.period_ends_at)
    assert sentence.format(period=period) in page
    assert "Your bank disputes a payment of yours, so nothing new can be bought." in page
    assert reverse("account_start", args=["pro_annual"]) not in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Your bank wants you to confirm $300.00. You read on until {grace}; confirm it before then."),
        ({"has_paid": False}, "Your bank wants you to confirm $300.00. Confirm it to read on."),
    ],
)
def test_what_waits_for_the_bank_is_said_and_leads_to_where_it_is_confirmed(client, fields, sentence):
    at = clock.now()
    user = member(client, status="past_due", past_due_since=at - 2 * DAY, **fields)
    invoices(user, 1)
    Invoice.objects.update(status="open", hosted_url="https://pay.example/i/1")
    bill = Invoice.objects.get()
    asked = Happening.Kind.ACTION_REQUIRED
    Happening.objects.create(
        kind=asked, subscription=bill.subscription, invoice=bill, period=bill.stripe_id, happened_at=at
    )

    answer = client.get(reverse("account_membership"))

    assert sentence.format(grace=day_in_beirut(at + 12 * DAY)) in text(answer)
    assert 'href="https://pay.example/i/1" rel="noreferrer">Confirm the payment' in answer.content.decode()

    Invoice.objects.update(status="paid")
    assert "The charge of $300.00 failed." in text(client.get(reverse("account_membership")))


def test_two_at_once_are_said_where_they_are_for_the_same(client):
    user = member(client)
    subscription(user, plan=plan("letters", product=Product.objects.create(slug="letters", name="Letters")))
    assert "You have two memberships" not in text(client.get(reverse("account_membership")))
    subscription(user, started_at=clock.now())
    assert "You have two memberships at once, so you may be charged twice." in text(
        client.get(reverse("account_membership"))
    )


def test_a_gift_that_waits_behind_a_membership_is_said(client):
    user = member(client)
    claiming.claim(paid(3)[1], user, clock.now())
    assert "Your gift is kept for you until your membership ends." in text(client.get(reverse("account_membership")))
    ends = Subscription.objects.get().period_ends_at
    Subscription.objects.update(cancel_at=ends)

    follows = f"You read on until then. Your gift follows, until {day_in_beirut(Voucher.objects.get().ends_at)}."
    assert follows in text(client.get(reverse("account_membership")))


def test_somebody_without_membership_is_offered_one(client):

    plan()
    client.force_login(person())

    page = text(client.get(reverse("account_membership")))

    assert "You have a free account." in page
    assert reverse("account_start", args=["pro_annual"]) in page
    assert "There are none yet." in page


def test_somebody_seated_reads_where_it_comes_from(client):
    room, reader = team(), person()
    contracts.settle(room, clock.now())
    seats.invite(room, [reader.email], room.owner, clock.now())
    seats.accept(invitations.token_for(Seat.objects.get()), reader, clock.now())
    client.force_login(reader)

    page = text(client.get(reverse("account_membership")))

    assert f"You read Corniche PRO with a seat in {room.name}" in page
    assert "Leave the team" in page
