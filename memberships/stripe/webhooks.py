"""Takes Stripe's webhooks in: verified, meant for this install, stored raw and once. Nothing is done about them yet."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from memberships.models import StripeEvent
from memberships.stripe import client
from memberships.stripe.client import SignatureError
from memberships.stripe.payload import Unreadable
from memberships.stripe.remote import RemoteEvent

# A megabyte: many times what Stripe sends.
LARGEST = 1024 * 1024


class WebhookRefused(Exception):
    """The message is not taken in. The sentence is for the operator who reads Stripe's log of deliveries."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


def receive(raw: bytes, signature: str, at: datetime, *, sent_about: datetime) -> tuple[StripeEvent, bool]:
    """Store what Stripe sent; answers the row and whether it is new. ``sent_about`` is the machine's time, unmoved.

    Raises:
        WebhookRefused: when it is too large, not signed, not from now, not JSON, or not for this install.
    """
    if len(raw) > LARGEST:
        raise WebhookRefused(_("The message is larger than a megabyte; Stripe's are not."), status=413)
    try:
        client.verify_signature(raw, signature, settings.STRIPE_WEBHOOK_SECRETS, sent_about)
    except SignatureError as error:
        raise WebhookRefused(str(error)) from error
    return take_in(_json(raw), at)


def take_in(content: dict[str, Any], at: datetime) -> tuple[StripeEvent, bool]:
    """Store an event, whoever brought it; answers the row and whether it is new.

    Raises:
        WebhookRefused: when it is none, or not for this install.
    """
    remote = _for_us(content)
    return StripeEvent.objects.get_or_create(
        event_id=remote.id[:255],
        defaults={
            "type": remote.type[:120],
            "object_id": remote.object_id[:255],
            "customer_id": remote.customer_id[:255],
            "api_version": remote.api_version[:60],
            "livemode": remote.is_live,
            "payload": content,
            "received_at": at,
        },
    )


def _json(raw: bytes) -> dict[str, Any]:
    try:
        content = json.loads(raw)
    except ValueError as error:
        raise WebhookRefused(_("The message is not JSON.")) from error
    if not isinstance(content, dict):
        raise WebhookRefused(_("The message is not a JSON object."))
    return content


def _for_us(content: dict[str, Any]) -> RemoteEvent:
    """The event, once it is sure that it comes from the account. In which version it speaks is the inbox's business."""
    try:
        remote = RemoteEvent.read(content)
    except Unreadable as error:
        raise WebhookRefused(_("The message is not a Stripe event: it has no id or no type.")) from error
    if remote.is_live != client.is_live():
        here = _("live") if client.is_live() else _("test")
        raise WebhookRefused(
            _("The key of this install is a %(mode)s key; the event is from the other mode.") % {"mode": here}
        )
    return remote
