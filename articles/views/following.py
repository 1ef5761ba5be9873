"""What readers follow, and what is new there."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles import following as rules
from articles.cards import cards_of
from articles.lists import Subject
from articles.models import Article
from articles.views.outcome import done, is_script, since
from memberships import clock
from memberships.views.person import PersonRequest

PAGE_SIZE = 20


@require_safe
@never_cache
@login_required
def following(request: PersonRequest) -> HttpResponse:
    """What is followed, and the stories of the last two months from there."""
    at = clock.now()
    fresh_since = at - rules.FRESH
    numbers = rules.followed_by(request.user).stories(fresh_since, at).values_list("pk", flat=True)
    page = Paginator(numbers, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = Article.objects.filter(pk__in=list(page)).newest_first().for_cards()
    kind, _colon, slug = request.GET.get("removed", "").partition(":")
    follows = rules.follows_of(request.user)
    removed = rules.subject_of(kind, slug) if kind else None
    context = {
        "follows": follows,
        "page": page,
        "cards": cards_of(rows),
        "fresh_since": fresh_since,
        "removed": None if removed in [row.subject for row in follows] else removed,
        "removed_kind": kind,
        "since": request.GET.get("since", ""),
    }
    return render(request, "articles/own/following.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def follow(request: PersonRequest, kind: str, slug: str) -> HttpResponse:
    """A page with one button, for browsers without a script and people who had to sign in first; it follows."""
    at = clock.now()
    subject = _subject(kind, slug)
    if request.method == "POST":
        rules.follow(request.user, subject, since(request, at))
        if not is_script(request):
            messages.success(request, _("You follow %(name)s.") % {"name": subject.label})
        return done(request, "following")
    context = {"kind": kind, "subject": subject, "is_following": rules.is_following(request.user, subject)}
    return render(request, "articles/own/follow.html", context)


@require_POST
@never_cache
@login_required
def unfollow(request: PersonRequest, kind: str, slug: str) -> HttpResponse:
    """Follow it no more."""
    followed_at = rules.unfollow(request.user, _subject(kind, slug))
    if followed_at is None:
        return done(request, "following")
    return done(request, "following", removed=f"{kind}:{slug}", since=followed_at.isoformat())


def _subject(kind: str, slug: str) -> Subject:
    subject = rules.subject_of(kind, slug)
    if subject is None:
        raise Http404(_("There is nothing to follow at this address."))
    return subject
