"""Days of lists, made from what people did; and the sums of editions beside their copies."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection

from memberships.models import Alert
from newsletters import consents, editions, growth, reckoning, signups, silence, suppression
from newsletters.models import ListDay, SignupAct, Stream, Suppression
from newsletters.signups import Consent
from tests.newsletters.builders import AT, edition, newsletter, recipient, subscriber

pytestmark = pytest.mark.django_db
CONSENT = Consent("front", "I want it.")


def day_of(letter, day: date) -> dict[str, int]:
    row = ListDay.objects.filter(newsletter=letter, day=day).values(*growth.FLOWS, "size").get()
    return {name: number for name, number in row.items() if number}


def test_a_day_says_who_came_and_who_left_by_what_way():
    letter, other = newsletter(), newsletter()
    people = [recipient() for _each in range(7)]
    for person in people:
        signups.join(person, [letter], CONSENT, AT)
    signups.request("new@example.org", [letter], CONSENT, AT)
    signups.leave(people[0], letter, AT)
    signups.leave(people[1], letter, AT, source="preferences")
    signups.leave_all(people[2], AT)
    suppression.suppress(people[3], Stream.NEWSLETTERS, Suppression.Reason.HARD_BOUNCE, AT)
    suppression.suppress(people[4], Stream.NEWSLETTERS, Suppression.Reason.COMPLAINT, AT)
    silence.end(people[5], letter, AT)
    consents.note(people[0], letter, SignupAct.Kind.INCLUDED, AT)
    expected = {
        "asked": 1, "added": 8, "left_by_link": 1, "left_by_choice": 1, "stopped": 1, "bounced": 1, "complained": 1,
        "sunset": 1, "size": 1,
    }  # fmt: skip
    for _again in range(2):
        assert not growth.count(AT)
        assert day_of(letter, AT.date()) == expected
        assert day_of(other, AT.date()) == {}
    tomorrow = AT + timedelta(days=1)
    subscriber(letter)
    assert not growth.count(tomorrow)
    assert day_of(letter, AT.date()) == expected, "the size of a day that is over stays"
    assert day_of(letter, tomorrow.date()) == {"size": 2}


def test_days_before_it_was_kept_are_made_in_portions():
    letter = newsletter()
    signups.join(recipient(), [letter], CONSENT, AT)
    assert SignupAct.objects.exists()
    later = AT + timedelta(days=40)
    assert growth.count(later)
    assert not growth.count(later)
    assert ListDay.objects.filter(newsletter=letter).count() == 41
    assert day_of(letter, AT.date()) == {"added": 1}
    assert day_of(letter, later.date()) == {"size": 1}


def test_sums_that_are_wrong_are_noticed():
    letter = newsletter()
    subscriber(letter)
    made = edition(letter)
    editions.freeze(made, AT)
    assert reckoning.reconcile(AT) == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE newsletters_tally SET copies = 3 WHERE edition_id = %s", [made.pk])
    assert reckoning.reconcile(AT) == [
        f"{made.public_id}: 1 copies are queued, 3 were kept",
        f"{made.public_id}: 3 copies are kept of an audience of 1",
    ]
    assert reckoning.reconcile(AT + timedelta(days=15)) == []
    assert Alert.objects.open().get().kind == Alert.Kind.MISCOUNTED
