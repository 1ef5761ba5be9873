"""The dry run: what would become of each address, by what is known of it here. Nothing is written but the verdicts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from newsletters.models import ListImport, ListImportRow, Recipient, Signup, SignupAct, Stream, Suppression

Standing, Outcome, Why = ListImportRow.Standing, ListImportRow.Outcome, ListImportRow.Why
Kind = SignupAct.Kind
_IN_PERSON = frozenset((Kind.CONFIRMED, Kind.JOINED, Kind.RETURNED, Kind.KEPT))


@dataclass
class Here:
    """What is known here of some addresses: the lists each has anything to do with, those it chose, those stopped."""

    known: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    choosing: set[str] = field(default_factory=set)
    stopped: set[str] = field(default_factory=set)

    @classmethod
    def about(cls, rows: Sequence[ListImportRow]) -> Here:
        found = Recipient.objects.filter(email__in=[row.email for row in rows])
        emails = dict(found.values_list("pk", "email"))
        here = cls()
        stops = Suppression.objects.filter(recipient__in=emails, stream=Stream.NEWSLETTERS)
        here.stopped = {emails[pk] for pk in stops.values_list("recipient_id", flat=True)}
        brought = _brought(list(emails))
        signups = Signup.objects.filter(recipient__in=emails)
        for pk, newsletter, state in signups.values_list("recipient_id", "newsletter_id", "state"):
            here.known[emails[pk]].add(newsletter)
            if state == Signup.State.CONFIRMED and (pk, newsletter) not in brought:
                here.choosing.add(emails[pk])
        return here


def _brought(recipients: Sequence[int]) -> set[tuple[int, int | None]]:
    """Sign-ups that came with a file and nothing else: nobody has chosen them here. One that came with a membership, or
    to the new address of its account, came by what its owner did here."""
    acts = SignupAct.objects.filter(recipient__in=recipients, kind__in=[Kind.IMPORTED, *_IN_PERSON])
    kinds: dict[tuple[int, int | None], set[str]] = defaultdict(set)
    for pk, newsletter, kind in acts.values_list("recipient_id", "newsletter_id", "kind"):
        kinds[pk, newsletter].add(kind)
    return {signup for signup, said in kinds.items() if not said & _IN_PERSON}


def look(row: ListImportRow, list_import: ListImport, chosen: Sequence[int], here: Here, at: datetime) -> None:
    """Write the verdict on the row, unsaved. ``chosen`` are the lists of the file."""
    row.lists = [newsletter for newsletter in chosen if newsletter not in here.known[row.email]]
    row.outcome, row.why = _verdict(row, list_import.unproved, here, at)
    if row.outcome not in {Outcome.SIGNS_UP, Outcome.IS_ASKED}:
        row.lists = []
    row.state = ListImportRow.State.LOOKED


def _verdict(
    row: ListImportRow, unproved: str, here: Here, at: datetime
) -> tuple[ListImportRow.Outcome, ListImportRow.Why]:
    if row.email in here.stopped:
        return Outcome.STAYS, Why.STOPPED
    if row.standing in {Standing.UNSUBSCRIBED, Standing.CLEANED}:
        if row.email in here.choosing:
            return Outcome.STAYS, Why.CHOSEN
        return Outcome.STOPS, Why.LEFT if row.standing == Standing.UNSUBSCRIBED else Why.LOST
    if not row.lists:
        return Outcome.STAYS, Why.CHOSEN
    why = _why_not(row, at)
    if why is None:
        return Outcome.SIGNS_UP, Why.PROVED
    if unproved == ListImport.Unproved.ASK:
        return Outcome.IS_ASKED, why
    # Staff's word is about the past: not for who never confirmed, or says so of a day to come.
    if unproved == ListImport.Unproved.VOUCH and why == Why.UNPROVED:
        return Outcome.SIGNS_UP, Why.VOUCHED
    return Outcome.LEFT_OUT, why


def _why_not(row: ListImportRow, at: datetime) -> ListImportRow.Why | None:
    """What a sign-up lacks to be proved by the file."""
    if row.standing == Standing.PENDING:
        return Why.UNCONFIRMED
    moments = [moment for moment in (row.asked_at, row.confirmed_at) if moment]
    if not moments:
        return Why.UNPROVED
    return Why.LATER if max(moments) > at else None
