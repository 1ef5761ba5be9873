"""Who may send what, decided in the database: rows are claimed, fenced, recorded and, when a worker died, settled.

``queued → claimed → accepted | uncertain | failed``, beside them ``suppressed``. Deliveries of editions and messages
are rows of the same shape and go through the same steps. Each function commits before it returns; none may run inside a
longer transaction, for a row must say what is about to happen before it happens.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from newsletters.delivery.smtp import Outcome, Verdict
from newsletters.models import Delivery, Message, SendState

MOST_ATTEMPTS = 8
# Longer than a task may run: whoever still holds such a claim is dead, and is fenced off if it is not.
CLAIM_DIES_AFTER = timedelta(minutes=10)
LINE_REST = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=2)

Row = TypeVar("Row", Delivery, Message)
# Which of the rows must not be sent any more, by primary key, and why.
Refusals = Callable[[Sequence[Row]], Mapping[Any, str]]


@dataclass(frozen=True)
class Taken(Generic[Row]):
    """Rows that are now ours, and how many were looked at to get them: 0 means that nothing was waiting."""

    rows: list[Row]
    looked_at: int


def take(waiting: QuerySet[Row], refusals: Refusals[Row], *, limit: int, at: datetime) -> Taken[Row]:
    """Claim up to ``limit`` rows that nobody else is claiming; what must not be sent any more becomes suppressed."""
    claim = uuid.uuid4()
    with transaction.atomic():
        found = list(waiting.select_for_update(skip_locked=True, of=("self",))[:limit])
        reasons = refusals(found) if found else {}
        for row in found:
            if row.pk in reasons:
                _rows(row).filter(state=SendState.QUEUED).update(
                    state=SendState.SUPPRESSED, settled_at=at, reply=reasons[row.pk], **_wiped(row)
                )
        rows = _claimed([row for row in found if row.pk not in reasons], claim, at)
    for row in rows:
        row.state, row.claim, row.claimed_at, row.handing_over = SendState.CLAIMED, claim, at, False
    return Taken(rows, len(found))


def _claimed(rows: Sequence[Row], claim: uuid.UUID, at: datetime) -> list[Row]:
    """Those of ``rows`` that are still waiting and are ours from now on.

    The lock under which they were found keeps two workers from looking at the same rows; what changes hands is decided
    by this update, which names the state it expects, so that neither is a single point of failure.
    """
    if not rows:
        return []
    wanted = _model(rows[0]).objects.filter(pk__in=[row.pk for row in rows])
    wanted.filter(state=SendState.QUEUED).update(
        state=SendState.CLAIMED, claim=claim, claimed_at=at, handing_over=False
    )
    ours = set(wanted.filter(claim=claim).values_list("pk", flat=True))
    return [row for row in rows if row.pk in ours]


def begin(row: Row) -> bool:
    """Say in the database that the row is being handed over now. False: the claim is ours no longer, do not send."""
    ours = _rows(row).filter(claim=row.claim, state=SendState.CLAIMED, handing_over=False)
    return ours.update(handing_over=True) == 1


def record(row: Row, outcome: Outcome, at: datetime) -> None:
    """Write down what became of a hand-over. Late news settles even a row that was given up as uncertain meanwhile."""
    changes = _changes(row, outcome, at)
    ours = _rows(row).filter(claim=row.claim, state__in=[SendState.CLAIMED, SendState.UNCERTAIN])
    ours.update(reply=outcome.reply, **changes)


def give_back(rows: Sequence[Row], reply: str, at: datetime) -> None:
    """Return rows of one claim that were never spoken of to the next server; the attempt is not held against them."""
    if rows:
        _model(rows[0]).objects.filter(
            pk__in=[row.pk for row in rows], claim=rows[0].claim, state=SendState.CLAIMED, handing_over=False
        ).update(state=SendState.QUEUED, claim=None, not_before=at + LINE_REST, reply=reply)


def fail(row: Row, reply: str, at: datetime) -> None:
    """Give up a claimed row that could not even be written, and say why."""
    _rows(row).filter(claim=row.claim, state=SendState.CLAIMED).update(
        state=SendState.FAILED, settled_at=at, reply=reply[:500], **_wiped(row)
    )


def settle_dead(at: datetime) -> None:
    """Decide about claims whose worker died: before the hand-over they go back, within it they are in doubt."""
    for model in (Delivery, Message):
        dead = model.objects.filter(state=SendState.CLAIMED, claimed_at__lt=at - CLAIM_DIES_AFTER)
        dead.filter(handing_over=False).update(state=SendState.QUEUED, claim=None)
        dead.filter(handing_over=True).update(
            state=SendState.UNCERTAIN, settled_at=at, reply=_("The sender stopped in the middle of the hand-over.")
        )
    Message.objects.filter(state=SendState.UNCERTAIN, is_sensitive=True).exclude(text="").update(**_EMPTY)


def pause_after(attempts: int) -> timedelta:
    """How long to wait after the given number of deferrals: one minute, doubled each time, two hours at the most."""
    return min(timedelta(minutes=2 ** (attempts - 1)), LONGEST_PAUSE)


def _changes(row: Delivery | Message, outcome: Outcome, at: datetime) -> dict[str, Any]:
    back = {"state": SendState.QUEUED, "claim": None, "handing_over": False}
    attempts = row.attempts + 1
    if outcome.verdict is Verdict.LINE_DOWN:
        return {**back, "not_before": at + LINE_REST}
    if outcome.verdict is Verdict.DEFERRED and attempts < MOST_ATTEMPTS:
        return {**back, "attempts": attempts, "not_before": at + pause_after(attempts)}
    return {"state": _FINAL[outcome.verdict], "attempts": attempts, "settled_at": at, **_wiped(row)}


_FINAL = {
    Verdict.ACCEPTED: SendState.ACCEPTED,
    Verdict.DEFERRED: SendState.FAILED,
    Verdict.REFUSED: SendState.FAILED,
    Verdict.UNCERTAIN: SendState.UNCERTAIN,
}
_EMPTY: dict[str, Any] = {"subject": "", "text": "", "html": "", "attachments": []}


def _wiped(row: Delivery | Message) -> dict[str, Any]:
    """What is cleared once a row is settled: the code or link in a sensitive message is of no use to anybody here."""
    return _EMPTY if isinstance(row, Message) and row.is_sensitive else {}


def _model(row: Row) -> type[Row]:
    return type(row)


def _rows(row: Row) -> QuerySet[Row]:
    return _model(row).objects.filter(pk=row.pk)
