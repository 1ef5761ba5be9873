"""A sender that is killed at any line: nobody gets two copies, nobody is skipped, and every doubt has a name."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from memberships import clock
from newsletters import editions
from newsletters.delivery import claim
from newsletters.models import Edition, Newsletter, ReceivingDomain, SoftBounce, Suppression
from tests.memberships.stripe.at_work import until
from tests.newsletters.builders import edition, newsletter, story, subscriber
from tests.newsletters.digests.press import industries, member, of, review, review_list
from tests.newsletters.kills.conftest import Victim, a_victim
from tests.newsletters.kills.reckoning import reckon
from tests.newsletters.kills.ways import ByProvider, BySmtp
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


def through(made: Edition, go_on: Callable[[Edition, datetime], None] = send) -> None:
    """The next senders find what the dead one left, once its claim is given up and PostgreSQL has noticed."""
    later = count(1)

    def is_sent() -> bool:
        at = clock.now() + next(later) * LATER
        claim.settle_dead(at)
        go_on(made, at)
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


def test_whatever_comes_together_doubles_and_skips_nobody(sink, provider, letter, victim: Victim):
    """Senders die one after the other or lose PostgreSQL, over a server or a provider that refuses, puts off and goes
    silent.

    A few rounds, always the same; ``make soak-sending`` plays others until KILLS senders are dead.
    """
    variables = {"EMAIL_PROVIDER": "sparkpost", "EMAIL_PROVIDER_KEY": "key", "EMAIL_PROVIDER_API": provider.api}
    with a_victim(EMAIL_URL=sink.url, **variables) as by_provider:
        play(letter, [BySmtp(victim, sink), ByProvider(by_provider, provider)])


def play(letter: Newsletter, ways: Sequence[BySmtp | ByProvider]) -> None:
    """Rounds, each by a way that is drawn, and at the end what they came to where somebody asks."""
    seed = os.environ.get("SEED", "the same")
    chance, most = random.Random(seed), int(os.environ.get("KILLS", "8"))
    dead = copies = doubts = calls = 0
    for number in count(1):
        way = chance.choice(ways)
        way.begin(chance, READERS)
        forget_what_was_learnt()
        made, window = frozen(letter, number % 60), chance.randint(1, READERS)
        assert Edition.objects.get(pk=made.pk).audience_size == READERS
        for _sender in range(chance.randint(1, 3)):
            is_cut_off = chance.random() < 0.3
            dead += way.victim.send(made, window, chance.randint(1, 110), is_cut_off=is_cut_off).is_dead
            if chance.random() < 0.5:
                claim.settle_dead(clock.now() + LATER)
        through(made, way.go_on)
        found = reckon(made, way.arrived)
        assert (found.twice, found.skipped) == ([], []), f"SEED={seed}, round {number}, {way}"
        made.deliveries.all().delete()
        made.tallies.all().delete()
        made.delete()
        copies, doubts, calls = copies + READERS, doubts + len(found.doubtful), calls + isinstance(way, ByProvider)
        if dead >= most:
            break
    if told := os.environ.get("TOLD"):
        sums = {"kills": dead, "editions": number, "calls": calls, "copies": copies, "doubts": doubts}
        Path(told).write_text(json.dumps(sums))


def forget_what_was_learnt() -> None:
    """Whose address was refused gets no edition more, and a domain that puts off rests: in the rounds to come senders
    would find nothing to do, and no place to die at."""
    for learnt in (ReceivingDomain, SoftBounce, Suppression):
        learnt.objects.all().delete()


def test_an_edition_needs_no_queue_and_no_cache(sink, letter):
    """Both are away; the rows say what is to be done, and it is done."""
    nowhere = "redis://127.0.0.1:1/0"
    made = frozen(letter, 0)
    with a_victim(EMAIL_URL=sink.url, REDIS_URL=nowhere, CACHE_URL=nowhere) as victim:
        victim.send(made, WINDOW)
    found = reckon(made, sink.addresses)
    assert (found.twice, found.skipped, found.doubtful) == ([], [], [])


def test_sender_of_reviews_killed_on_the_way_leaves_everybody_with_their_own(sink, victim: Victim):
    named, letter = industries(), review_list()
    readers = [member(letter, *named[place:], *named[:place]) for place in range(READERS)]
    first_of = {reader.email: f"Story of {place}" for place, reader in enumerate(readers)}

    def of_a_day(number: int) -> Edition:
        at = clock.now()
        stories = [of(each, f"Story of {place}") for place, each in enumerate(named)]
        made = review(letter, *stories, due_at=at, edition_on=at.date() + timedelta(days=number))
        assert editions.freeze(made, at)
        return made

    passed = victim.send(of_a_day(0), WINDOW).passed
    for number, name in enumerate(("within a letter", "before a reply", "after a commit"), start=1):
        sink.taken.clear()
        made = of_a_day(number)
        assert victim.send(made, WINDOW, passed.index(name) + 1).is_dead
        through(made)
        found = reckon(made, sink.addresses)
        assert (found.twice, found.skipped) == ([], []), name
        for address, message in sink.taken:
            lines = message.get_body(["plain"]).get_content().splitlines()
            assert next(line for line in lines if line.startswith("Story of")) == first_of[address]
