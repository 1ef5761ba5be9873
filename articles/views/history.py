"""What somebody read, and whether it is kept at all."""

from __future__ import annotations

import uuid
from contextlib import suppress
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles import history as rules
from articles.models import Article
from memberships import clock
from memberships.views.person import PersonRequest

PAGE_SIZE = 20


@require_safe
@never_cache
@login_required
def history(request: PersonRequest) -> HttpResponse:
    """The switch, what it means, and the stories read while it was on."""
    page = Paginator(rules.history_of(request.user, clock.now()), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "articles/own/history.html", {"page": page})


@require_POST
@never_cache
@login_required
def keep_history(request: PersonRequest) -> HttpResponse:
    """The switch itself: ``keep=yes`` or ``keep=no``; anything else leaves it as it is."""
    wanted = request.POST.get("keep")
    if wanted == "yes":
        rules.begin(request.user, clock.now())
        messages.success(request, _("From now on the stories you read are listed here."))
    elif wanted == "no":
        rules.end(request.user)
        messages.success(request, _("From now on nothing is kept of what you read."))
    return redirect("history")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def clear_history(request: PersonRequest) -> HttpResponse:
    """Asks once, then deletes all of it."""
    if request.method == "POST":
        rules.clear(request.user)
        messages.success(request, _("Your reading history is empty."))
        return redirect("history")
    return render(request, "articles/own/clear_history.html")


@require_POST
@never_cache
@login_required
def forget_reading(request: PersonRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take one story off the history."""
    article = _article(public_id)
    rules.remove(request.user, article)
    messages.success(request, _("“%(headline)s” is off your history.") % {"headline": article.headline})
    return redirect("history")


@require_POST
@never_cache
@login_required
def note_reading(request: PersonRequest, public_id: uuid.UUID) -> HttpResponse:
    """What ``js/here.js`` tells after some seconds on a story; ``furthest`` is in per cent of the text."""
    article, furthest = _article(public_id), 0
    with suppress(ValueError):
        furthest = int(request.POST.get("furthest", "0"))
    rules.record(request.user, article, furthest, clock.now())
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _article(public_id: uuid.UUID) -> Article:
    return get_object_or_404(Article.objects.known(clock.now()).for_cards(), public_id=public_id)
