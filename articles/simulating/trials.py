"""The rows trials are asked with: who may work one out, how far it is, how it ended.

Every change is a compare-and-swap.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from articles.models import AccessRule, SimulatedReader, Simulation
from articles.simulating.tally import Tally
from memberships.models import ReadingRule, User

# A run says several times a minute that it is alive.
SILENT_FOR = timedelta(minutes=2)
MOST_ATTEMPTS = 3


class Lost(Exception):
    """Somebody else has taken the trial up: this run may not write any more."""


def ask(
    user: User,
    allowance: int,
    registered_allowance: int,
    rules: Sequence[AccessRule],
    reading_rules: Sequence[ReadingRule],
    at: datetime,
) -> Simulation:
    """Queue a trial of these allowances with these access rules and reading rules in force."""
    return Simulation.objects.create(
        asked_by=user,
        asked_at=at,
        allowance=allowance,
        registered_allowance=registered_allowance,
        rules=[[rule.pk, rule.name] for rule in rules],
        reading_rules=[[rule.pk, rule.name] for rule in reading_rules],
    )


def take_up(at: datetime) -> Simulation | None:
    """The next trial to work out: one whose run has died, or the one that waits longest. One at a time.

    One that has killed its run ``MOST_ATTEMPTS`` times has failed.
    """
    silent = Q(state="running", heard_at__lt=at - SILENT_FOR)
    worn_out = Simulation.objects.filter(silent, attempts__gte=MOST_ATTEMPTS)
    worn_out.update(state="failed", ended_at=at, failure=Simulation.Failure.DIED)
    waiting = Simulation.objects.filter(silent | Q(state="queued")).order_by("-state", "asked_at", "id")
    for key in waiting.values_list("pk", flat=True)[:1]:
        claim = uuid.uuid4()
        mine = Simulation.objects.filter(silent | Q(state="queued"), pk=key)
        try:
            with transaction.atomic():
                taken = mine.update(
                    state="running", claim=claim, heard_at=at, attempts=F("attempts") + 1, readings_done=0
                )
        except IntegrityError:  # another one is running
            return None
        return Simulation.objects.get(pk=key) if taken else None
    return None


def report(trial: Simulation, done: int, total: int, at: datetime) -> None:
    """Say how far it is, and that the run is alive. Raises Lost."""
    _change(trial, readings_done=done, readings_total=total, heard_at=at)


@transaction.atomic
def finish(trial: Simulation, tally: Tally, figures: dict[str, object], at: datetime) -> None:
    """Keep what came out. Raises Lost."""
    _change(trial, state="done", ended_at=at, result=figures, claim=None)
    closed, opened = ({user: count for count, user in people} for people in (tally.closed, tally.opened))
    here = User.objects.filter(pk__in=closed.keys() | opened.keys(), is_active=True).select_for_update(no_key=True)
    SimulatedReader.objects.bulk_create(
        SimulatedReader(simulation=trial, user_id=user, closed=closed.get(user, 0), opened=opened.get(user, 0))
        for user in here.order_by("pk").values_list("pk", flat=True)
    )


def fail(trial: Simulation, why: str, at: datetime) -> None:
    """Raises Lost."""
    _change(trial, state="failed", ended_at=at, failure=why, claim=None)


def _change(trial: Simulation, **values: object) -> None:
    if not Simulation.objects.filter(pk=trial.pk, state="running", claim=trial.claim).update(**values):
        raise Lost
