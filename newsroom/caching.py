"""What caches may keep, where a view has not said it itself."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control


class CacheControlMiddleware:
    """Pages made for somebody known are kept nowhere; anybody's pages are asked for anew each time (RFC 9111 §5.2.2).

    A view that knows better sets ``Cache-Control`` itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if "Cache-Control" not in response:
            if _is_for_anybody(request, response):
                patch_cache_control(response, no_cache=True)
            else:
                patch_cache_control(response, private=True, no_store=True)
        return response


def _is_for_anybody(request: HttpRequest, response: HttpResponse) -> bool:
    is_page = response.status_code < 400 or "Surrogate-Control" in response
    return request.method in {"GET", "HEAD"} and is_page and not request.user.is_authenticated
