"""Streams that must not be written to any more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from newsletters.delivery import bounces
from newsletters.models import Delivery, Recipient, SendState, Stream, Suppression

# A mailbox that was full or refused us so often, and for so long, is nobody's any more.
MOST_IN_A_ROW = 5
AT_LEAST_OVER = timedelta(days=14)
_CAME_TO_NOTHING = {SendState.FAILED, SendState.BOUNCED}


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


def learn(refused: Mapping[int, str], at: datetime) -> None:
    """Stop newsletters to addresses that do not exist, by what mail servers said of copies for them, and to those whose
    last copies all came to nothing for at least two weeks. Another refusal says nothing about the next letter."""
    for recipient in Recipient.objects.filter(pk__in=refused):
        reply = refused[recipient.pk]
        if bounces.is_no_address(reply) or has_long_failed(recipient):
            suppress(recipient, Stream.NEWSLETTERS, Suppression.Reason.HARD_BOUNCE, at, detail=reply)


def has_long_failed(recipient: Recipient) -> bool:
    """Whether none of the last copies arrived, whatever was said of each."""
    copies = Delivery.objects.filter(recipient=recipient).exclude(state__in=[SendState.QUEUED, SendState.CLAIMED])
    last = list(copies.order_by("-edition_on").values_list("edition_on", "state")[:MOST_IN_A_ROW])
    if len(last) < MOST_IN_A_ROW or any(state not in _CAME_TO_NOTHING for _day, state in last):
        return False
    return last[0][0] - last[-1][0] >= AT_LEAST_OVER


def lift(recipient: Recipient) -> None:
    """Write newsletters to an address again, because its owner just asked for them from that very mailbox.

    That is newer than any bounce, complaint or wish to stop. What staff stopped stays stopped.
    """
    recipient.suppressions.filter(stream=Stream.NEWSLETTERS).exclude(reason=Suppression.Reason.STAFF).delete()
