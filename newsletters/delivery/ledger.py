"""Writes messages to single people into the ledger, each once."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from newsletters import signals
from newsletters.models import Message, Recipient, Stream
from newsletters.rendering import Rendered

LONGEST_SUBJECT = 300


@dataclass(frozen=True)
class Attachment:
    name: str
    content_type: str
    content: bytes


def write(
    kind: str,
    recipient: Recipient,
    content: Rendered,
    *,
    dedupe_key: str,
    at: datetime,
    reply_to: str = "",
    from_email: str = "",
    attachments: Sequence[Attachment] = (),
    is_sensitive: bool = False,
    stream: Stream = Stream.TRANSACTIONAL,
    headers: Mapping[str, str] | None = None,
) -> Message:
    """The message about ``dedupe_key`` (kind, subject, period): written now, or the one that stands there already."""
    message, is_new = Message.objects.get_or_create(
        dedupe_key=dedupe_key,
        defaults={
            "kind": kind,
            "stream": stream,
            "recipient": recipient,
            "subject": one_line(content.subject)[:LONGEST_SUBJECT],
            "text": content.text,
            "html": content.html,
            "headers": {
                "Content-Language": content.language,
                "Auto-Submitted": "auto-generated",
                **(headers or {}),
            },
            "attachments": [_as_json(attachment) for attachment in attachments],
            "from_email": one_line(from_email or settings.DEFAULT_FROM_EMAIL),
            "reply_to": one_line(reply_to),
            "is_sensitive": is_sensitive,
            "created_at": at,
        },
    )
    if is_new:
        signals.message_written.send(sender=write, message=message)
    return message


def key(kind: str, about: object) -> str:
    """What makes a message one of a kind: there is one about each thing."""
    return f"{kind}:{about}"


def attachments_of(message: Message) -> list[Attachment]:
    return [
        Attachment(entry["name"], entry["type"], base64.b64decode(entry["content"])) for entry in message.attachments
    ]


def one_line(value: str) -> str:
    """Text fit for a header: whatever broke the line becomes a space."""
    return " ".join(value.split())


def _as_json(attachment: Attachment) -> dict[str, str]:
    content = base64.b64encode(attachment.content).decode("ascii")
    return {"name": attachment.name, "type": attachment.content_type, "content": content}
