"""Whether a running story has gone on: what its page asks once a minute."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from articles.models import Article
from articles.surrogates import keep, key_of
from memberships import clock


@require_safe
def last_change(request: HttpRequest, year: str, month: str, slug: str) -> JsonResponse:
    """When the story last changed. The same for everybody, whatever they may read of it."""
    at = clock.now()
    published = Article.objects.published(at).only("public_id", "first_published_at", "updated_at")
    found = get_object_or_404(published, year=int(year), month=int(month), slug=slug)
    changed = found.updated_at or found.first_published_at
    response = JsonResponse({"changed_at": changed.isoformat() if changed else ""})
    keep(response, at, keys=[key_of(found)])
    return response
