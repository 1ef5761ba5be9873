"""Whatever happens, in whatever order it is heard of: after one reconcile we are where Stripe is.

``LIVES=5000`` plays so many lives instead of the usual number; ``make soak-billing`` does, and writes what came of it.
"""

from __future__ import annotations

import os
from io import StringIO

import pytest
import stripe
from django.core.management import call_command
from django.db import connection
from django.db.models import Max
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from memberships import clock, happenings, tasks
from memberships.models import Customer, Subscription
from tests.memberships.builders import person
from tests.memberships.lives import books, letters
from tests.memberships.lives.acts import DAY, Act, World, acts, by_themselves
from tests.memberships.lives.truth import Life
from tests.memberships.local_stripe import LocalStripe

pytestmark = pytest.mark.django_db

PEOPLE, ACTS = 12, 60
LIVES = int(os.environ.get("LIVES", "204"))
# An act of ours that was left half-way may move Stripe, and what follows from that once more.
_MOST_MOVES = 4


@pytest.fixture
def no_time_between_tries(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK waits before it asks again; nothing here gets better by waiting."""
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0)


@settings(
    max_examples=-(-LIVES // PEOPLE),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    # What fails is long already; shortening it would play hundreds of lives more.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(lived=st.lists(acts, min_size=ACTS, max_size=ACTS))
def test_after_one_reconcile_we_are_where_stripe_is(
    local_stripe: LocalStripe, no_time_between_tries: None, lived: list[Act]
) -> None:
    local_stripe.forget_everybody()
    world = World(local_stripe, [person() for _number in range(PEOPLE)], person(is_staff=True))
    for act in lived:
        world.do(act)

    lives = _reconciled(world)
    _all_is_heard(world)
    assert books.here(world.people) == books.at_stripe(lives, local_stripe)
    assert books.moved(world.people) == books.recurring_at_stripe(lives, clock.now())
    assert books.moved() == books.counted()
    _rebuilt_the_same()
    for life in lives:
        user, at = life.user, clock.now()
        # A right that was made longer is a second row beside the first.
        rights = user.entitlements.live(at).values("source_ref").annotate(until=Max("ends_at"))
        held = sorted(right["until"] for right in rights)
        assert held == life.ends(at), f"{user}: {_states(life)}"
        assert life.wrongs() == []
        assert life.told() == life.messages(world.seen, world.turns, world.refused), f"{user}: {_states(life)}"
        customer = Customer.objects.filter(user=user).first()
        assert world.heard.wrongly_told(user, customer and customer.stripe_id) == [], f"{user}: {_states(life)}"
        assert letters.untold(life, at) == []


def _reconciled(world: World) -> list[Life]:
    """Everybody's life at Stripe, once compared. Only if Stripe itself moved on meanwhile, it is compared once more.

    What we had begun is gone on with first: days later, for what died on the way is given some time, and trials begun
    in the last acts are about to end.
    """
    world.stripe.advance(seconds=5 * DAY)
    by_themselves(world)
    for _time in range(_MOST_MOVES):
        before = [Life.of(user, world.stripe) for user in world.people]
        tasks.go_on_with_acts()
        tasks.reconcile_all()
        world.notice()
        after = [Life.of(user, world.stripe) for user in world.people]
        if before == after:
            break
    else:
        pytest.fail("Stripe's state does not come to rest.")
    by_themselves(world)
    while happenings.tell_waiting(clock.now()):
        pass
    assert [Life.of(user, world.stripe) for user in world.people] == after
    return after


def _all_is_heard(world: World) -> None:
    """The last of the wire: what Stripe says after everything else has arrived after it."""
    last = world.stripe.api("POST", "customers", name="The last")["id"]
    world.stripe.wire.wait_for("customer.created", lambda subject: subject["id"] == last)
    world.heard.hear(world.stripe.wire.take())


def _rebuilt_the_same() -> None:
    """The numbers made anew from the mirror are those that were kept along the way.

    Only what a subscription was between its beginning and its end, a rest say, the mirror does not know any more.
    """
    days, movements, moved = books.days(), books.movements(), books.moved()
    wavered = {row[0] for row in movements if row[3] in {"contraction", "expansion"}}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM memberships_revenueday")
        cursor.execute("DELETE FROM memberships_mrrmovement")
    call_command("rebuild_metrics", stdout=StringIO())
    assert books.days() == days
    assert books.moved() == moved
    steady = [row for row in movements if row[0] not in wavered]
    assert [row for row in books.movements() if row[0] not in wavered] == steady


def _states(life: Life) -> object:
    known = dict(Subscription.objects.filter(customer__user=life.user).values_list("stripe_id", "status"))
    return [(each["id"], each["status"], known.get(each["id"])) for each, _bills in life.subscriptions]
