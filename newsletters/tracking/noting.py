"""From a request that a letter brought to a note of it: what rules need to tell people from machines, and no more."""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest

from articles.reading_log.keys import key_at
from memberships.metering import counters
from memberships.readers import client_address
from newsletters.models import MailEvent
from newsletters.tracking import links, waiting
from newsletters.tracking.data_centres import is_of_one
from newsletters.tracking.waiting import Note

_AHEAD = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
_AHEAD_WORDS = re.compile(r"prefetch|prerender|preview", re.I)
# Of what a program says about itself, so that nothing it says takes long to read; and of what is kept of that.
_MOST_READ, _LONGEST_AGENT = 500, 60
_COMMENT = re.compile(r"\(([^()]*)\)")
_PRODUCT = re.compile(r"(?<![\w/.-])[A-Za-z][A-Za-z._-]{1,29}")
# What says in the remarks of its name that it is no browser.
_TELLING = re.compile(r"[\w.-]*(?:proxy|bot|crawl|spider|scan|preview|protect|ggpht)[\w.-]*", re.I)


def note(request: HttpRequest, recipient: UUID, edition: int, number: int | None, at: datetime) -> bool:
    """Note that the picture of a copy was asked for, or its link of the number followed; whether it was noted.

    No query. Whoever asks by their browser not to be followed is not, and without the cache server nobody is.
    """
    if not settings.COUNT_MAIL or _objects(request):
        return False
    address = client_address(request)
    return waiting.add(
        Note(
            key=key_at(at),
            at=at,
            edition=edition,
            recipient=recipient,
            kind=_kind(number),
            link=number if number != links.HIDDEN else None,
            method=(request.method or "")[:4],
            agent=agent_of(request.headers.get("User-Agent", "")),
            network=counters.connection_of("mail", address, "", at),
            is_prefetch=any(_AHEAD_WORDS.search(request.headers.get(name, "")) for name in _AHEAD),
            is_navigation=request.headers.get("Sec-Fetch-Mode") == "navigate",
            is_data_centre=is_of_one(address),
        )
    )


def agent_of(user_agent: str) -> str:
    """What kind of program it says it is: the names of its products, without versions and without its device."""
    said = user_agent[:_MOST_READ]
    named = [*_TELLING.findall(" ".join(_COMMENT.findall(said))), *_PRODUCT.findall(_COMMENT.sub(" ", said))]
    return " ".join(dict.fromkeys(named))[:_LONGEST_AGENT]


def _kind(number: int | None) -> str:
    if number is None:
        return MailEvent.Kind.OPEN
    return MailEvent.Kind.HONEYPOT if number == links.HIDDEN else MailEvent.Kind.CLICK


def _objects(request: HttpRequest) -> bool:
    """Global Privacy Control, or Do Not Track: the browser was told to say so."""
    return "1" in {request.headers.get("Sec-GPC", ""), request.headers.get("DNT", "")}
