"""Old addresses lead to where the article lives now."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase

from articles.models import Article, Redirect
from memberships import clock


class RedirectMiddleware:
    """Asks the redirects only after nothing else answered, so that they cost the living pages nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        if response.status_code != 404 or request.method not in {"GET", "HEAD"}:
            return response
        return redirect_for(request.get_full_path()) or response


def redirect_for(path: str) -> HttpResponsePermanentRedirect | None:
    """The answer for an old address, tried with its query (``/?p=12``) and without; ``None`` where there is none."""
    candidates = {path, path.split("?")[0]}
    known = (
        Redirect.objects.filter(path__in=candidates, article__in=Article.objects.known(clock.now()))
        .select_related("article")
        .first()
    )
    return HttpResponsePermanentRedirect(known.article.get_absolute_url()) if known else None
