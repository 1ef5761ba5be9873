"""What is personal on a page that is the same for everybody: asked for by one small request, kept by nobody."""

from __future__ import annotations

import uuid
from contextlib import suppress

from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from articles import following
from articles.models import SavedArticle
from memberships import clock
from memberships.models import User
from memberships.readers import reader_of

MOST_ASKED = 50


@require_safe
@cache_control(private=True, no_store=True)
def here(request: HttpRequest) -> JsonResponse:
    """Who is reading, and which of the ``key``s asked about are on: a ``story:<public id>`` saved, a ``topic:<slug>``,
    ``author:<slug>`` … followed.

    A stranger costs no query. The token is that of every form the page may send.
    """
    user = request.user
    if not isinstance(user, User):
        return JsonResponse({"is_known": False})
    at = clock.now()
    asked = request.GET.getlist("key")[:MOST_ASKED]
    return JsonResponse(
        {
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
