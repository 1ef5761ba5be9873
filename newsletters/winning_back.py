"""Letters to people whose membership is over, each looked at again as it is written and as it is handed over.

Whom they are for is the memberships' business (:mod:`memberships.win_backs`), who must not be written to is ours. Who
stopped any of our mail gets none, nor does a lost address.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from memberships import win_backs
from memberships.models import WinBack
from newsletters import messages
from newsletters.models import Message, Recipient
from newsletters.recipients import recipient_of

KIND = "win_back"
_BATCH = 200


def send_due(at: datetime) -> int:
    """Write the letters that are due, each once; what speaks against one by now lets it go. Answers how many went."""
    return sum(_settled(pk, at) for pk in WinBack.objects.due().order_by("id").values_list("pk", flat=True)[:_BATCH])


def is_overtaken(message: Message, at: datetime) -> bool:
    """Whether the message is such a letter and must not be handed over any more."""
    if message.kind != KIND:
        return False
    row = WinBack.objects.filter(pk=int(message.dedupe_key.rpartition(":")[2])).first()
    return row is None or is_stopped(message.recipient) or not win_backs.still_holds(row, at)


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
