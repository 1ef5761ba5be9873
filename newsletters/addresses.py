"""Full addresses, for readers who are not on the site."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse


def absolute_url(name: str, *args: object) -> str:
    """The full address of a named page."""
    return settings.SITE_URL + reverse(name, args=args)


def absolute(path: str) -> str:
    """The full address of a path such as ``get_absolute_url`` returns."""
    return settings.SITE_URL + path
