"""Paid but locked out: found where it is so, and nowhere else."""

from __future__ import annotations

import pytest

from memberships import clock, entitlements, lockouts
from memberships.entitlements import Origin
from memberships.models import Entitlement, Seat
from memberships.teams import contracts, invitations, seats
from tests.memberships.builders import DAY, person, pro, subscription, team
from tests.memberships.desk.acting import address, at_the_desk

pytestmark = pytest.mark.django_db
SUBSCRIPTION = Entitlement.Source.SUBSCRIPTION


def member(**fields: object):
    """Somebody whose subscription opens PRO by the table, without any right written yet."""
    return subscription(person(), period_ends_at=clock.now() + 30 * DAY, **fields)


def give(row, **fields: object) -> None:
    at = clock.now()
    values = {"until": at + 30 * DAY, "at": at, **fields}
    entitlements.settle(row.customer.user or row.customer.team, pro(), Origin(SUBSCRIPTION, row.stripe_id), **values)


def test_who_paid_and_holds_no_right_is_locked_out():
    row = member()
    assert lockouts.locked_out(clock.now()) == [row]
    give(row)
    assert lockouts.locked_out(clock.now()) == []


def test_a_right_that_was_taken_away_is_none():
    row = member()
    give(row)
    entitlements.revoke(Origin(SUBSCRIPTION, row.stripe_id), at=clock.now())
    assert lockouts.locked_out(clock.now()) == [row]


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "canceled"},
        {"status": "past_due", "has_paid": False, "past_due_since": clock.now()},
        {"status": "active", "cancel_at": clock.now() - DAY},
        {"status": "trialing", "trial_ends_at": clock.now() + DAY, "trial_refused_at": clock.now()},
    ],
)
def test_what_opens_nothing_locks_nobody_out(fields):
    member(**fields)
    assert lockouts.locked_out(clock.now()) == []


def test_who_reads_by_another_right_is_not_locked_out():
    row, at = member(), clock.now()
    entitlements.grant(
        row.customer.user, pro(), Origin(Entitlement.Source.COMP, "1"), starts_at=at, until=None, at=at, reason=""
    )
    assert lockouts.locked_out(at) == []


def test_a_team_is_looked_at_too():
    row = member()
    row.customer.user, row.customer.team = None, team(person())
    row.customer.save()
    assert lockouts.locked_out(clock.now()) == [row]
    give(row)
    assert lockouts.locked_out(clock.now()) == []


def test_a_seat_counts_while_somebody_sits_in_it():
    row, at = member(), clock.now()
    payer, room = row.customer.user, team(person())
    contracts.settle(room, at)
    seats.invite(room, [payer.email], room.owner, at)
    seat = Seat.objects.get()
    assert lockouts.locked_out(at) == [row], "a seat that is only offered opens nothing"
    seats.accept(invitations.token_for(seat), payer, at)
    assert lockouts.locked_out(at) == []
    seats.release(Seat.objects.get(), payer, at)
    assert lockouts.locked_out(at) == [row], "a seat that was given back opens nothing"


def test_a_right_that_somebody_else_holds_is_none_of_the_payers():
    row, at = member(), clock.now()
    entitlements.settle(person(), pro(), Origin(SUBSCRIPTION, row.stripe_id), until=at + DAY, at=at)
    assert lockouts.locked_out(at) == [row]


def test_reading_goes_on_though_the_subscription_is_over():
    row = member(status="canceled")
    give(row)
    assert [each.source_ref for each in lockouts.reading_unpaid(clock.now())] == [row.stripe_id]
    member(status="active", stripe_id="sub_well")
    assert lockouts.reading_unpaid(clock.now()).count() == 1


def test_the_first_page_of_the_desk_counts_them_and_leads_to_them(client):
    lost, well = member(), member()
    give(well)
    at_the_desk(client, "Support")
    page = client.get("/admin/").content.decode()
    assert page.count("desk-tile--alarm") == 1
    assert "?reading=locked_out" in page
    listed = client.get(address("subscription", "changelist"), {"reading": "locked_out"}).content.decode()
    assert lost.customer.user.email in listed
    assert well.customer.user.email not in listed


def test_each_sees_what_is_theirs_to_see(client):
    at_the_desk(client, "Journalist")
    page = client.get("/admin/").content.decode()
    assert "Stories overdue" in page
    assert "Paid but locked out" not in page


@pytest.mark.parametrize("count", [1, 4])
def test_the_question_is_one_however_many_members(count, django_assert_num_queries):
    for _number in range(count):
        give(member())
    with django_assert_num_queries(1):
        assert lockouts.locked_out(clock.now()) == []
