"""What providers report about mail they took over: bounces, complaints, arrivals."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from anymail.signals import AnymailTrackingEvent, EventType, tracking
from django.conf import settings
from django.http import HttpResponseBase
from django.utils.module_loading import import_string

from newsletters import suppression
from newsletters.delivery import bounces
from newsletters.delivery.providers.merging import COPY
from newsletters.models import Delivery, Message, Recipient, SendState, Stream, Suppression

__all__ = ["note", "tracking", "tracking_view"]

_VIEWS = {
    "amazon_ses": "anymail.webhooks.amazon_ses.AmazonSESTrackingWebhookView",
    "brevo": "anymail.webhooks.brevo.BrevoTrackingWebhookView",
    "mailersend": "anymail.webhooks.mailersend.MailerSendTrackingWebhookView",
    "mailgun": "anymail.webhooks.mailgun.MailgunTrackingWebhookView",
    "mailjet": "anymail.webhooks.mailjet.MailjetTrackingWebhookView",
    "postmark": "anymail.webhooks.postmark.PostmarkTrackingWebhookView",
    "resend": "anymail.webhooks.resend.ResendTrackingWebhookView",
    "sendgrid": "anymail.webhooks.sendgrid.SendGridTrackingWebhookView",
    "sparkpost": "anymail.webhooks.sparkpost.SparkPostTrackingWebhookView",
}
_STATES = {
    EventType.DELIVERED: ([SendState.UNCERTAIN], SendState.ACCEPTED),
    EventType.REJECTED: ([SendState.ACCEPTED, SendState.UNCERTAIN], SendState.FAILED),
    EventType.BOUNCED: ([SendState.ACCEPTED, SendState.UNCERTAIN], SendState.BOUNCED),
    EventType.COMPLAINED: ([SendState.ACCEPTED, SendState.UNCERTAIN, SendState.BOUNCED], SendState.COMPLAINED),
}
_REASONS = {
    EventType.BOUNCED: Suppression.Reason.HARD_BOUNCE,
    EventType.COMPLAINED: Suppression.Reason.COMPLAINT,
    EventType.UNSUBSCRIBED: Suppression.Reason.ASKED,
}
# A Message-ID of ours, or the token that went with the copy by the provider's API.
_COPY = re.compile(r"<?e([0-9a-f]{32})\.([0-9a-f]{32})(?:@|$)")
_MESSAGE = re.compile(r"<?m([0-9a-f]{32})@")


def tracking_view(provider: str) -> Callable[..., HttpResponseBase] | None:
    """The view that checks and takes the provider's reports; ``None`` unless it is ours and its secret is set."""
    configured = settings.EMAIL_PROVIDER
    if provider != configured or provider not in _VIEWS:
        return None
    view: Any = import_string(_VIEWS[provider])
    secrets = settings.ANYMAIL
    # Where the provider signs, its view knows the secret by a name of its own.
    if not (secrets.get("WEBHOOK_SECRET") if view.warn_if_no_basic_auth else any(secrets.values())):
        return None
    made: Callable[..., HttpResponseBase] = view.as_view()
    return made


def note(event: AnymailTrackingEvent, at: datetime) -> None:
    """Write one report down: the state of the row it is about, and who must not be written to any more.

    A lost address or a complaint stops the stream it was about, newsletters if that cannot be told; a complaint never
    stops what belongs to an account. A bounce that may pass says neither: the provider still tries, or the message
    arrived and its reader is on holiday.
    """
    if event.event_type == EventType.BOUNCED and bounces.may_pass(event.esp_event):
        return
    row = _row_behind(str((event.metadata or {}).get(COPY) or event.message_id or ""))
    if row is not None and event.event_type in _STATES:
        before, after = _STATES[event.event_type]
        type(row).objects.filter(pk=row.pk, state__in=before).update(state=after, settled_at=at)
    reason = _REASONS.get(event.event_type)
    recipient = row.recipient if row else Recipient.objects.filter(email=str(event.recipient or "").lower()).first()
    if reason is None or recipient is None:
        return
    is_lost = isinstance(row, Message) and reason is Suppression.Reason.HARD_BOUNCE
    stream = row.stream if isinstance(row, Message) and is_lost else Stream.NEWSLETTERS
    suppression.suppress(recipient, stream, reason, at, detail=str(event.description or ""))


def _row_behind(message_id: str) -> Delivery | Message | None:
    """The copy or message that carries this id of ours."""
    if found := _COPY.match(message_id):
        edition, recipient = (UUID(part) for part in found.groups())
        copies = Delivery.objects.filter(edition__public_id=edition, recipient__public_id=recipient)
        return copies.select_related("recipient").first()
    if found := _MESSAGE.match(message_id):
        return Message.objects.filter(public_id=UUID(found.group(1))).select_related("recipient").first()
    return None
