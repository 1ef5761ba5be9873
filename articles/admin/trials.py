"""Trying other terms of reading on what was read in the last thirty days, before anybody switches to them."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from articles import reading_log, simulating
from articles.admin.trial_forms import TrialForm, form_as_it_is
from articles.admin.trial_report import report_of
from articles.models import AccessRule, Simulation
from articles.tasks import simulate
from memberships import clock
from memberships.admin.desk import person

MOST_LISTED = 20
# How often a page that waits asks again, in seconds.
_AGAIN = 3


@require_http_methods(["GET", "HEAD", "POST"])
def trials(request: HttpRequest) -> HttpResponse:
    """Choose terms and press the button; and what was tried before. Nothing is switched by it."""
    _require(request)
    at = clock.now()
    form = TrialForm(request.POST) if request.method == "POST" else form_as_it_is(at)
    since = reading_log.kept_since(at)
    if form.is_valid() and since is not None:
        chosen = form.cleaned_data
        allowances = chosen["allowance"], chosen["registered_allowance"]
        made = simulating.ask(person(request), *allowances, chosen["rules"], chosen["reading_rules"], at)
        transaction.on_commit(partial(simulate.delay), robust=True)
        return HttpResponseRedirect(reverse("admin:articles_accessrule_trial", args=[made.pk]))
    listed = Simulation.objects.select_related("asked_by").defer("result")[:MOST_LISTED]
    context = {"title": _("Trying other terms"), "form": form, "since": since, "trials": listed}
    return _page(request, "trials", context, status=422 if form.errors else 200)


@require_safe
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a trial is, or what came out."""
    _require(request)
    found = get_object_or_404(Simulation.objects.select_related("asked_by"), pk=pk)
    is_waiting = found.state in {Simulation.State.QUEUED, Simulation.State.RUNNING}
    context = {
        "title": _("What other terms would have done"),
        "trial": found,
        "is_waiting": is_waiting,
        "again": _AGAIN if is_waiting else 0,
        "report": report_of(found) if found.state == Simulation.State.DONE else None,
    }
    return _page(request, "trial", context)


def _require(request: HttpRequest) -> None:
    if not request.user.has_perm("memberships.change_paywall"):
        raise PermissionDenied(_("Your account may not do this at the desk. Ask whoever runs it."))


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    form = context.get("form")
    context = {**admin.site.each_context(request), "opts": AccessRule._meta, **context}
    context["media"] = form.media if form else ""
    return render(request, f"admin/articles/accessrule/{name}.html", context, status=status)
