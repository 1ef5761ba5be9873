"""How a run is over before its last letter."""

from __future__ import annotations

from datetime import datetime

from newsletters.models import Journey, Recipient, Run
from newsletters.querysets import RunQuerySet

State = Run.State


def stop(run: Run, why: Run.Why, at: datetime) -> bool:
    """Write no further letter; whether it was this that ended the run."""
    return bool(end(Run.objects.filter(pk=run.pk), why, at))


def leave(recipient: Recipient, journey: Journey, at: datetime) -> None:
    """At somebody's own wish, whatever they had got of it: the journey is not begun for them again.

    A run that is over is left too, so that what waits to be handed over does not go.
    """
    Run.objects.filter(recipient=recipient, journey=journey).exclude(state=State.LEFT).update(
        state=State.LEFT, why=Run.Why.LEFT, step=None, due_at=None, settled_at=at
    )


def stop_all(journey: Journey, at: datetime) -> int:
    """Close a journey and end every run of it; how many."""
    Journey.objects.filter(pk=journey.pk).update(is_active=False)
    return end(Run.objects.filter(journey=journey), Run.Why.CLOSED, at)


def end(runs: RunQuerySet, why: Run.Why, at: datetime) -> int:
    """The same of those among the runs that are under way; how many."""
    state = State.LEFT if why is Run.Why.LEFT else State.STOPPED
    return runs.running().update(state=state, why=why, step=None, due_at=None, settled_at=at)
