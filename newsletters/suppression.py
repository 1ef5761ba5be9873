"""Streams that must not be written to any more."""

from __future__ import annotations

from datetime import datetime

from newsletters.models import Recipient, Stream, Suppression


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


def lift(recipient: Recipient) -> None:
    """Write newsletters to an address again, because its owner just asked for them from that very mailbox.

    That is newer than any bounce, complaint or wish to stop. What staff stopped stays stopped.
    """
    recipient.suppressions.filter(stream=Stream.NEWSLETTERS).exclude(reason=Suppression.Reason.STAFF).delete()
