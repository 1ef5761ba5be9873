"""Copies of an edition in the ledger: taken in hand a window at a time, and written down as the window ends.

These statements run once for every few copies of every edition, so they are written out, and each touches its rows by
their key: day, edition, recipient.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext as _

from newsletters import audience, suppression
from newsletters.delivery import claim, pace
from newsletters.delivery.outcomes import Outcome
from newsletters.models import Claim, Delivery, Edition, SendState, Tally

# Of the readers too is said behind whom to look: PostgreSQL makes nothing of one key being the other, and would walk
# over all readers of a list of a million for each few copies.
_FIND = """
SELECT copy.recipient_id, reader.public_id, reader.email_as_typed, reader.domain, copy.attempts, copy.variant,
    reader.is_counted
FROM newsletters_delivery AS copy JOIN newsletters_recipient AS reader ON reader.id = copy.recipient_id
WHERE copy.edition_on = %s AND copy.edition_id = %s AND copy.state = 'queued'
    AND copy.recipient_id > %s AND reader.id > %s
    AND (copy.not_before IS NULL OR copy.not_before <= %s) AND reader.domain <> ALL(%s)
ORDER BY copy.recipient_id LIMIT %s FOR UPDATE OF copy SKIP LOCKED
"""
_TAKE = """
UPDATE newsletters_delivery SET state = 'claimed', claim = %s
WHERE edition_on = %s AND edition_id = %s AND recipient_id = ANY(%s) AND state = 'queued'
RETURNING recipient_id
"""
# What is in doubt never waits again by itself: its edition may be through meanwhile, and nobody would look there.
_RECORD = """
UPDATE newsletters_delivery AS copy SET
    state = told.state, attempts = told.attempts, reply = told.reply, not_before = told.not_before,
    settled_at = CASE WHEN told.state = 'queued' THEN NULL ELSE %s END,
    claim = CASE WHEN told.state = 'queued' THEN NULL ELSE copy.claim END
FROM unnest(%s::bigint[], %s::varchar[], %s::smallint[], %s::varchar[], %s::timestamptz[])
    AS told (recipient_id, state, attempts, reply, not_before)
WHERE copy.edition_on = %s AND copy.edition_id = %s AND copy.recipient_id = told.recipient_id
    AND copy.claim = %s AND (copy.state = 'claimed' OR (copy.state = 'uncertain' AND told.state <> 'queued'))
"""


class Copy(NamedTuple):
    """One recipient's copy: who they are, how often it was tried, and which of the edition's variants it is.

    ``is_counted`` is the reader's own choice; whether the edition is counted at all is another thing.
    """

    recipient: int
    public_id: uuid.UUID
    address: str
    domain: str
    attempts: int
    variant: int
    is_counted: bool = False


@dataclass(frozen=True)
class Window:
    """Copies that are ours, at least one, under one claim."""

    claim: uuid.UUID
    copies: Sequence[Copy]


def take(edition: Edition, at: datetime, *, limit: int, after: int = 0) -> tuple[Window | None, int | None]:
    """Claim up to ``limit`` copies that nobody else is claiming, of recipients behind ``after``.

    Answers what is ours now, if anything, and the last recipient looked at; None when none waits behind.

    Copies for people who left, were suppressed or lost the right to the list since the audience was frozen become
    suppressed. ``after`` saves walking over what was sent before; it holds nothing that is not in the rows.
    """
    with transaction.atomic():
        allowed = pace.allowance(at)
        found = _found(edition, at, limit, after, allowed.closed)
        keys = [copy.recipient for copy in found]
        kept = set(audience.willing(edition, at).filter(pk__in=keys).values_list("pk", flat=True))
        willing = [copy for copy in found if copy.recipient in kept]
        may_go = pace.within([copy.domain for copy in willing], allowed)
        going = [copy for copy, is_allowed in zip(willing, may_go, strict=True) if is_allowed]
        window = _window(edition, going, at) if going else None
        # After the window: so the sums are locked in the order of their states, as each statement locks its own.
        _suppress(edition, [key for key in keys if key not in kept], at)
        pace.note_given((copy.domain for copy in going), allowed, at)
    return window, keys[-1] if keys else None


def record(edition: Edition, window: Window, outcomes: Sequence[Outcome], at: datetime) -> None:
    """Write down what became of a window, and close its claim; that first, for whoever holds it decides.

    Late news that is final settles even a copy that was given up as uncertain meanwhile, and none that a report has
    settled.
    """
    domains = [copy.domain for copy in window.copies]
    outcomes = pace.forbear(list(zip(domains, outcomes, strict=True)))
    told = [claim.settle(copy.attempts, outcome, at) for copy, outcome in zip(window.copies, outcomes, strict=True)]
    with transaction.atomic(), connection.cursor() as cursor:
        Claim.objects.filter(pk=window.claim).delete()
        cursor.execute(
            _RECORD,
            [
                at,
                [copy.recipient for copy in window.copies],
                [str(each.state) for each in told],
                [each.attempts for each in told],
                [each.reply for each in told],
                [each.not_before for each in told],
                edition.edition_on,
                edition.pk,
                window.claim,
            ],
        )
    refused = {
        copy.recipient: each.reply
        for copy, each in zip(window.copies, told, strict=True)
        if each.state is SendState.FAILED
    }
    if refused:
        suppression.learn(refused, at)
    pace.learn(zip(domains, outcomes, strict=True), at)


def give_back(edition: Edition, window: Window) -> None:
    """Return copies that were never spoken of to the next server; nothing is held against them."""
    with transaction.atomic():
        mine = Claim.objects.filter(pk=window.claim, begun_at=None)
        if mine.delete()[0]:
            held = Delivery.objects.of_edition(edition).filter(claim=window.claim, state=SendState.CLAIMED)
            held.update(state=SendState.QUEUED, claim=None)


def are_settled(edition: Edition) -> bool:
    """Whether no copy waits or is being handed over."""
    open_states = [SendState.WAITING, SendState.QUEUED, SendState.CLAIMED]
    return not Tally.objects.filter(edition=edition, state__in=open_states, copies__gt=0).exists()


def _found(edition: Edition, at: datetime, limit: int, after: int, closed: Collection[str]) -> list[Copy]:
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [edition.edition_on, edition.pk, after, after, at, list(closed), limit])
        return [Copy(*row) for row in cursor.fetchall()]


def _window(edition: Edition, found: Sequence[Copy], at: datetime) -> Window:
    """Those of the copies that are still waiting and are ours from now on.

    The lock under which they were found keeps two workers from looking at the same rows; what changes hands is decided
    by this update, which names the state it expects, so that neither is a single point of failure.
    """
    ours = claim.opened(at)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [ours, edition.edition_on, edition.pk, [copy.recipient for copy in found]])
        taken = {key for (key,) in cursor.fetchall()}
    return Window(ours, [copy for copy in found if copy.recipient in taken])


def _suppress(edition: Edition, keys: Sequence[int], at: datetime) -> None:
    if keys:
        Delivery.objects.of_edition(edition).filter(recipient__in=keys, state=SendState.QUEUED).update(
            state=SendState.SUPPRESSED,
            settled_at=at,
            reply=_("They left, were suppressed or lost the right to this newsletter after the audience was frozen."),
        )
