"""Django's mail backend, which sends nothing: what libraries send becomes rows of the ledger."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from email.message import Message as MimePart
from typing import Any

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import translation

from memberships import clock
from newsletters.delivery import ledger
from newsletters.delivery.ledger import Attachment
from newsletters.recipients import recipient_for
from newsletters.rendering import Rendered, to_html

KIND = "account"
# A paragraph of its own that is nothing but a code to type is set large.
_CODE = re.compile(r"[A-Z0-9]{3,}(-[A-Z0-9]{3,})*")


class LedgerBackend(BaseEmailBackend):
    """Writes each message of a library once for each of its addressees.

    What libraries send here is about signing in, so all of it is treated as sensitive. An HTML alternative may be
    written in MJML; without one the text is set in our own frame.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            self._write(message)
        return len(email_messages)

    def _write(self, message: EmailMessage) -> None:
        at = clock.now()
        content = _content_of(message)
        for address in message.recipients():
            ledger.write(
                KIND,
                recipient_for(address, at, language=content.language),
                content,
                dedupe_key=f"{KIND}:{uuid.uuid4()}",
                at=at,
                from_email=message.from_email or "",
                reply_to=", ".join(message.reply_to),
                attachments=[_attachment(each) for each in message.attachments],
                is_sensitive=True,
            )


def _content_of(message: EmailMessage) -> Rendered:
    subject, text = str(message.subject), str(message.body)
    return Rendered(subject, text, _html_of(message, subject, text), translation.get_language() or "en")


def _html_of(message: EmailMessage, subject: str, text: str) -> str:
    alternatives = message.alternatives if isinstance(message, EmailMultiAlternatives) else []
    html = next((str(content) for content, kind in alternatives if kind == "text/html"), "")
    if html and not html.lstrip().startswith("<mjml"):
        return html
    paragraphs = [
        {"text": paragraph.strip(), "is_code": bool(_CODE.fullmatch(paragraph.strip()))}
        for paragraph in text.split("\n\n")
        if paragraph.strip()
    ]
    mjml = html or render_to_string("email/plain.mjml", {"subject": subject, "paragraphs": paragraphs})
    return to_html(mjml, f"of “{subject}”")


def _attachment(attachment: Any) -> Attachment:
    """Django's two ways to attach: a MIME part, or name, content and type."""
    if isinstance(attachment, MimePart):
        payload = attachment.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
        return Attachment(attachment.get_filename() or "", attachment.get_content_type(), content)
    name, content, kind = attachment
    as_bytes = content.encode() if isinstance(content, str) else content
    return Attachment(name or "", kind or "application/octet-stream", as_bytes)
