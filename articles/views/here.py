"""What is personal on a page that is the same for everybody: asked for by one small request, kept by nobody."""

from __future__ import annotations

import uuid
from contextlib import suppress
from datetime import datetime

from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from articles import following, reading_log
from articles.models import SavedArticle
from articles.standing import article_named, receipt_of, verdict_on
from memberships import clock
from memberships.access import Reason
from memberships.models import User
from memberships.readers import reader_of

MOST_ASKED = 50


@require_safe
@cache_control(private=True, no_store=True)
def here(request: HttpRequest) -> JsonResponse:
    """Who is reading, and which of the ``key``s asked about are on: a ``story:<public id>`` saved, a ``topic:<slug>``,
    ``author:<slug>`` … followed. With ``meter=<public id>`` what is left of the meter after that story, as HTML in the
    language of the story, with ``wall=<public id>`` the receipt of its wall.

    A stranger who asks for neither costs no query. The token is that of every form the page may send. A page that names
    its ``story`` has that reading noted.
    """
    user, at = request.user, clock.now()
    reading_log.note(request, at)
    told = _of_the_meter(request, at) | _of_the_wall(request, at)
    if not isinstance(user, User):
        return JsonResponse({"is_known": False, **told})
    asked = request.GET.getlist("key")[:MOST_ASKED]
    return JsonResponse(
        {
            **told,
            "is_known": True,
            "name": user.get_short_name(),
            "email": user.email,
            "is_staff": user.is_staff,
            "has_pro": reader_of(request, at).holds("pro", at),
            "keeps_history": user.history_since is not None,
            "on": sorted(_saved(user, asked) | _followed(user, asked)),
            "token": get_token(request),
        }
    )


def _of_the_meter(request: HttpRequest, at: datetime) -> dict[str, str]:
    article = article_named(request.GET.get("meter", ""), at)
    verdict = verdict_on(article, request, at) if article is not None else None
    if article is None or verdict is None or verdict.reason != Reason.METERED:
        return {}
    with translation.override(article.language):
        context = {"left": verdict.left, "allowance": verdict.allowance}
        return {"meter": render_to_string("partials/meter_left.html", context).strip()}


def _of_the_wall(request: HttpRequest, at: datetime) -> dict[str, str]:
    article = article_named(request.GET.get("wall", ""), at)
    return {"receipt": receipt_of(article, request, at)} if article is not None else {}


def _saved(user: User, asked: list[str]) -> set[str]:
    stories: dict[uuid.UUID, str] = {}
    for key in asked:
        kind, _colon, name = key.partition(":")
        if kind == "story":
            with suppress(ValueError):
                stories[uuid.UUID(name)] = key
    if not stories:
        return set()
    kept = SavedArticle.objects.filter(user=user, article__public_id__in=stories)
    return {stories[public_id] for public_id in kept.values_list("article__public_id", flat=True)}


def _followed(user: User, asked: list[str]) -> set[str]:
    subjects = {key for key in asked if not key.startswith("story:")}
    return subjects & following.keys_of(user) if subjects else set()
