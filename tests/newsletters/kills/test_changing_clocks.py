"""The nights on which the clocks change, lived through minute by minute with two schedulers ticking."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest

from newsletters import editions
from newsletters.models import Edition
from tests.newsletters.builders import newsletter, story, subscriber
from tests.newsletters.kills.reckoning import reckon
from tests.newsletters.sending import send

pytestmark = pytest.mark.usefixtures("committing")


def tick(at: datetime) -> None:
    """What a scheduler wakes every few seconds; both do, at the same moment."""
    for _scheduler in range(2):
        editions.compose_due(at)
        for made in Edition.objects.due(at):
            editions.freeze(made, at)
        for made in Edition.objects.sending().select_related("newsletter"):
            send(made, at)


@pytest.mark.parametrize(
    ("night", "due"),
    [
        # 02:30 is left out: the newsletter is due as the gap ends, at 03:00 summer time.
        (date(2026, 3, 29), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        # 02:30 comes twice: the newsletter is due at the first, in summer time.
        (date(2026, 10, 25), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_an_edition_goes_out_once_in_the_night_the_clocks_change(sink, night, due):
    letter = newsletter("berlin", days=list(range(7)), send_at=time(2, 30), time_zone="Europe/Berlin")
    for number in range(3):
        subscriber(letter, f"r{number}@example.org")
    midnight = datetime.combine(night, time(), UTC)
    # One that settles the night before, so that this one has a beginning.
    tick(midnight - timedelta(hours=20))
    sink.taken.clear()
    story(published_at=midnight - timedelta(hours=1))
    for minutes in range(-60, 4 * 60, 10):
        tick(midnight + timedelta(minutes=minutes, seconds=6))

    made = Edition.objects.get(newsletter=letter, edition_on=night)
    assert (made.due_at, made.sent_at) == (due, due + timedelta(seconds=6))
    assert Counter(sink.addresses) == {f"r{number}@example.org": 1 for number in range(3)}
    found = reckon(made, sink.addresses)
    assert (found.twice, found.skipped, found.doubtful) == ([], [], [])
    assert Edition.objects.filter(newsletter=letter, edition_on__gte=night).count() == 1
