"""A sender that is killed at any line: nobody gets two copies, nobody is skipped, and every doubt has a name."""

from __future__ import annotations

import json
import os
import random
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from memberships import clock
from newsletters import editions
from newsletters.delivery import claim
from newsletters.models import Edition, Newsletter
from tests.memberships.stripe.at_work import until
from tests.newsletters.builders import edition, newsletter, story, subscriber
from tests.newsletters.kills.conftest import Victim, a_victim
from tests.newsletters.kills.reckoning import reckon
from tests.newsletters.sending import send
from tests.newsletters.sink import DROP

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
RCPT_ANSWERS = ("250 OK", "450 4.2.1 later", "550 5.1.1 unknown", "421 4.3.2 closing", DROP)
RCPT_WEIGHTS = (16, 1, 1, 1, 1)
DATA_ANSWERS = ("250 2.0.0 taken", "451 4.3.0 later", "554 5.7.1 no", DROP)
DATA_WEIGHTS = (16, 1, 1, 2)


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
    later = count(1)

    def is_sent() -> bool:
        at = clock.now() + next(later) * LATER
        claim.settle_dead(at)
        send(made, at)
        return Edition.objects.filter(pk=made.pk, state=Edition.State.SENT).exists()

    until(is_sent, "the edition did not come to its end")


def test_sender_killed_at_any_line_doubles_and_skips_nobody(sink, letter, victim: Victim):
    """Once at each kind of point."""
    sink.takes_groups = True
    passed = victim.send(frozen(letter, 0), WINDOW).passed
    points = {name: number for number, name in reversed(list(enumerate(passed, start=1)))}
    assert points.keys() >= STEPS
    assert len(points) >= 30
    for number, (name, stops_at) in enumerate(points.items(), start=1):
        sink.taken.clear()
        made = frozen(letter, number)
        fate = victim.send(made, WINDOW, stops_at)
        assert fate.is_dead
        assert fate.passed[-1] == name
        through(made)
        found = reckon(made, sink.addresses)
        assert (found.twice, found.skipped) == ([], []), name
        assert len(found.doubtful) <= WINDOW, name


def test_sender_killed_at_any_line_of_a_providers_call_doubles_and_skips_nobody(sink, provider, letter):
    """Once at each kind of point; a call is in doubt as a whole, and no other."""
    variables = {"EMAIL_PROVIDER": "sparkpost", "EMAIL_PROVIDER_KEY": "key", "EMAIL_PROVIDER_API": provider.api}
    with a_victim(EMAIL_URL=sink.url, **variables) as victim:
        passed = victim.send(frozen(letter, 0), WINDOW).passed
        points = {name: number for number, name in reversed(list(enumerate(passed, start=1)))}
        assert points.keys() >= STEPS
        assert len(points) >= 30
        for number, (name, stops_at) in enumerate(points.items(), start=1):
            provider.kept.forget()
            made = frozen(letter, number)
            assert victim.send(made, WINDOW, stops_at).is_dead
            claim.settle_dead(clock.now() + LATER)
            until(partial(is_sent_by, victim, made), "the edition did not come to its end")
            found = reckon(made, provider.kept.counts.elements())
            assert (found.twice, found.skipped) == ([], []), name
            assert len(found.doubtful) <= WINDOW, name
    assert sink.taken == []


def is_sent_by(victim: Victim, made: Edition) -> bool:
    victim.send(made, WINDOW)
    return Edition.objects.filter(pk=made.pk, state=Edition.State.SENT).exists()


def test_whatever_comes_together_doubles_and_skips_nobody(sink, letter, victim: Victim):
    """Senders die one after the other or lose PostgreSQL, over a server that refuses, puts off and goes silent.

    A few rounds, always the same; ``make soak-sending`` plays others until KILLS senders are dead.
    """
    seed = os.environ.get("SEED", "the same")
    chance, most = random.Random(seed), int(os.environ.get("KILLS", "8"))
    dead = copies = doubts = 0
    for number in count(1):
        sink.taken.clear()
        sink.takes_groups = chance.random() < 0.7
        sink.at_rcpt.extend(chance.choices(RCPT_ANSWERS, RCPT_WEIGHTS, k=READERS))
        sink.at_data.extend(chance.choices(DATA_ANSWERS, DATA_WEIGHTS, k=READERS))
        made, window = frozen(letter, number % 60), chance.randint(1, READERS)
        for _sender in range(chance.randint(1, 3)):
            is_cut_off = chance.random() < 0.3
            dead += victim.send(made, window, chance.randint(1, 110), is_cut_off=is_cut_off).is_dead
            if chance.random() < 0.5:
                claim.settle_dead(clock.now() + LATER)
        through(made)
        found = reckon(made, sink.addresses)
        assert (found.twice, found.skipped) == ([], []), f"SEED={seed}, round {number}"
        made.deliveries.all().delete()
        made.tallies.all().delete()
        made.delete()
        copies, doubts = copies + READERS, doubts + len(found.doubtful)
        if dead >= most:
            break
    if told := os.environ.get("TOLD"):
        Path(told).write_text(json.dumps({"kills": dead, "editions": number, "copies": copies, "doubts": doubts}))


def test_an_edition_needs_no_queue_and_no_cache(sink, letter):
    """Both are away; the rows say what is to be done, and it is done."""
    nowhere = "redis://127.0.0.1:1/0"
    made = frozen(letter, 0)
    with a_victim(EMAIL_URL=sink.url, REDIS_URL=nowhere, CACHE_URL=nowhere) as victim:
        victim.send(made, WINDOW)
    found = reckon(made, sink.addresses)
    assert (found.twice, found.skipped, found.doubtful) == ([], [], [])
