"""Stories kept for later."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles import saving
from articles.models import Article
from articles.views.outcome import done, is_script, since
from memberships import clock
from memberships.views.person import PersonRequest

PAGE_SIZE = 20


@require_safe
@never_cache
@login_required
def saved(request: PersonRequest) -> HttpResponse:
    """The list; right after something was taken off it, with the way to put it back."""
    at = clock.now()
    page = Paginator(saving.saved_by(request.user, at), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "removed": _removed(request), "since": request.GET.get("since", "")}
    return render(request, "articles/own/saved.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def save(request: PersonRequest, public_id: uuid.UUID) -> HttpResponse:
    """A page with one button, for browsers without a script and people who had to sign in first; the button saves."""
    at = clock.now()
    article = _article(public_id)
    if request.method == "POST":
        saving.save(request.user, article, since(request, at))
        if not is_script(request):
            messages.success(request, _("Saved: “%(headline)s”.") % {"headline": article.headline})
        return done(request, "saved")
    context = {"article": article, "is_saved": saving.is_saved(request.user, article)}
    return render(request, "articles/own/save.html", context)


@require_POST
@never_cache
@login_required
def unsave(request: PersonRequest, public_id: uuid.UUID) -> HttpResponse:
    """Take a story off the list."""
    article = _article(public_id)
    saved_at = saving.remove(request.user, article)
    if saved_at is None:
        return done(request, "saved")
    return done(request, "saved", removed=str(public_id), since=saved_at.isoformat())


def _article(public_id: uuid.UUID) -> Article:
    known = Article.objects.known(clock.now()).for_cards()
    return get_object_or_404(known, public_id=public_id)


def _removed(request: PersonRequest) -> Article | None:
    """The story just taken off, unless it is back already."""
    try:
        public_id = uuid.UUID(request.GET.get("removed", ""))
    except ValueError:
        return None
    article = Article.objects.known(clock.now()).for_cards().filter(public_id=public_id).first()
    return None if article is None or saving.is_saved(request.user, article) else article
