"""An edition as it arrives: on a phone, on a desktop, and as plain text."""

from __future__ import annotations

from dataclasses import replace

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from unfold.admin import ModelAdmin

from memberships import clock
from newsletters.models import Edition
from newsletters.presenting import render_edition
from newsletters.substitution import nobodys


@require_safe
def look(request: HttpRequest, model_admin: ModelAdmin, pk: int) -> HttpResponse:
    """The edition as it arrives, side by side at the width of a phone and of a desktop, and as plain text."""
    edition = _visible(request, model_admin, pk)
    content = render_edition(edition, clock.now())
    shown = replace(content, text=nobodys(content.text))
    context = {**model_admin.admin_site.each_context(request), "edition": edition, "content": shown}
    return render(request, "admin/newsletters/edition/look.html", context)


@require_safe
def copy(request: HttpRequest, model_admin: ModelAdmin, pk: int) -> HttpResponse:
    """The HTML part by itself, its personal links dead."""
    html = render_edition(_visible(request, model_admin, pk), clock.now()).html
    return HttpResponse(nobodys(html))


def _visible(request: HttpRequest, model_admin: ModelAdmin, pk: int) -> Edition:
    edition = get_object_or_404(Edition.objects.select_related("newsletter"), pk=pk)
    if not model_admin.has_view_permission(request, edition):
        raise PermissionDenied
    return edition
