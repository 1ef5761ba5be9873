"""A letter's own picture and links: answered alike to whoever asks, by GET or HEAD, and noted outside the database.

Neither changes anything for anybody. A link leads where the edition's list says, which was fixed with its words.
"""

from __future__ import annotations

from base64 import b64decode
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from memberships import clock
from newsletters import tokens
from newsletters.models import EditionLink
from newsletters.substitution import at_the_click
from newsletters.tokens import BadToken
from newsletters.tracking import noting

# One transparent point: every program takes it for a picture.
PICTURE = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==")
_MOST_KNOWN = 4096


@require_safe
def mail_open(request: HttpRequest, token: str) -> HttpResponse:
    """The picture at a copy's end. No query."""
    recipient, edition = _copy(token)
    noting.note(request, recipient, edition, None, clock.now())
    return _kept_by_nobody(HttpResponse(PICTURE, content_type="image/gif"))


@require_safe
def mail_click(request: HttpRequest, token: str, number: int) -> HttpResponse:
    """To where the link leads, with the reader's pass of the edition's day where it needs one."""
    recipient, edition = _copy(token)
    target, day = _link(edition, number)
    noting.note(request, recipient, edition, number, clock.now())
    return _kept_by_nobody(HttpResponseRedirect(at_the_click(target, recipient, day)))


def _copy(token: str) -> tuple[UUID, int]:
    try:
        return tokens.read_copy(token)
    except BadToken:
        raise _unknown() from None


@lru_cache(maxsize=_MOST_KNOWN)
def _link(edition: int, number: int) -> tuple[str, date]:
    """Where a link leads, and the day of its passes: written once, so it is looked up once in a process's life."""
    rows = EditionLink.objects.filter(edition=edition, number=number)
    found = rows.values_list("target", "edition__due_at").first()
    if found is None:
        raise _unknown()
    return found[0], found[1].date()


def _unknown() -> Http404:
    return Http404(_("There is no such page on our site."))


def _kept_by_nobody(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
