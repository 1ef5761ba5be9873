"""Who people were at any moment, asked for many at once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from memberships import clock, entitlements
from memberships.entitlements import Origin
from memberships.models import Entitlement, Seat, Team
from memberships.past_readers import readers_of
from memberships.readers import reader_for
from memberships.teams import contracts, seats
from tests.factories.memberships import make_member, make_reader, make_staff, pro

pytestmark = pytest.mark.django_db


def test_seat_in_a_team_counts_as_long_as_it_was_held():
    at = clock.now()
    owner, colleague = make_reader("Owner"), make_reader("Colleague")
    team = Team.objects.create(
        name="Quay",
        owner=owner,
        product=pro(),
        seat_limit=2,
        starts_on=at.date() - timedelta(days=30),
        ends_on=at.date() + timedelta(days=300),
        created_at=at,
    )
    contracts.settle(seats.lock(team), at - timedelta(days=20))
    seat = Seat.objects.create(
        team=team,
        email=colleague.email,
        user=colleague,
        state="active",
        invited_at=at - timedelta(days=9),
        expires_at=at,
        accepted_at=at - timedelta(days=8),
    )
    seats.release(seat, None, at - timedelta(days=2))
    reader = readers_of([colleague.pk, owner.pk])[colleague.pk]
    assert [reader.holds("pro", at - timedelta(days=days)) for days in (9, 8, 5, 3, 2, 1)] == [
        False,
        True,
        True,
        True,
        False,
        False,
    ]


def test_right_that_was_taken_back_ends_where_it_did():
    user, at = make_reader(), clock.now()
    origin, begins = Origin(Entitlement.Source.COMP, "x"), at - timedelta(days=20)
    entitlements.grant(user, pro(), origin, starts_at=begins, until=at, at=begins, reason="test")
    entitlements.revoke(origin, at=begins + timedelta(days=3), reason="test")
    reader = readers_of([user.pk])[user.pk]
    assert [reader.holds("pro", begins + timedelta(days=days)) for days in (-1, 0, 2, 3, 9)] == [
        False,
        True,
        True,
        False,
        False,
    ]


def test_it_says_of_each_moment_what_is_said_of_one_person():
    at = clock.now()
    people = [make_reader(), make_member(), make_member(days=-5), make_staff("Editor")]
    readers = readers_of([person.pk for person in people])
    for person in people:
        for days in (-40, -20, -6, -4, 0, 20, 40):
            moment = at + timedelta(days=days)
            one, many = reader_for(person, moment), readers[person.pk]
            assert (one.is_signed_in, one.is_staff) == (many.is_signed_in, many.is_staff)
            assert one.grant_for("pro", moment) == many.grant_for("pro", moment)


@pytest.mark.parametrize("count", [1, 5])
def test_many_are_asked_for_in_the_same_few_questions(count, django_assert_num_queries):
    people = [make_member() for _number in range(count)]
    with django_assert_num_queries(3):  # one more where somebody sat in a team
        assert len(readers_of([person.pk for person in people])) == count


def test_account_that_is_gone_is_left_out():
    assert readers_of([0]) == {}
