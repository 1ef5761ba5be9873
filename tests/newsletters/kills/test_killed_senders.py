"""A sender that is killed at any line: nobody gets two copies, nobody is skipped, and every doubt has a name."""

from __future__ import annotations

from datetime import timedelta

import pytest

from memberships import clock
from newsletters import editions
from newsletters.delivery import claim
from newsletters.models import Edition, Newsletter
from tests.memberships.stripe.at_work import until
from tests.newsletters.builders import edition, newsletter, story, subscriber
from tests.newsletters.kills.conftest import Victim
from tests.newsletters.kills.reckoning import reckon
from tests.newsletters.sending import send

pytestmark = pytest.mark.usefixtures("committing")

READERS, WINDOW = 3, 2
# Claimed, begun, announced, told in part and whole, answered, written down: none is spared.
STEPS = {
    'after INSERT INTO "newsletters_claim"',
    "after UPDATE newsletters_delivery SET",
    'after UPDATE "newsletters_claim" SET',
    "before words",
    "within a letter",
    "after words",
    "before a reply",
    "after a reply",
    "after UPDATE newsletters_delivery AS",
    "before a commit",
    "after a commit",
}
LATER = timedelta(minutes=11)


@pytest.fixture
def letter() -> Newsletter:
    made = newsletter("takeaway")
    for number in range(READERS):
        subscriber(made, f"r{number}@example.org")
    return made


def frozen(letter: Newsletter, number: int) -> Edition:
    """The edition of a day of its own."""
    at = clock.now()
    made = edition(letter, story(), due_at=at, edition_on=at.date() + timedelta(days=number))
    assert editions.freeze(made, at)
    return made


def through(made: Edition) -> None:
    """The next senders find what the dead one left, once its claim is given up and PostgreSQL has noticed."""
    at = clock.now() + LATER
    claim.settle_dead(at)

    def is_sent() -> bool:
        send(made, at)
        return Edition.objects.filter(pk=made.pk, state=Edition.State.SENT).exists()

    until(is_sent, "the edition did not come to its end")


def test_sender_killed_at_any_line_doubles_and_skips_nobody(sink, letter, victim: Victim):
    """Once at each kind of point; ``make soak-sending`` takes all, and many more."""
    sink.takes_groups = True
    passed = victim(frozen(letter, 0), WINDOW, 0).passed
    points = {name: number for number, name in reversed(list(enumerate(passed, start=1)))}
    assert points.keys() >= STEPS
    assert len(points) >= 30
    for number, (name, dies_at) in enumerate(points.items(), start=1):
        sink.taken.clear()
        made = frozen(letter, number)
        fate = victim(made, WINDOW, dies_at)
        assert fate.is_dead
        assert fate.passed[-1] == name
        through(made)
        found = reckon(made, sink.addresses)
        assert (found.twice, found.skipped) == ([], []), name
        assert len(found.doubtful) <= WINDOW, name
