"""Who may send what, decided in the database: rows are claimed, fenced, recorded and, when a worker died, settled.

``queued → claimed → accepted | uncertain | failed``, beside them ``suppressed``. A claim is a row of its own that names
what one worker has in hand; copies of editions (``newsletters.delivery.copies``) and messages to single people
(``newsletters.delivery.messages``) are taken, begun and recorded by the same steps. Each step commits before it
returns; none may run inside a longer transaction, for a row must say what is about to happen before it happens.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, Exists, F, Q, Value, When
from django.utils.translation import gettext as _

from newsletters.delivery.outcomes import Outcome, Verdict
from newsletters.models import Claim, Delivery, Edition, Message, SendState

MOST_ATTEMPTS = 8
# Longer than a task may run: whoever still holds such a claim is dead, and is fenced off if it is not.
CLAIM_DIES_AFTER = timedelta(minutes=10)
LINE_REST = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=2)
EMPTY: dict[str, Any] = {"subject": "", "text": "", "html": "", "attachments": []}

# The moment it is when one asks: a hand-over takes its time, and is written down with the time it took.
Now = Callable[[], datetime]


@dataclass(frozen=True)
class Settlement:
    """What a row becomes by an outcome; ``not_before`` is for one that waits again."""

    state: SendState
    attempts: int
    reply: str
    not_before: datetime | None = None

    @property
    def is_final(self) -> bool:
        return self.state is not SendState.QUEUED


def opened(at: datetime) -> uuid.UUID:
    """A new claim, inside the transaction that gives it its rows."""
    return Claim.objects.create(taken_at=at).pk


def begin(claim: uuid.UUID, at: datetime, *, edition: Edition | None = None) -> bool:
    """Say in the database that what the claim holds is being handed over now.

    False: the claim is ours no longer, or its edition was halted; nothing may be sent.
    """
    ours = Claim.objects.filter(pk=claim, begun_at=None)
    if edition is not None:
        ours = ours.filter(Exists(Edition.objects.sending().filter(pk=edition.pk)))
    return ours.update(begun_at=at) == 1


def settle(row_attempts: int, outcome: Outcome, at: datetime) -> Settlement:
    """What becomes of a row that was tried so often before, by what the next server said. Pure."""
    if outcome.verdict is Verdict.LINE_DOWN:
        return Settlement(SendState.QUEUED, row_attempts, outcome.reply, at + (outcome.retry_after or LINE_REST))
    attempts = row_attempts + 1
    if outcome.verdict is Verdict.DEFERRED and attempts < MOST_ATTEMPTS:
        pause = max(pause_after(attempts), outcome.retry_after or timedelta())
        return Settlement(SendState.QUEUED, attempts, outcome.reply, at + pause)
    return Settlement(_FINAL[outcome.verdict], attempts, outcome.reply)


def settle_dead(at: datetime) -> None:
    """Decide about claims whose worker died: before the hand-over they go back, within it they are in doubt."""
    with transaction.atomic():
        dead = Claim.objects.filter(taken_at__lt=at - CLAIM_DIES_AFTER).select_for_update(skip_locked=True)
        begun = {claim.pk: claim.begun_at is not None for claim in dead.order_by("pk")}
        in_doubt = Q(claim__in=[pk for pk, was_begun in begun.items() if was_begun])
        for model in (Delivery, Message):
            # Both by one statement, so that the sums are locked in their own order.
            model.objects.filter(state=SendState.CLAIMED, claim__in=begun).update(**_given_up(in_doubt, at))
        Claim.objects.filter(pk__in=begun).delete()
    Message.objects.filter(state=SendState.UNCERTAIN, is_sensitive=True).exclude(text="").update(**EMPTY)


def pause_after(attempts: int) -> timedelta:
    """How long to wait after the given number of deferrals: one minute, doubled each time, two hours at the most."""
    return min(timedelta(minutes=2 ** (attempts - 1)), LONGEST_PAUSE)


def _given_up(in_doubt: Q, at: datetime) -> dict[str, Case]:
    stopped = _("The sender stopped in the middle of the hand-over.")
    return {
        "state": Case(When(in_doubt, then=Value(SendState.UNCERTAIN)), default=Value(SendState.QUEUED)),
        "claim": Case(When(in_doubt, then=F("claim"))),
        "settled_at": Case(When(in_doubt, then=Value(at)), default=F("settled_at")),
        "reply": Case(When(in_doubt, then=Value(stopped)), default=F("reply")),
    }


_FINAL = {
    Verdict.ACCEPTED: SendState.ACCEPTED,
    Verdict.DEFERRED: SendState.FAILED,
    Verdict.REFUSED: SendState.FAILED,
    Verdict.UNCERTAIN: SendState.UNCERTAIN,
}
