"""Invitations that did not arrive: their seats go back, and the owners of the teams hear of it.

What is to be done is asked of the tables each time, never remembered from an announcement: a process that dies at any
line leaves the rest to the next one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet

from memberships.models import Seat, Team
from memberships.teams import undeliverable
from newsletters import messages
from newsletters.delivery import ledger
from newsletters.models import Message

# How many seats are looked up in the ledger by one query.
BATCH = 500


def release_undeliverable(at: datetime) -> None:
    """Free the seats whose invitation was refused, was not sent to a lost address, or bounced for good.

    It begins with the few seats nobody has answered for, not with the messages, of which there are ever more.
    """
    for offers in _batches(Seat.objects.offered().select_related("team")):
        lost = _known(Message.objects.undeliverable(), "team_invitation", offers)
        by_team: dict[Team, list[Seat]] = defaultdict(list)
        for seat in offers:
            if seat.offer in lost:
                by_team[seat.team].append(seat)
        for team, theirs in by_team.items():
            undeliverable.release(team, theirs, at)


def tell_owners(at: datetime) -> None:
    """Write to the owners who were not written to, because the announcement was lost with the process that made it."""
    for seats in _batches(Seat.objects.not_reached(at - undeliverable.SHOWN_FOR).select_related("team__owner")):
        told = _known(Message.objects.all(), "invitation_undeliverable", seats)
        for seat in seats:
            if seat.offer not in told:
                messages.invitation_undeliverable(seat, at)


def _batches(waiting: QuerySet[Seat]) -> Iterator[list[Seat]]:
    """The seats in parts of ``BATCH``; those that change meanwhile neither hide nor double others."""
    last, goes_on = 0, True
    while goes_on:
        batch = list(waiting.filter(pk__gt=last).order_by("pk")[:BATCH])
        if batch:
            yield batch
            last = batch[-1].pk
        goes_on = len(batch) == BATCH


def _known(written: QuerySet[Message], kind: str, seats: list[Seat]) -> set[str]:
    """Those of the seats' offers about which a message of the kind is among ``written``."""
    offers = {ledger.key(kind, seat.offer): seat.offer for seat in seats}
    return {offers[key] for key in written.filter(dedupe_key__in=offers).values_list("dedupe_key", flat=True)}
