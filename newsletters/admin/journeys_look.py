"""A letter of a journey as it would arrive now: on a phone and on a desktop, in the light and in the dark, as text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe
from unfold.admin import ModelAdmin

from memberships import clock
from newsletters.admin.editions_look import scheme_of, seen_in
from newsletters.journeys import letters
from newsletters.journeys.letters import WaysOut
from newsletters.models import Edition, Journey, Newsletter, Recipient, Run, Step
from newsletters.rendering import Rendered, RenderingError

_OF_LISTS = {Journey.Occasion.CONFIRMED, Journey.Occasion.SILENT}
NOWHERE = WaysOut("#", "#")


@dataclass(frozen=True)
class Choice:
    """A language the letter can be looked at in."""

    code: str
    name: str
    query: str
    is_chosen: bool


@require_safe
def look(request: HttpRequest, model_admin: ModelAdmin, pk: int) -> HttpResponse:
    """The letter side by side at the width of a phone and of a desktop, and as plain text."""
    step, scheme = _visible(request, model_admin, pk), scheme_of(request)
    language = _language(request, step.journey)
    query = urlencode({"scheme": scheme, "language": language})
    shared = model_admin.admin_site.each_context(request)
    context = {**shared, "title": step, "step": step, "scheme": scheme, "language": language, "query": query}
    context["languages"] = [
        Choice(code, name, urlencode({"scheme": scheme, "language": code}), code == language)
        for code, name in _languages(step.journey)
    ]
    try:
        context["content"] = _rendered(step, language, clock.now())
    except RenderingError as error:
        context["error"] = str(error)
    return render(request, "admin/newsletters/journey/look.html", context)


@require_safe
def copy(request: HttpRequest, model_admin: ModelAdmin, pk: int) -> HttpResponse:
    """The HTML part by itself, as a device shows it that is set to the light or the dark."""
    step = _visible(request, model_admin, pk)
    content = _rendered(step, _language(request, step.journey), clock.now())
    return HttpResponse(seen_in(scheme_of(request), content.html if content else ""))


def _rendered(step: Step, language: str, at: datetime) -> Rendered | None:
    """As a reader of the language would get it who has no account: of the journey's list, or else of the first there
    is that has gone out."""
    journey, newsletter = step.journey, step.journey.newsletter
    if newsletter is None and journey.occasion in _OF_LISTS:
        spoken = Newsletter.objects.offered().filter(language=language).select_related("product")
        went_out = Edition.objects.in_archive(at).filter(newsletter=OuterRef("pk"))
        newsletter = spoken.filter(Exists(went_out)).first() or spoken.first()
    run = Run(journey=journey, recipient=Recipient(language=language), newsletter=newsletter)
    return letters.rendered(run, step, NOWHERE, at)


def _languages(journey: Journey) -> list[tuple[str, str]]:
    """A letter about a list is in the list's language."""
    if journey.newsletter is not None:
        spoken = {journey.newsletter.language}
    elif journey.occasion in _OF_LISTS:
        spoken = set(Newsletter.objects.offered().values_list("language", flat=True))
    else:
        spoken = {code for code, _name in settings.LANGUAGES}
    return [(code, str(name)) for code, name in settings.LANGUAGES if code in spoken]


def _language(request: HttpRequest, journey: Journey) -> str:
    known = [code for code, _name in _languages(journey)] or [settings.LANGUAGE_CODE]
    asked = request.GET.get("language", "")
    return asked if asked in known else known[0]


def _visible(request: HttpRequest, model_admin: ModelAdmin, pk: int) -> Step:
    steps = Step.objects.select_related("journey__newsletter__product", "journey__product")
    step = get_object_or_404(steps, pk=pk)
    if not model_admin.has_view_permission(request, step):
        raise PermissionDenied
    return step
