"""Old addresses lead to where the article lives now."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase

from articles.models import Article
from memberships import clock


class RedirectMiddleware:
    """Asks the redirects only after nothing else answered, so that they cost the living pages nothing.

    The one exception is WordPress' short address ``/?p=12``, which would otherwise be the front page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"}:
            return self._get_response(request)
        if request.path == "/" and (number := request.GET.get("p", "")).isdecimal():
            return redirect_for(f"/?p={number}") or self._get_response(request)
        response = self._get_response(request)
        if response.status_code != 404:
            return response
        return redirect_for(request.get_full_path()) or response


def redirect_for(path: str) -> HttpResponsePermanentRedirect | None:
    """The answer for an old address, tried with its query and without, quoted and not; ``None`` where there is none."""
    without_query = path.partition("?")[0]
    candidates = {path, without_query, unquote(path), unquote(without_query)}
    found = Article.objects.known(clock.now()).filter(redirects__path__in=candidates)
    article = found.only("year", "month", "slug").first()
    return HttpResponsePermanentRedirect(article.get_absolute_url()) if article else None
