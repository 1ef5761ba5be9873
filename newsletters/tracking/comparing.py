"""What people did with each variant of an edition. Machines and what cannot be told play no part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Count

from newsletters.models import Delivery, Edition, EditionCount, MailEvent
from newsletters.tracking.classifying import counted
from newsletters.tracking.sums import copies

_AT_ONCE = 5_000
_BY_PEOPLE = EditionCount.Verdict.HUMAN


class Reactions(NamedTuple):
    """Copies whose link a person followed, and copies that a person opened; the ones are among the others."""

    clicked: int = 0
    opened: int = 0


def by_variant(edition: Edition) -> dict[int, Reactions]:
    """The reactions to each variant of an edition to which there are any."""
    clicked, opened = [], []
    rows = MailEvent.objects.filter(edition_on=edition.edition_on, edition=edition, recipient__is_counted=True)
    for recipient, events in copies(rows):
        done = counted(events)
        if (EditionCount.Kind.OPEN, None, _BY_PEOPLE) in done:
            opened.append(recipient)
        if (EditionCount.Kind.CLICK, None, _BY_PEOPLE) in done:
            clicked.append(recipient)
    of_clicked, of_opened = _variants(edition, clicked), _variants(edition, opened)
    return {number: Reactions(of_clicked.get(number, 0), of_opened[number]) for number in of_opened}


def perhaps_followed(edition: Edition) -> list[int]:
    """The recipients who followed a link, or of whom it cannot be told whether it was they or a machine."""
    machines_alone = {(EditionCount.Kind.CLICK, None, EditionCount.Verdict.MACHINE)}
    clicked = MailEvent.objects.filter(edition_on=edition.edition_on, edition=edition, kind=MailEvent.Kind.CLICK)
    rows = MailEvent.objects.filter(
        edition_on=edition.edition_on, edition=edition, recipient__in=clicked.values("recipient")
    )
    return [recipient for recipient, events in copies(rows) if not machines_alone & counted(events).keys()]


def _variants(edition: Edition, recipients: Sequence[int]) -> dict[int, int]:
    """How many of the recipients' copies are of each variant."""
    found: dict[int, int] = {}
    for start in range(0, len(recipients), _AT_ONCE):
        theirs = Delivery.objects.of_edition(edition).filter(recipient__in=recipients[start : start + _AT_ONCE])
        for number, more in theirs.values_list("variant").annotate(Count("recipient")).order_by():
            found[number] = found.get(number, 0) + more
    return found
