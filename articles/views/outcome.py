"""How a reader's own pages answer: a script with nothing, a form by leading on; and how something is taken back."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware


def is_script(request: HttpRequest) -> bool:
    """Whether a module of ours asks, which shows the outcome itself."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


def done(request: HttpRequest, name: str, **query: str) -> HttpResponse:
    """The end of a POST: on to the page called ``name``, or 204 for a script."""
    if is_script(request):
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return redirect(f"{reverse(name)}?{urlencode(query)}" if query else name)


def since(request: HttpRequest, at: datetime) -> datetime:
    """The moment that a form for taking something back names; ``at`` where it names none, or one to come."""
    named = None
    with suppress(ValueError):
        named = parse_datetime(request.POST.get("since", ""))
    return min(named, at) if named is not None and is_aware(named) else at
