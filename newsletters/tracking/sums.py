"""The sums of an edition. They are kept by differences, in the transaction and under the lock in which events are
written, so that whoever dies on the way leaves both or neither."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby

from django.db import transaction
from django.db.models import QuerySet

from newsletters.models import Edition, EditionCount, MailEvent
from newsletters.partitions import KEPT_FOR
from newsletters.tracking.classifying import What, classify, counted, difference
from newsletters.tracking.rules import RULES_VERSION, Event, Kind, Verdict

_FACTS = (
    "id", "at", "kind", "link", "method", "agent", "network",
    "is_prefetch", "is_navigation", "is_data_centre", "seconds",
)  # fmt: skip
_READ = 5_000


def add(edition: Edition, before: Iterable[MailEvent], new: Iterable[MailEvent]) -> None:
    """Have the sums of a locked edition follow new events; ``before`` is all that there was of the same copies.

    Where the edition was judged by other rules, nothing: it is judged anew as a whole.
    """
    if edition.rules not in {None, RULES_VERSION}:
        return
    old, fresh = _by_copy(before), _by_copy(new)
    was = _sum(old[copy] for copy in fresh if copy in old)
    _change(edition, difference(_sum([*old.get(copy, []), *events] for copy, events in fresh.items()), was))
    if edition.rules is None:
        Edition.objects.filter(pk=edition.pk).update(rules=RULES_VERSION)


def followed_by_people(before: Iterable[MailEvent], new: Iterable[MailEvent]) -> set[int]:
    """The readers who followed a link themselves, by what is new of their copies."""
    old, fresh = _by_copy(before), _by_copy(new)
    found = set()
    for copy, events in fresh.items():
        verdicts = classify([*old.get(copy, []), *events])
        if any(event.kind == Kind.CLICK and verdicts[event.id] is Verdict.HUMAN for event in events):
            found.add(copy)
    return found


def judge_anew(at: datetime) -> bool:
    """Judge one edition by the rules of today that was judged by others, and whose events are all kept still; whether
    there was one."""
    oldest = at.date() - KEPT_FOR["newsletters_mailevent"]
    others = Edition.objects.filter(rules__isnull=False, edition_on__gte=oldest).exclude(rules=RULES_VERSION)
    with transaction.atomic():
        edition = others.select_for_update(of=("self",), no_key=True, skip_locked=True).order_by("-edition_on").first()
        if edition is None:
            return False
        rows = MailEvent.objects.filter(edition_on=edition.edition_on, edition=edition)
        now = _sum(events for _recipient, events in copies(rows))
        EditionCount.objects.filter(edition=edition).delete()
        _change(edition, now)
        Edition.objects.filter(pk=edition.pk).update(rules=RULES_VERSION)
    return True


def copies(rows: QuerySet[MailEvent]) -> Iterator[tuple[int, list[Event]]]:
    """The events of copy after copy, by recipient, as they lie in the primary key: never all of an edition at once."""
    read = rows.order_by("recipient_id").values_list("recipient_id", *_FACTS).iterator(_READ)
    for recipient, group in groupby(read, key=lambda row: row[0]):
        yield recipient, [Event(*row[1:]) for row in group]


def _change(edition: Edition, more: Mapping[What, int]) -> None:
    kept = {(row.kind, row.link, row.verdict): row for row in EditionCount.objects.filter(edition=edition)}
    for what, row in kept.items():
        row.copies += more.get(what, 0)
    EditionCount.objects.bulk_update([row for what, row in kept.items() if what in more], ["copies"])
    EditionCount.objects.bulk_create(
        EditionCount(edition=edition, kind=kind, link=link, verdict=verdict, copies=copies)
        for (kind, link, verdict), copies in more.items()
        if (kind, link, verdict) not in kept
    )


def _sum(found: Iterable[list[Event]]) -> Counter[What]:
    total: Counter[What] = Counter()
    for events in found:
        total.update(counted(events))
    return total


def _by_copy(rows: Iterable[MailEvent]) -> dict[int, list[Event]]:
    found: dict[int, list[Event]] = {}
    for row in rows:
        found.setdefault(row.recipient_id, []).append(Event(*(getattr(row, name) for name in _FACTS)))
    return found
