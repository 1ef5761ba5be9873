from __future__ import annotations

import pytest
from django.urls import reverse

from memberships import clock
from memberships.models import Seat
from memberships.teams import contracts, invitations, seats
from tests.memberships.browsing import day_in_beirut, member, text
from tests.memberships.builders import DAY, person, plan, team

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
        ({"status": "paused"}, "Your membership rests. Add a card to go on."),
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
