"""A file of addresses, from its upload to the last of them: looked at and moved in, in batches that may die."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from memberships.importing.files import Course, MovingRefused
from memberships.models import User
from newsletters import consents
from newsletters.importing import ghost, looking, mailchimp, plain, substack, taking
from newsletters.importing.incoming import IncomingAddress, Reading, each_once
from newsletters.importing.plain import Columns
from newsletters.models import ListImport, ListImportRow, Newsletter

log = logging.getLogger(__name__)

BATCH = 200
# Whoever is asked for a confirmation gets a message nobody waits for: an hour has so many, of all files together.
MOST_ASKED_AN_HOUR = 500
_HOUR = timedelta(hours=1)
# One task works so long and makes room for others.
PATIENCE = timedelta(seconds=60)
Clock = Callable[[], datetime]
Source, State = ListImport.Source, ListImport.State
Outcome, RowState = ListImportRow.Outcome, ListImportRow.State
COURSE = Course(ListImport, *State.values)
start, forget = COURSE.start, COURSE.forget
_DONE_AT_ONCE = (Outcome.SIGNS_UP, Outcome.STOPS)


@dataclass(frozen=True)
class Wish:
    """What staff say about a file when they bring it. ``word`` is theirs, that whoever has no proof agreed."""

    source: str
    file_name: str
    newsletters: Sequence[Newsletter]
    consent_text: str
    unproved: str = ListImport.Unproved.REFUSE
    word: str = ""
    columns: Columns = field(default_factory=Columns)


def read(wish: Wish, raw: bytes) -> Reading:
    """Every address in an export. Raises NoTable."""
    if wish.source == Source.MAILCHIMP:
        return mailchimp.read(raw, wish.file_name)
    exports = {Source.GHOST: ghost.EXPORT, Source.SUBSTACK: substack.EXPORT}
    export = exports.get(Source(wish.source)) or plain.export_of(wish.columns)
    return each_once([export.read(raw)])


@transaction.atomic
def begin(wish: Wish, reading: Reading, asked_by: User | None, at: datetime) -> ListImport:
    """Write the file down, to be looked at. Raises MovingRefused when there is nobody in it."""
    if not reading.addresses:
        told = "; ".join(str(problem) for problem in reading.problems[:5])
        raise MovingRefused(" ".join(filter(None, (_("There is nobody in this file."), told))))
    made = ListImport.objects.create(
        source=wish.source,
        file_name="".join(each for each in wish.file_name if each.isprintable())[:200],
        consent_text=wish.consent_text,
        unproved=wish.unproved,
        word=wish.word,
        problems=[[problem.line, problem.sentence] for problem in reading.problems],
        asked_by=asked_by,
        asked_at=at,
    )
    made.newsletters.set(wish.newsletters)
    rows = (_row(made, address) for address in reading.addresses)
    ListImportRow.objects.bulk_create(rows, batch_size=2000)
    return made


def _row(made: ListImport, address: IncomingAddress) -> ListImportRow:
    language = address.said.language.lower()[:2]
    return ListImportRow(
        list_import=made,
        part=address.part,
        line=address.line,
        email=address.compared,
        email_as_typed=address.email,
        standing=address.said.standing,
        asked_at=address.said.asked_at,
        confirmed_at=address.said.confirmed_at,
        address_hash=consents.hash_of(address.said.network),
        language=language if language in dict(settings.LANGUAGES) else "",
        proof=dict(address.kept),
    )


def look_again(made: ListImport) -> None:
    """Do the dry run once more for whoever is not moved in. Raises MovingRefused while they move in."""
    with transaction.atomic():
        COURSE.look_again(made)
        others = made.rows.filter(state__in=[RowState.LOOKED, RowState.FAILED])
        others.update(state=RowState.WAITING, outcome="", why="", detail="", lists=[])


def to_move(made: ListImport) -> QuerySet[ListImportRow]:
    """Addresses something is to be done about; who is left out and who stays as they are is through."""
    return made.rows.filter(state=RowState.LOOKED, outcome__in=[*_DONE_AT_ONCE, Outcome.IS_ASKED]).order_by("id")


def work(now: Clock, *, patience: timedelta = PATIENCE) -> bool:
    """Go on with the files that wait, for a minute or so; whether there is more to do just now."""
    until = now() + patience
    return any(_work_on(pk, now, until) for pk in COURSE.waiting())


def _work_on(pk: int, now: Clock, until: datetime) -> bool:
    if not COURSE.claim(pk, now()):
        return False
    made = ListImport.objects.get(pk=pk)
    try:
        while _batch(made, now):
            if now() >= until:
                return True
            COURSE.keep(pk, now())
    finally:
        COURSE.release(pk)
    return False


def _batch(made: ListImport, now: Clock) -> bool:
    """Do a batch of rows; whether there were any. With the last one the file's state goes on."""
    chosen = list(made.newsletters.filter(is_active=True, product=None))
    is_looking = made.state == State.LOOKING
    batch = list(made.rows.filter(state=RowState.WAITING).order_by("id")[:BATCH] if is_looking else _due(made, now()))
    if not batch:
        _finish(made, now())
        return False
    (_look if is_looking else _write)(batch, made, chosen, now)
    return True


def _due(made: ListImport, at: datetime) -> QuerySet[ListImportRow]:
    """Who can be moved in at once; then those who are asked, as many as the hour has left."""
    at_once = to_move(made).exclude(outcome=Outcome.IS_ASKED)
    if at_once.exists():
        return at_once[:BATCH]
    asked = ListImportRow.objects.filter(outcome=Outcome.IS_ASKED, done_at__gt=at - _HOUR).count()
    return to_move(made)[: min(BATCH, max(0, MOST_ASKED_AN_HOUR - asked))]


def _look(batch: Sequence[ListImportRow], made: ListImport, chosen: Sequence[Newsletter], now: Clock) -> None:
    here, ids = looking.Here.about(batch), [newsletter.pk for newsletter in chosen]
    for row in batch:
        looking.look(row, made, ids, here, now())
    ListImportRow.objects.filter(state=RowState.WAITING).bulk_update(batch, ["state", "outcome", "why", "lists"])


def _write(batch: Sequence[ListImportRow], made: ListImport, chosen: Sequence[Newsletter], now: Clock) -> None:
    for row in batch:
        try:
            taking.take(row.pk, made, chosen, now())
        except Exception as error:  # Whatever it was, the row keeps it and nobody else waits for it.
            log.exception("Line %s of %s could not be moved in.", row.line, made)
            taking.fail(row.pk, f"{type(error).__name__}: {error}")


def _finish(made: ListImport, at: datetime) -> None:
    """The file is through, unless some are still to be asked."""
    same = ListImport.objects.filter(pk=made.pk, state=made.state)
    if made.state == State.LOOKING:
        same.update(state=State.LOOKED)
    elif not to_move(made).exists():
        same.update(state=State.WRITTEN, ended_at=at)


def counts(made: ListImport) -> dict[str, int]:
    """How many addresses are through, by state, and of how many."""
    states = dict(made.rows.values_list("state").annotate(count=Count("id")))
    total = sum(states.values())
    ended = {name.value: states.get(name.value, 0) for name in (RowState.DONE, RowState.FAILED)}
    return {**ended, "total": total, "looked": total - states.get(RowState.WAITING, 0)}
