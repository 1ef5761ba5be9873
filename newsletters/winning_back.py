"""Letters to people whose membership is over, each looked at again as it is written and as it is handed over.

Whom they are for is the memberships' business (:mod:`memberships.win_backs`), who must not be written to is ours. Who
stopped any of our mail gets none, nor does a lost address.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from memberships import win_backs
from memberships.models import WinBack
from newsletters import messages
from newsletters.delivery import ledger
from newsletters.models import Message, Recipient
from newsletters.recipients import recipient_of

KIND = "win_back"
_BATCH = 200


def send_due(at: datetime) -> int:
    """Write the letters that are due, each once; what speaks against one by now lets it go. Answers how many went."""
    return sum(_settled(pk, at) for pk in WinBack.objects.due().order_by("id").values_list("pk", flat=True)[:_BATCH])


def overtaken(waiting: Sequence[Message], at: datetime) -> set[int]:
    """Those of the messages, by primary key, that are such letters and must not be handed over any more."""
    letters = {message.dedupe_key: message for message in waiting if message.kind == KIND}
    if not letters:
        return set()
    pks = [int(key.rpartition(":")[2]) for key in letters]
    rows = {ledger.key(KIND, row.pk): row for row in WinBack.objects.filter(pk__in=pks)}
    return {
        message.pk
        for key, message in letters.items()
        if key not in rows or is_stopped(message.recipient) or not win_backs.still_holds(rows[key], at)
    }


def is_stopped(recipient: Recipient) -> bool:
    """Whether any of our mail to the address is stopped: an offer is nobody's due."""
    return recipient.suppressions.exists()


@transaction.atomic
def _settled(pk: int, at: datetime) -> bool:
    """Write one letter, or let it go, unless somebody else does."""
    rows = WinBack.objects.due().select_for_update(skip_locked=True, of=("self",))
    row = rows.select_related("subscription__customer__user", "promotion").filter(pk=pk).first()
    if row is None or (user := row.subscription.customer.user) is None:
        return False
    may_go = win_backs.still_holds(row, at) and not is_stopped(recipient_of(user, at))
    if may_go:
        messages.win_back(row, at)
    win_backs.settle(row, at, is_sent=may_go)
    return may_go
