from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from memberships import entitlements
from memberships.entitlements import Origin
from memberships.models import Entitlement
from memberships.readers import reader_for
from memberships.signals import rights_changed
from tests.memberships.builders import DAY, NOW, person, pro, team

pytestmark = pytest.mark.django_db

# One move: how many hours later, from when on (hours from then, 0 for at once), until when (hours from then).
MOVES = st.lists(
    st.tuples(st.integers(0, 5), st.sampled_from([0, 0, 2, 4]), st.one_of(st.none(), st.integers(-1, 8))),
    min_size=1,
    max_size=7,
)


def origin() -> Origin:
    return Origin(Entitlement.Source.SUBSCRIPTION, f"sub_{uuid4().hex}")


def hours(number: int) -> timedelta:
    return timedelta(hours=number)


def held(source: Origin, at: datetime) -> bool:
    return Entitlement.objects.filter(source_ref=source.ref).live(at).exists()


@settings(max_examples=150, deadline=None)
@given(moves=MOVES)
@example(moves=[(0, 0, 8), (0, 0, 3), (0, 0, 8)])  # Three changes of mind in one moment.
@example(moves=[(0, 0, 8), (1, 0, 4), (1, 0, 8), (1, 0, 4), (1, 0, 8)])  # An end scheduled, taken back, and again.
@example(moves=[(0, 4, 8), (1, 4, None), (1, 2, 8)])  # A contract that has not begun is moved about.
def test_what_was_held_in_the_past_never_changes_and_what_is_settled_holds(moves):
    user, product, source = person(f"{uuid4().hex}@example.org"), pro(), origin()
    now, wishes = NOW, []
    for later, since, until in moves:
        now += hours(later)
        begins, ends = now + hours(since), None if until is None else now + hours(until)
        entitlements.settle(user, product, source, since=begins, until=ends, at=now)
        wishes.append((now, begins, ends))

    closing = [at for at, *_rest in wishes[1:]] + [now + hours(24)]
    for (at, begins, ends), next_at in zip(wishes, closing, strict=True):
        for half_hours in range(int((next_at - at) / timedelta(minutes=30))):
            moment = at + half_hours * timedelta(minutes=30)
            expected = begins <= moment and (ends is None or moment < ends)
            assert held(source, moment) == expected, (moment, wishes)


def test_settling_the_same_end_again_writes_nothing(django_assert_num_queries):
    user, product, source = person(), pro(), origin()
    entitlements.settle(user, product, source, until=NOW + DAY, at=NOW)

    with django_assert_num_queries(1):
        entitlements.settle(user, product, source, until=NOW + DAY, at=NOW + hours(1))

    assert Entitlement.objects.filter(source_ref=source.ref).count() == 1


def test_an_end_that_has_passed_takes_the_right_away_at_once():
    user, source = person(), origin()
    entitlements.settle(user, pro(), source, until=NOW + DAY, at=NOW)

    entitlements.settle(user, pro(), source, until=NOW, at=NOW + hours(1), reason="ended")

    assert held(source, NOW + timedelta(minutes=59))
    assert not held(source, NOW + hours(1))
    assert Entitlement.objects.get(source_ref=source.ref).reason == "ended"


def test_rights_of_other_origins_are_left_alone():
    user, mine, other = person(), origin(), origin()
    entitlements.settle(user, pro(), mine, until=NOW + DAY, at=NOW)
    entitlements.settle(user, pro(), other, until=NOW + DAY, at=NOW)

    assert entitlements.revoke(mine, at=NOW + hours(1)) == 1

    assert reader_for(user, NOW + hours(2)).holds("pro", NOW + hours(2))


def test_a_gift_never_reaches_into_the_past():
    source = origin()

    row = entitlements.grant(person(), pro(), source, starts_at=NOW - DAY, until=NOW + DAY, at=NOW, reason="gift")

    assert row.starts_at == NOW
    assert not held(source, NOW - hours(1))


def test_whose_rights_change_is_told(django_capture_on_commit_callbacks):
    told: list[frozenset[int] | None] = []

    def listen(users, **_rest):
        told.append(users)

    rights_changed.connect(listen)
    user, company = person(), team()
    mine, theirs = Origin(Entitlement.Source.COMP, "mine"), Origin(Entitlement.Source.SEAT, "theirs")
    with django_capture_on_commit_callbacks(execute=True):
        entitlements.settle(user, pro(), mine, until=NOW + DAY, at=NOW)
        entitlements.settle(user, pro(), mine, until=NOW + DAY, at=NOW)
        entitlements.settle(company, pro(), theirs, until=NOW + DAY, at=NOW)
        entitlements.revoke(mine, at=NOW)
        entitlements.revoke(mine, at=NOW)
    rights_changed.disconnect(listen)
    assert told == [frozenset({user.pk}), None, frozenset({user.pk})]
