"""Writing the log, and deleting from it: what is older than thirty days, and people who leave."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from articles.models import Article, NotedReading, SimulatedReader
from articles.reading_log import waiting
from articles.reading_log.keys import first_key_of
from articles.reading_log.waiting import Note
from memberships.models import User

KEPT_FOR = timedelta(days=30)
# What one task takes on at most; the next goes on.
MOST_AT_ONCE = 5_000


def drain(at: datetime) -> int:
    """Write a portion of what waits; answers how many entries that was.

    They are removed after the commit, so a task that dies in between leaves them to the next, which writes none twice:
    each carries its key. Two at a time do no harm either.
    """
    batch = waiting.oldest(MOST_AT_ONCE)
    if batch is None:
        return 0
    _write(batch.notes, at)
    waiting.remove(batch)
    return batch.count


@transaction.atomic
def _write(notes: list[Note], at: datetime) -> None:
    """Stories that readers cannot know of and accounts that are closed are left out."""
    stories = dict(
        Article.objects.known(at).filter(public_id__in={n.story for n in notes}).values_list("public_id", "pk")
    )
    wanted = {note.user for note in notes if note.user}
    users = set(User.objects.filter(pk__in=wanted, is_active=True).values_list("pk", flat=True)) if wanted else set()
    rows = [
        NotedReading(
            id=note.key,
            at=note.at,
            article_id=stories[note.story],
            user_id=note.user,
            visitor=note.visitor,
            referrer=note.referrer,
            campaign=note.campaign,
            country=note.country,
        )
        for note in notes
        if note.story in stories and (note.user is None or note.user in users)
    ]
    NotedReading.objects.bulk_create(rows, ignore_conflicts=True)


def kept_since(at: datetime) -> datetime | None:
    """The moment of the oldest reading that is kept; ``None`` while there is none."""
    rows = NotedReading.objects.filter(id__gte=first_key_of(at - KEPT_FOR)).order_by("id")
    return rows.values_list("at", flat=True).first()


def forget_old(at: datetime) -> int:
    """Delete a portion of what is older than thirty days, names in old trials included; answers how many readings."""
    old = NotedReading.objects.filter(id__lt=first_key_of(at - KEPT_FOR)).order_by("id")
    SimulatedReader.objects.filter(simulation__asked_at__lt=at - KEPT_FOR).delete()
    return NotedReading.objects.filter(id__in=old.values("id")[:MOST_AT_ONCE]).delete()[0]


def forget(user: User) -> int:
    """Take a person out of the log and of every trial; answers how many readings that were."""
    SimulatedReader.objects.filter(user=user).delete()
    return NotedReading.objects.filter(user=user).delete()[0]
