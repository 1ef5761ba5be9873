"""Journeys go on at another address of the same person."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef

from newsletters.journeys import stopping
from newsletters.models import JourneyLetter, Recipient, Run


def move(old: Recipient, new: Recipient, at: datetime) -> None:
    """Have the runs of one address be the other's. One that the other has too, or whose journey it is on, ends.

    The letters go along: they are what keeps two from coming on one day, and one from coming twice.
    """
    theirs = Run.objects.filter(recipient=new, journey=OuterRef("journey"))
    same = Exists(theirs.filter(occasion=OuterRef("occasion")))
    runs = Run.objects.filter(recipient=old)
    stopping.end(runs.filter(Exists(theirs.running()) | same), Run.Why.CLOSED, at)
    moved = list(runs.exclude(same).values_list("pk", flat=True))
    taken = JourneyLetter.objects.filter(recipient=new).values("written_on")
    JourneyLetter.objects.filter(run__in=moved).exclude(written_on__in=taken).update(recipient=new)
    runs.filter(pk__in=moved).update(recipient=new)
