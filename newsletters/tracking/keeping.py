"""Writing down what letters led to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from django.db import transaction
from django.db.models import QuerySet

from newsletters import signs
from newsletters.models import Delivery, Edition, MailEvent, Recipient
from newsletters.tracking import sums, waiting
from newsletters.tracking.waiting import Note

# What one task takes on at most; the next goes on.
MOST_AT_ONCE = 5_000
# How long after its edition's day a letter is counted. Whoever reads it later is a reader all the same.
TAKEN_FOR = timedelta(days=30)
# Nobody opens a letter so often; who asks for its picture in a loop fills nothing.
MOST_OF_A_COPY = 100


def drain(at: datetime) -> int:
    """Write a portion of what waits; answers how many entries that was.

    They are removed after the commits, so a task that dies in between leaves them to the next, which writes none twice:
    each carries its key. Two at a time do no harm either.
    """
    batch = waiting.oldest(MOST_AT_ONCE)
    if batch is None:
        return 0
    of_edition = attrgetter("edition")
    for edition, notes in groupby(sorted(batch.notes, key=of_edition), key=of_edition):
        write(edition, list(notes), at)
    waiting.remove(batch)
    return batch.count


def takes(edition: Edition, at: datetime) -> bool:
    """Whether what an edition's letters lead to is still written down."""
    return at.date() <= edition.edition_on + TAKEN_FOR


def let(recipient: Recipient, at: datetime, *, is_counted: bool) -> None:
    """Do as the reader wishes: who is not counted any more has no such links from the next letter on, what they follow
    in old ones is not noted, and what was kept of them goes. Who thinks better of it is counted from the next on."""
    changed = Recipient.objects.filter(pk=recipient.pk, is_counted=not is_counted)
    changed.update(is_counted=is_counted, counted_from=at if is_counted else None)
    recipient.is_counted = is_counted
    if not is_counted:
        MailEvent.objects.filter(recipient=recipient).delete()


@transaction.atomic
def write(edition: int, notes: Sequence[Note], at: datetime) -> list[MailEvent]:
    """Write down what is new of an edition that is counted, of readers who are, and add it up; answers what is new.
    Who follows a link themselves has given a sign of life.

    Under the edition's lock, so that what was there before is known for certain.
    """
    locked = Edition.objects.select_for_update(of=("self",), no_key=True).filter(pk=edition, is_counted=True).first()
    if locked is None:
        return []
    last = locked.edition_on + TAKEN_FOR
    noted = list(_events(locked, [note for note in notes if note.at.date() <= last]))
    there = list(_of_copies(locked, {event.recipient_id for event in noted}))
    events = list(_new(noted, there))
    MailEvent.objects.bulk_create(events)
    sums.add(locked, there, events)
    signs.note_all(sums.followed_by_people(there, events), at)
    return events


def _events(edition: Edition, notes: Sequence[Note]) -> Iterator[MailEvent]:
    """The notes of copies that went out to readers who are counted, with how long after the hand-over each was."""
    counted = Recipient.objects.filter(public_id__in={note.recipient for note in notes}, is_counted=True)
    counted = counted.exclude(counted_from__gt=edition.frozen_at)
    readers = dict(counted.values_list("public_id", "pk"))
    went_out = Delivery.objects.of_edition(edition).filter(recipient__in=readers.values())
    handed_over = dict(went_out.values_list("recipient_id", "settled_at"))
    for note in notes:
        recipient = readers.get(note.recipient)
        if recipient not in handed_over or recipient is None:
            continue
        settled_at = handed_over[recipient]
        yield MailEvent(
            edition_on=edition.edition_on,
            edition_id=edition.pk,
            recipient_id=recipient,
            id=note.key,
            at=note.at,
            kind=note.kind,
            link=note.link,
            method=note.method,
            agent=note.agent,
            network=note.network,
            is_prefetch=note.is_prefetch,
            is_navigation=note.is_navigation,
            is_data_centre=note.is_data_centre,
            seconds=int((note.at - settled_at).total_seconds()) if settled_at else None,
        )


def _new(noted: Sequence[MailEvent], there: Sequence[MailEvent]) -> Iterator[MailEvent]:
    """Those that are not written yet, each once, as long as their copy has not too many."""
    written = {event.id for event in there}
    kept = Counter(event.recipient_id for event in there)
    for event in noted:
        if event.id not in written and kept[event.recipient_id] < MOST_OF_A_COPY:
            written.add(event.id)
            kept[event.recipient_id] += 1
            yield event


def _of_copies(edition: Edition, recipients: set[int]) -> QuerySet[MailEvent]:
    """What is written of these copies, looked for in the edition's own partition only."""
    return MailEvent.objects.filter(edition_on=edition.edition_on, edition=edition, recipient__in=recipients)
