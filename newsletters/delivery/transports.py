"""By which way copies of editions leave the house."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from newsletters.delivery.dispatch import BySmtp, Transport
from newsletters.delivery.providers import sending
from newsletters.delivery.smtp import Line


@contextmanager
def chosen(*, until: float) -> Iterator[Transport]:
    """By the provider's API where its key is set, else by SMTP, which begins no letter after ``until``.

    Raises:
        ImproperlyConfigured: the provider's API cannot carry editions.
    """
    if settings.EMAIL_PROVIDER_KEY:
        with sending.connected() as by_provider:
            yield by_provider
    else:
        with Line() as line:
            yield BySmtp(line, until=until)
