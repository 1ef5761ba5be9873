"""An edition as it arrives: on a phone, on a desktop, in the light and in the dark, and as plain text."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe
from unfold.admin import ModelAdmin

from memberships import clock
from memberships.admin.desk import person
from newsletters.admin import variants
from newsletters.digests.printing import problems
from newsletters.editions import sampling
from newsletters.editions.steps import note
from newsletters.models import Edition
from newsletters.preflight import foreign, page
from newsletters.rendering import RenderingError
from newsletters.substitution import PLACE, Places, nobodys

# Gmail shows so much of a letter's HTML and hides the rest behind a link.
GMAIL_CLIPS_AT = 102 * 1024
SCHEMES = ("light", "dark")
_FOR_THE_DARK = re.compile(r"@media\s*\(prefers-color-scheme:\s*dark\)")
_OFFERED = re.compile(r'(color-scheme:\s*|color-schemes?" content=")light dark')


@require_safe
def look(request: HttpRequest, model_admin: ModelAdmin, pk: int) -> HttpResponse:
    """The edition as it arrives, side by side at the width of a phone and of a desktop, and as plain text."""
    edition = _visible(request, model_admin, pk)
    shared = model_admin.admin_site.each_context(request)
    chosen = request.GET.get("variant", variants.NOW)
    context = {**shared, "title": edition, "edition": edition, "scheme": scheme_of(request)}
    context |= {"variant": chosen, "variants": variants.offered(edition).items()}
    try:
        content = variants.content_of(edition, chosen, clock.now())
    except RenderingError as error:
        context["error"] = str(error)
    else:
        context["content"] = replace(content, text=nobodys(content.text))
        if chosen in {variants.NOW, variants.SECOND}:
            context["problems"] = _problems(edition, clock.now())
            context["suspects"] = foreign.suspects(page.read(content.html).links, clock.now())
        context["size"] = _size(edition, content.html)
        context["most"] = GMAIL_CLIPS_AT
    return render(request, "admin/newsletters/edition/look.html", context)


@require_safe
def copy(request: HttpRequest, model_admin: ModelAdmin, pk: int) -> HttpResponse:
    """The HTML part by itself, its personal links dead, as a device shows it that is set to the light or the dark."""
    edition = _visible(request, model_admin, pk)
    html = variants.content_of(edition, request.GET.get("variant", variants.NOW), clock.now()).html
    return HttpResponse(seen_in(scheme_of(request), nobodys(html)))


def excuse_link(request: HttpRequest, model_admin: ModelAdmin, pk: int) -> HttpResponse:
    """Let the edition go out with a link that did not answer, on an editor's word."""
    edition = _visible(request, model_admin, pk)
    if not model_admin.has_change_permission(request, edition):
        raise PermissionDenied
    at, fingerprint = clock.now(), request.POST.get("link", "")
    if foreign.excuse(fingerprint, at):
        note("edition.link excused", edition, person(request), at, link=fingerprint)
    return redirect("admin:newsletters_edition_look", pk)


def _problems(edition: Edition, at: datetime) -> list[str]:
    """What would hold it back by either of its subjects, while two can still be tried."""
    test = sampling.test_of(edition) if edition.frozen_at is None else None
    found = [problem for _number, letter in sampling.printings(edition, test) for problem in problems(letter, at)]
    return list(dict.fromkeys(found))


def _size(edition: Edition, html: str) -> int:
    """Bytes of the HTML as a reader gets it, whose own links are longer than the places they stand in."""
    places, somebody = Places.of(edition), UUID(int=0)

    def filled(found: re.Match[str]) -> str:
        before, behind = places.around(found[1])
        return f"{before}{places.token(found[1])(somebody)}{behind}"

    return len(PLACE.sub(filled, html).encode())


def scheme_of(request: HttpRequest) -> str:
    asked = request.GET.get("scheme", "")
    return asked if asked in SCHEMES else SCHEMES[0]


def seen_in(scheme: str, html: str) -> str:
    """As a device shows it that is set so. A frame's ``color-scheme`` does not switch its letter's media query in every
    browser, so the query itself says it."""
    query = "@media all" if scheme == "dark" else "@media not all"
    return _OFFERED.sub(lambda found: f"{found[1]}{scheme}", _FOR_THE_DARK.sub(query, html))


def _visible(request: HttpRequest, model_admin: ModelAdmin, pk: int) -> Edition:
    edition = get_object_or_404(Edition.objects.select_related("newsletter"), pk=pk)
    if not model_admin.has_view_permission(request, edition):
        raise PermissionDenied
    return edition
