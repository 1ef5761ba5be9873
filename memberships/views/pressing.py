"""A press of a button that leads to money, as it is kept for evidence."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from memberships.consents import Press
from memberships.readers import client_address


def press_of(request: HttpRequest, words: str, at: datetime) -> Press:
    """Under these words, in the page's language, by whoever sent the request."""
    agent = request.META.get("HTTP_USER_AGENT", "")
    return Press(words, get_language() or settings.LANGUAGE_CODE, at, client_address(request), agent[:500])
