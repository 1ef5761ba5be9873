"""Sends the waiting copies of an edition: rendered once, personalised by substitution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import parseaddr
from functools import partial
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from newsletters import audience
from newsletters.delivery import claim, dispatch, mime
from newsletters.delivery.smtp import Line
from newsletters.models import Delivery, Edition, Newsletter, Recipient
from newsletters.rendering import Rendered
from newsletters.substitution import personal, unsubscribe_url

BATCH = 100


def send_batch(line: Line, edition: Edition, content: Rendered, at: datetime) -> bool:
    """Hand over some waiting copies. True when it is worth asking again at once."""
    waiting = Delivery.objects.of_edition(edition).due(at).select_related("recipient").order_by("recipient_id")
    taken = claim.take(waiting, partial(_lost, edition.newsletter, at), limit=BATCH, at=at)
    letter_of = partial(_letter_of, edition, content)
    return dispatch.send(line, taken.rows, letter_of, at) and taken.looked_at > 0


def letter_for(edition: Edition, content: Rendered, recipient: Recipient) -> mime.Letter:
    """One recipient's copy, with the links that are theirs alone."""
    newsletter = edition.newsletter
    return mime.Letter(
        message_id=mime.message_id(edition.public_id, recipient.public_id, prefix="e"),
        sender=mime.mailbox(newsletter.from_name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]),
        to=recipient.email_as_typed,
        subject=content.subject,
        text=personal(content.text, edition, recipient),
        html=personal(content.html, edition, recipient),
        written_at=edition.frozen_at or edition.due_at,
        reply_to=newsletter.reply_to,
        headers={
            "List-Id": f"<{newsletter.slug}.{settings.MESSAGE_ID_DOMAIN}>",
            "List-Unsubscribe": f"<{unsubscribe_url(edition, recipient)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Feedback-ID": f"{edition.public_id.hex}:{newsletter.slug}:newsletters:{settings.MESSAGE_ID_DOMAIN}",
            "Content-Language": content.language,
        },
    )


def _letter_of(edition: Edition, content: Rendered, delivery: Delivery) -> mime.Letter:
    return letter_for(edition, content, delivery.recipient)


def _lost(newsletter: Newsletter, at: datetime, deliveries: Sequence[Delivery]) -> Mapping[Any, str]:
    """Copies for people who left, were suppressed or lost the right to the list since the audience was frozen."""
    asked = [delivery.recipient_id for delivery in deliveries]
    kept = set(audience.of(newsletter, at).filter(pk__in=asked).values_list("pk", flat=True))
    reason = _("They left, were suppressed or lost the right to this newsletter after the audience was frozen.")
    return {delivery.pk: reason for delivery in deliveries if delivery.recipient_id not in kept}
