"""Takes each run that is due one letter on: at most one such letter reaches somebody on one day.

A letter, the day it was written on and where its run goes on from are one transaction: whoever dies in the middle has
written nothing. The key of the message, the step of the run and the reader's day are unique in the database besides.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction

from newsletters import silence
from newsletters.journeys import letters, looking, stopping, timing
from newsletters.models import Journey, JourneyLetter, Recipient, Run, Step

log = logging.getLogger(__name__)

# What could not be written is tried again then, and holds nobody up meanwhile.
TRIED_AGAIN_AFTER = timedelta(hours=1)
_BATCH = 200


def step_due(at: datetime) -> int:
    """Take runs on that are due; how many letters were written."""
    due = Run.objects.due(at).order_by("due_at", "pk").values_list("pk", flat=True)[:_BATCH]
    written = 0
    for pk in due:
        try:
            written += _stepped(pk, at)
        except Exception:
            log.exception("the run %s of a journey cannot go on", pk)
            Run.objects.due(at).filter(pk=pk).update(due_at=at + TRIED_AGAIN_AFTER)
    return written


def due_after(since: datetime, step: Step, run: Run) -> datetime:
    """When a letter is due whose wait begins at ``since``."""
    wait = timedelta(days=step.wait_days, hours=step.wait_hours)
    return timing.moment_of(since, wait, step.at_time, looking.zone_of(run))


@transaction.atomic
def _stepped(pk: int, at: datetime) -> bool:
    """Write the run's next letter, or let it be, unless somebody else does."""
    # One at a time for each reader, so that two of their runs do not both find the day free. The reader comes first, as
    # for whoever moves or erases them.
    readers = Recipient.objects.select_for_update(no_key=True, skip_locked=True, of=("self",)).select_related("user")
    reader = readers.filter(pk__in=Run.objects.due(at).filter(pk=pk).values("recipient")).first()
    locked = Run.objects.due(at).select_for_update(skip_locked=True, of=("self",))
    related = ("journey__product", "newsletter__product", "step")
    run = locked.select_related(*related).filter(pk=pk, recipient=reader).first()
    if run is None or run.step is None or reader is None:
        return False
    run.recipient = reader
    if why := looking.against(run, at):
        stopping.stop(run, why, at)
        return False
    if run.step.kind == Step.Kind.END:
        _end_list(run, run.step, at)
        return False
    day = timing.day_of(at, looking.zone_of(run))
    if JourneyLetter.objects.filter(recipient=run.recipient, written_on=day).exists():
        _wait_till(run, timing.next_day(at, run.step.at_time, looking.zone_of(run)))
        return False
    is_written = looking.is_for(run.step, run, at) and letters.write(run, run.step, at) is not None
    if is_written:
        JourneyLetter.objects.create(run=run, step=run.step, recipient=run.recipient, written_on=day)
    _go_on(run, run.step, at)
    return is_written


def _end_list(run: Run, step: Step, at: datetime) -> None:
    """End the list for whoever was asked. Nobody is silent to a letter that never left here."""
    if run.newsletter is not None and run.journey.occasion == Journey.Occasion.SILENT:
        if not letters.was_asked(run):
            is_written = run.letters.filter(step__kind=Step.Kind.ASK).exists()
            stopping.stop(run, Run.Why.SUPPRESSED if is_written else Run.Why.CLOSED, at)
            return
        silence.end(run.recipient, run.newsletter, at)
    _go_on(run, step, at)


def _go_on(run: Run, passed: Step, at: datetime) -> None:
    """What editors moved behind the step is left out where the run has it."""
    following = Step.objects.behind(passed).exclude(letters__run=run).first()
    if following is not None:
        run.step = following
        _wait_till(run, due_after(at, following, run))
        return
    Run.objects.filter(pk=run.pk).update(state=Run.State.DONE, step=None, due_at=None, settled_at=at)


def _wait_till(run: Run, moment: datetime) -> None:
    Run.objects.filter(pk=run.pk).update(step=run.step, due_at=moment)
