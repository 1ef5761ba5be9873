"""The receipt of a wall: a short code that tells staff who met it, where, when and why."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from articles import standing
from memberships import clock


@require_safe
@cache_control(private=True, no_store=True)
def receipt(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """A receipt made at this moment, in the language of the story; none where the story is open to whoever asks."""
    at = clock.now()
    article = standing.article_named(str(public_id), at)
    if article is None:
        raise Http404(_("There is no such story."))
    with translation.override(article.language):
        context = {
            "article": article,
            "code": standing.receipt_of(article, request, at),
            "made_at": at,
            "page_lang": article.language,
            "page_dir": article.direction,
        }
        return render(request, "articles/receipt.html", context)
