"""Streams that must not be written to any more."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection
from django.db.models import QuerySet

from newsletters.delivery import bounces
from newsletters.delivery.bounces import Judgement
from newsletters.models import Recipient, Stream, Suppression

# A mailbox that was full or refused us so often, and for so long, is nobody's any more.
MOST_IN_A_ROW = 5
AT_LEAST_OVER = timedelta(days=14)
# Nothing older is looked at, so that not every month of the ledger is.
LOOKED_BACK = timedelta(days=180)

_LONG_FAILED = """
SELECT asked.recipient FROM unnest(%s::bigint[]) AS asked (recipient) CROSS JOIN LATERAL (
    SELECT copy.edition_on, copy.state IN ('failed', 'bounced') OR EXISTS (
        SELECT FROM newsletters_softbounce AS soft
        WHERE soft.recipient_id = copy.recipient_id AND soft.edition_id = copy.edition_id
    ) AS is_nothing
    FROM newsletters_delivery AS copy
    WHERE copy.recipient_id = asked.recipient AND copy.edition_on > %s
        AND copy.state NOT IN ('waiting', 'queued', 'claimed', 'suppressed', 'halted')
        AND NOT (copy.state = 'failed' AND copy.reply ~ %s)
    ORDER BY copy.edition_on DESC, copy.edition_id DESC LIMIT %s
) AS last
GROUP BY asked.recipient
HAVING count(*) = %s AND bool_and(is_nothing) AND max(edition_on) - min(edition_on) >= %s
"""


class Lost(NamedTuple):
    """A stream to a recipient, by key, that was lost, and why."""

    recipient: int
    stream: str
    reason: Suppression.Reason
    detail: str


def suppress(recipient: Recipient, stream: str, reason: Suppression.Reason, at: datetime, detail: str = "") -> None:
    """Stop a stream to an address. The first reason stays, except that staff's word replaces any."""
    suppression, is_new = Suppression.objects.get_or_create(
        recipient=recipient,
        stream=stream,
        defaults={"reason": reason, "detail": detail[:500], "suppressed_at": at},
    )
    if not is_new and reason is Suppression.Reason.STAFF:
        suppression.reason, suppression.detail, suppression.suppressed_at = reason, detail[:500], at
        suppression.save(update_fields=["reason", "detail", "suppressed_at"])


def suppress_all(lost: Sequence[Lost], at: datetime) -> None:
    """Stop many streams at once by what was reported of them; the first reason of each stays."""
    rows = [
        Suppression(
            recipient_id=each.recipient,
            stream=each.stream,
            reason=each.reason,
            detail=each.detail[:500],
            rules=bounces.VERSION if each.reason is Suppression.Reason.HARD_BOUNCE else None,
            suppressed_at=at,
        )
        for each in lost
    ]
    Suppression.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


def learn(refused: Mapping[int, str], at: datetime) -> None:
    """Stop newsletters to addresses that do not exist, by what mail servers said of copies for them, and to those whose
    last copies all came to nothing for at least two weeks. A refusal that is our own fault stops nobody's."""
    judged = {recipient: bounces.judge(reply) for recipient, reply in refused.items()}
    lost = {recipient for recipient, judgement in judged.items() if judgement is Judgement.NOBODY}
    lost |= long_failed([key for key, judgement in judged.items() if judgement is Judgement.THIS_TIME], at)
    hard = Suppression.Reason.HARD_BOUNCE
    suppress_all([Lost(key, Stream.NEWSLETTERS, hard, refused[key]) for key in sorted(lost)], at)


def long_failed(recipients: Collection[int], at: datetime) -> set[int]:
    """Of recipients, by key, those none of whose last copies arrived, whatever was said of each. What is our own fault
    is not looked at, and neither is what was never handed over. One statement, however many they are."""
    since = at.date() - LOOKED_BACK
    with connection.cursor() as cursor:
        cursor.execute(
            _LONG_FAILED, [list(recipients), since, bounces.US, MOST_IN_A_ROW, MOST_IN_A_ROW, AT_LEAST_OVER.days]
        )
        return {key for (key,) in cursor.fetchall()}


def is_liftable(recipient: Recipient) -> bool:
    """Whether newsletters to an address are stopped by what its owner may take back."""
    return _liftable(recipient).exists()


def lift(recipient: Recipient) -> bool:
    """Write newsletters to an address again, because its owner just asked for them from that very mailbox; whether they
    were stopped.

    That is newer than any bounce, complaint or wish to stop. What staff stopped stays stopped.
    """
    return bool(_liftable(recipient).delete()[0])


def _liftable(recipient: Recipient) -> QuerySet[Suppression]:
    stops = Suppression.objects.filter(recipient=recipient, stream=Stream.NEWSLETTERS)
    return stops.exclude(reason=Suppression.Reason.STAFF)
