"""Who may report: the providers whose secret is set, several while one moves from the one to the other.

Anymail's views know how each proves who it is, and what its words mean; what they find is collected here.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from anymail.signals import AnymailTrackingEvent, EventType
from anymail.webhooks.amazon_ses import AmazonSESTrackingWebhookView
from anymail.webhooks.base import AnymailBaseWebhookView
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.module_loading import import_string

from newsletters.addresses import absolute_url


class _Source(NamedTuple):
    """Anymail's view of a provider, and the name under which that takes the secret: ``webhook_secret`` is a user and a
    password, any other a key by which reports are signed."""

    view: str
    proof: str = "webhook_secret"


SOURCES = {
    "amazon_ses": _Source("newsletters.delivery.providers.listening.AmazonWithoutItsLibrary"),
    "brevo": _Source("anymail.webhooks.brevo.BrevoTrackingWebhookView"),
    "mailersend": _Source("anymail.webhooks.mailersend.MailerSendTrackingWebhookView", "signing_secret"),
    "mailgun": _Source("anymail.webhooks.mailgun.MailgunTrackingWebhookView", "webhook_signing_key"),
    "mailjet": _Source("anymail.webhooks.mailjet.MailjetTrackingWebhookView"),
    "mailtrap": _Source("anymail.webhooks.mailtrap.MailtrapTrackingWebhookView", "tracking_secret"),
    "mandrill": _Source("anymail.webhooks.mandrill.MandrillTrackingWebhookView", "webhook_key"),
    "postal": _Source("anymail.webhooks.postal.PostalTrackingWebhookView", "webhook_key"),
    "postmark": _Source("anymail.webhooks.postmark.PostmarkTrackingWebhookView"),
    "resend": _Source("anymail.webhooks.resend.ResendTrackingWebhookView"),
    "sendgrid": _Source("anymail.webhooks.sendgrid.SendGridTrackingWebhookView"),
    "sparkpost": _Source("anymail.webhooks.sparkpost.SparkPostTrackingWebhookView"),
    "unisender_go": _Source("anymail.webhooks.unisender_go.UnisenderGoTrackingWebhookView", "api_key"),
}


def methods_of(provider: str) -> set[str]:
    """How a provider may come: before it begins to report, some look whether anybody is there, one of them by GET."""
    return {"HEAD", "POST", *(["GET"] if provider == "unisender_go" else [])}


class Heard(NamedTuple):
    """What is answered to a provider, and what it reported."""

    response: HttpResponseBase
    events: list[AnymailTrackingEvent]


def hear(provider: str, request: HttpRequest) -> Heard | None:
    """What the provider reports by the request; ``None`` unless it is one of ours.

    Raises:
        SuspiciousOperation: it does not prove who it is.
        ValueError: it says what nobody understands.
    """
    secret = settings.EMAIL_WEBHOOK_SECRETS.get(provider)
    if not secret or provider not in SOURCES:
        return None
    if provider == "amazon_ses" and request.method == "POST" and "Authorization" not in request.headers:
        # It names its user and password only when it is asked to.
        return Heard(HttpResponse(status=401, headers={"WWW-Authenticate": 'Basic realm="reports"'}), [])
    source = SOURCES[provider]
    collecting = type("Collecting", (_Collecting, import_string(source.view)), {})
    options = {source.proof: secret}
    if provider == "mandrill":
        # It signs the address it was given, whatever stands in front of us makes of it.
        options["webhook_url"] = absolute_url("email_webhook", provider)
    view: Any = collecting(**options)
    view.setup(request)
    return Heard(view.dispatch(request), view.events)


class _Collecting:
    """Anymail's view with another end: it would tell of one event after the other while the provider waits."""

    events: list[AnymailTrackingEvent]
    run_validators: Any
    parse_events: Any

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.events = []

    def post(self, request: HttpRequest, *_args: Any, **_named: Any) -> HttpResponse:
        self.run_validators(request)
        self.events = self.parse_events(request)
        return HttpResponse()


class AmazonWithoutItsLibrary(AmazonSESTrackingWebhookView):  # type: ignore[misc]
    """Amazon's library would only be needed to agree to a subscription by itself. That is a link, which somebody
    opens: it stands in the report."""

    def __init__(self, **options: Any) -> None:
        AnymailBaseWebhookView.__init__(self, **options)

    def parse_events(self, request: HttpRequest) -> list[AnymailTrackingEvent]:
        message = json.loads(request.body)
        if message.get("Type") == "SubscriptionConfirmation":
            return [
                AnymailTrackingEvent(event_type=EventType.UNKNOWN, esp_event=message, event_id=message["MessageId"])
            ]
        found: list[AnymailTrackingEvent] = super().parse_events(request)
        return found
