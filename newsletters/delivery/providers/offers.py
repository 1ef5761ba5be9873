"""The providers whose API takes one letter for many readers, each with links of their own in it and above it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from anymail.message import AnymailMessage
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from newsletters.delivery.providers.payloads import quick

# To be connected, and then to be answered, in seconds.
PATIENCE = (5.0, 30.0)
# Unseen, and no part of any provider's syntax.
_WORD_JOINER = "\u2060"


@dataclass(frozen=True)
class Offer:
    """What a provider's API can do. ``module`` is anymail's, and ``payload`` its class there of what is posted.

    ``window`` is how many letters one call carries: the provider's limit, or a thousand, which is what we are ready to
    have in doubt at once. ``place`` is how a letter asks for what is a reader's own, ``marks`` are the beginnings by
    which the provider knows that and other requests. ``leaves_links`` says that a call can forbid it to count clicks
    by links of its own; elsewhere that is forbidden in the account.
    """

    module: str
    payload: str
    window: int
    place: str
    marks: tuple[str, ...]
    leaves_links: bool = True

    def asking(self, name: str) -> str:
        return self.place.replace("NAME", name)

    def literal(self, text: str) -> str:
        """The text so that the provider finds nothing in it to put in."""
        for mark in self.marks:
            if mark in text:
                text = re.sub(f"{re.escape(mark[0])}(?={re.escape(mark[1:])})", mark[0] + _WORD_JOINER, text)
        return text


OFFERS = {
    # Up to 1,000 versions in a call: https://developers.brevo.com/docs/batch-send-transactional-emails
    "brevo": Offer("anymail.backends.brevo", "BrevoPayload", 1000, "{{params.NAME}}", ("{{", "{%"), leaves_links=False),
    # Up to 1,000: https://documentation.mailgun.com/docs/mailgun/user-manual/sending-messages/batch-sending
    "mailgun": Offer(
        "anymail.backends.mailgun",
        "MailgunPayload",
        1000,
        "%recipient.NAME%",
        ("%recipient", "%unsubscribe", "%tag_unsubscribe", "%mailing_list"),
    ),
    # It takes more: https://developers.sparkpost.com/api/transmissions/
    "sparkpost": Offer("anymail.backends.sparkpost", "SparkPostPayload", 1000, "{{NAME}}", ("{{",)),
}


def offer_of(provider: str) -> Offer:
    """Raises ImproperlyConfigured when editions cannot go by the provider's API."""
    if provider not in OFFERS:
        raise ImproperlyConfigured(
            f"{provider} is not known to put each reader's own links into one letter for many: take EMAIL_PROVIDER_KEY "
            f"away and name its mail server in EMAIL_URL. Editions go by the API of {', '.join(sorted(OFFERS))}."
        )
    return OFFERS[provider]


def payload_of(offer: Offer, message: AnymailMessage, backend: Any) -> Any:
    """What is posted to the provider. Raises AnymailError, ValueError or TypeError when it cannot be said there."""
    return quick(f"{offer.module}.{offer.payload}")(message, backend.send_defaults, backend)


def backend_of(offer: Offer) -> Any:
    """Anymail's backend for the provider as the settings have it; it speaks to nobody until it is opened."""
    options: dict[str, Any] = {"api_key": settings.EMAIL_PROVIDER_KEY, "timeout": PATIENCE}
    if settings.EMAIL_PROVIDER_API:
        options["api_url"] = settings.EMAIL_PROVIDER_API
    if settings.EMAIL_PROVIDER_DOMAIN:
        options["sender_domain"] = settings.EMAIL_PROVIDER_DOMAIN
    return import_string(f"{offer.module}.EmailBackend")(**options)
