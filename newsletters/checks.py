"""What must be true of the settings before editions are sent by them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from newsletters.delivery.providers.listening import SOURCES
from newsletters.delivery.providers.offers import offer_of


@register()
def provider_can_carry_editions(**_options: Any) -> list[CheckMessage]:
    """Where the provider's key is set, its API can give each reader links of their own."""
    if not settings.EMAIL_PROVIDER_KEY:
        return []
    try:
        offer_of(settings.EMAIL_PROVIDER)
    except ImproperlyConfigured as error:
        return [Error(str(error), id="newsletters.E001")]
    return []


@register()
def providers_that_report_are_known(**_options: Any) -> list[CheckMessage]:
    """Every provider whose secret is set is one whose reports can be read."""
    unknown = ", ".join(sorted(settings.EMAIL_WEBHOOK_SECRETS.keys() - SOURCES.keys()))
    if not unknown:
        return []
    known = ", ".join(SOURCES)
    return [
        Error(
            f"EMAIL_WEBHOOK_SECRETS: nobody reads the reports of {unknown}. Known are {known}.", id="newsletters.E002"
        )
    ]
