"""From the request a page makes to a note that its story was opened."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from articles.reading_log import waiting
from articles.reading_log.keys import key_at
from articles.reading_log.waiting import Note
from memberships.arrivals import arrival_told
from memberships.metering import counters, month_of, tickets
from memberships.models import User
from memberships.people.looking import is_only_looking
from memberships.readers import client_address

_SALT = "articles.reading_log"
_LONGEST = 100


def note(request: HttpRequest, at: datetime) -> bool:
    """Note the ``story`` (public id) that a page names, with the ``referrer``'s host and the ``campaign``.

    Answers whether it was noted. What is no story is ignored, and whoever asks by their browser not to be followed is
    not. No query; without the cache server nothing is noted.
    """
    story = _id(request.GET.get("story", ""))
    if story is None or request.method != "GET" or _objects(request) or is_only_looking(request):
        return False
    user = request.user.pk if isinstance(request.user, User) else None
    visitor = "" if user else pseudonym_of(request, at)
    if not (user or visitor):
        return False
    came = arrival_told(request)
    referrer, campaign = _kept(came.referrer.removeprefix("www.")), _kept(came.campaign)
    return waiting.add(Note(key_at(at), at, story, user, visitor, referrer, campaign, came.country))


def pseudonym_of(request: HttpRequest, at: datetime) -> str:
    """Who a stranger is to the log: their meter's ticket, which is a month's, or else their connection, for a day."""
    ticket = tickets.read(request.COOKIES.get(tickets.COOKIE, ""), month_of(at))
    if not ticket.is_new:
        return salted_hmac(_SALT, ticket.number, algorithm="sha256").hexdigest()[:32]
    return counters.connection_of("read", client_address(request), request.headers.get("User-Agent", ""), at)


def _kept(text: str) -> str:
    """Empty where it is too long to mean anything, or cannot be printed."""
    return text if len(text) <= _LONGEST and text.isprintable() else ""


def _objects(request: HttpRequest) -> bool:
    """Global Privacy Control, or Do Not Track: the browser was told to say so."""
    return "1" in {request.headers.get("Sec-GPC", ""), request.headers.get("DNT", "")}


def _id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
