"""People, machines, and what cannot be told: pure functions of the requests of one copy, however they are ordered."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping

from newsletters.models import EditionCount
from newsletters.tracking.rules import RULES, Event, Kind, Requests, Verdict

# What is counted (opened, or a link followed), which link (nothing: any), and by whom.
What = tuple[str, int | None, str]
_BEST_FIRST = list(Verdict)


def classify(events: Iterable[Event]) -> dict[uuid.UUID, Verdict]:
    """What each request of one copy is taken for: a machine if one rule says so, else not known if one doubts."""
    requests = Requests(events)
    return {event.id: _verdict(event, requests) for event in requests.events}


def counted(events: Iterable[Event]) -> Counter[What]:
    """What one copy adds to the sums of its edition, each thing once and by the best that did it.

    Who followed a link has opened the letter, though many programs fetch no picture.
    """
    events = list(events)
    verdicts = classify(events)
    best: dict[tuple[str, int | None], Verdict] = {}
    for event in events:
        for what in _means(event):
            best[what] = min(best.get(what, Verdict.MACHINE), verdicts[event.id], key=_BEST_FIRST.index)
    return Counter({(kind, link, str(verdict)): 1 for (kind, link), verdict in best.items()})


def _verdict(event: Event, requests: Requests) -> Verdict:
    said = {rule(event, requests) for rule in RULES}
    if Verdict.MACHINE in said:
        return Verdict.MACHINE
    return Verdict.UNKNOWN if Verdict.UNKNOWN in said else Verdict.HUMAN


def _means(event: Event) -> Iterable[tuple[str, int | None]]:
    opened, followed = EditionCount.Kind.OPEN, EditionCount.Kind.CLICK
    if event.kind == Kind.OPEN:
        return [(opened, None)]
    return [(opened, None), (followed, None), *([(followed, event.link)] if event.link is not None else [])]


def difference(after: Mapping[What, int], before: Mapping[What, int]) -> dict[What, int]:
    """What has to be added, or taken off, to come from one to the other."""
    changed = {what: after.get(what, 0) - before.get(what, 0) for what in {*after, *before}}
    return {what: more for what, more in changed.items() if more}
