"""Sends the waiting messages of the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from django.utils.translation import gettext as _

from newsletters import winning_back
from newsletters.delivery import claim, dispatch, mime
from newsletters.delivery.ledger import attachments_of
from newsletters.delivery.smtp import Line
from newsletters.models import Message, Suppression

BATCH = 50


def send_batch(line: Line, at: datetime) -> bool:
    """Hand over the longest-waiting messages. True when it is worth asking again at once."""
    waiting = Message.objects.due(at).select_related("recipient").order_by("created_at", "id")
    taken = claim.take(waiting, partial(_lost, at), limit=BATCH, at=at)
    return dispatch.send(line, taken.rows, letter_of, at) and taken.looked_at > 0


def letter_of(message: Message) -> mime.Letter:
    return mime.Letter(
        message_id=mime.message_id(message.public_id, prefix="m"),
        sender=message.from_email,
        to=message.recipient.email_as_typed,
        subject=message.subject,
        text=message.text,
        html=message.html,
        written_at=message.created_at,
        reply_to=message.reply_to,
        headers=message.headers,
        attachments=attachments_of(message),
    )


def _lost(at: datetime, messages: Sequence[Message]) -> Mapping[int, str]:
    """Messages to addresses that were lost for the stream since they were written, and offers that were overtaken."""
    lost = set(
        Suppression.objects.filter(recipient__in=[message.recipient_id for message in messages]).values_list(
            "recipient_id", "stream"
        )
    )
    reason = _("The address is suppressed for this kind of mail.")
    late = dict.fromkeys(winning_back.overtaken(messages, at), _("The offer was overtaken before it was sent."))
    return late | {message.pk: reason for message in messages if (message.recipient_id, message.stream) in lost}
