"""What a request itself has a say in: decided for each, then answered from the copies that everybody shares.

A meter, a gift, a newsletter's link and the way somebody came belong to the request, not to where its reader stands. So
they are judged, and counted, before a copy is looked for; nothing is rendered for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from urllib.parse import parse_qsl

from django.conf import settings
from django.contrib.auth import get_user
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.utils.functional import SimpleLazyObject

from articles.surrogates import part_of
from memberships import reading_rules
from memberships.access import Item, decide
from memberships.admission import ADMITTED, Admission, admit
from newsroom.pagecache.address import LINKS, Environ
from newsroom.pagecache.asking import outside_a_request
from newsroom.pagecache.variant import Page, Tier, reader_in

_DECIDING = LINKS | {"utm_campaign"}


@dataclass(frozen=True)
class Admitted:
    """What was decided about the item: the part of the page to be shown, the cookies to set, what Django is told."""

    item: Item
    part: str
    cookies: tuple[str, ...]
    admission: Admission

    def tell(self, environ: Environ) -> None:
        """Let Django make the page of this decision and count nothing again. The cookies are not its to set."""
        environ[ADMITTED] = (self.item, self.admission.without_cookies())


def has_link(environ: Environ) -> bool:
    """Whether the address brings a gift or a pass along."""
    return _has(LINKS, environ)


def has_more(environ: Environ) -> bool:
    """Whether the address says something that is not in the copy's, and may decide what its reader is shown."""
    return _has(_DECIDING, environ)


def _has(names: frozenset[str], environ: Environ) -> bool:
    query = environ.get("QUERY_STRING", "")
    may_be = "%" in query or any(f"{name}=" in query for name in names)
    return may_be and any(name in names for name, _value in parse_qsl(query, keep_blank_values=True))


def has_a_say(page: Page, environ: Environ, at: float) -> bool:
    """Whether the request decides how a page stands to a reader without a right to it. Raises DatabaseError."""
    if not page.is_closed:
        return False
    if page.item.access == "metered" or has_link(environ):
        return True
    moment = datetime.fromtimestamp(at, UTC)
    if reading_rules.are_known(moment):
        return reading_rules.is_any_in_force(moment, page.item)
    with outside_a_request():
        return reading_rules.is_any_in_force(moment, page.item)


def admitted(page: Page, tier: Tier, environ: Environ, at: float) -> Admitted:
    """Judge the request, and count the reading where it counts. Raises DatabaseError."""
    moment = datetime.fromtimestamp(at, UTC)
    with outside_a_request():
        admission = admit(_request(environ), reader_in(tier), page.item, moment)
    verdict = decide(admission.reader, admission.item, moment)
    return Admitted(page.item, part_of(verdict, admission.terms), _cookies(admission), admission)


def _request(environ: Environ) -> WSGIRequest:
    """The request as its view would see it, with who is asking. A copy, for Django decodes the path in place."""
    request = WSGIRequest(dict(environ))
    session = import_module(settings.SESSION_ENGINE).SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    request.session = session
    request.user = SimpleLazyObject(lambda: get_user(request))  # type: ignore[assignment]
    return request


def _cookies(admission: Admission) -> tuple[str, ...]:
    response = HttpResponse()
    admission.carry(response)
    return tuple(morsel.OutputString() for morsel in response.cookies.values())
