"""The numbers of newsletters at the desk: what an edition led to, how a list grows, and all lists beside each other.

They are read from sums that tasks keep; no page counts what there are millions of.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from memberships import clock
from newsletters.models import Edition, Newsletter
from newsroom.dashboards import editions_tables, lists_tables


@require_safe
def edition(request: HttpRequest, pk: int) -> HttpResponse:
    """What became of an edition's copies, what they led to, and what of that is a guess."""
    _insist(request, "newsletters.view_edition")
    found = get_object_or_404(Edition.objects.select_related("newsletter"), pk=pk)
    sums = editions_tables.sums_of(found)
    context = {
        "edition": found,
        "tiles": editions_tables.tiles(found, sums),
        "tables": editions_tables.tables(found, sums, clock.now()),
        "is_judged": found.is_counted and found.frozen_at is not None,
    }
    return _shown(request, "admin/newsletters/edition/numbers.html", str(found), context)


@require_safe
def newsletter(request: HttpRequest, pk: int) -> HttpResponse:
    """How a list grew in half a year, week by week."""
    _insist(request, "newsletters.view_newsletter")
    found = get_object_or_404(Newsletter, pk=pk)
    weeks = lists_tables.weeks_of(found, clock.now().date())
    context = {
        "newsletter": found,
        "tiles": lists_tables.tiles(weeks),
        "chart": lists_tables.chart(weeks),
        "tables": [lists_tables.by_week(weeks), lists_tables.newest_editions(found)],
    }
    return _shown(request, "admin/newsletters/list_numbers.html", found.name, context)


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every list: how many it has, who came and left in four weeks, and what its last edition led to."""
    _insist(request, "newsletters.view_newsletter")
    context = {"tables": [lists_tables.overview(clock.now().date())]}
    return _shown(request, "admin/newsletters/list_numbers.html", _("Numbers of newsletters"), context)


def _shown(request: HttpRequest, template: str, title: str, context: dict[str, Any]) -> HttpResponse:
    shared = {**admin.site.each_context(request), "opts": Newsletter._meta, "title": title}
    return render(request, template, {**shared, **context})


def _insist(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied(_("Your account may not do this at the desk. Ask whoever runs it."))
