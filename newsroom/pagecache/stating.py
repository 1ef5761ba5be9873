"""Django says for whom it made a page that may be kept: from the very facts the page was made with.

What the layer in front believes about a reader may be up to a minute old; a copy is filed under what was true.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from articles.surrogates import DESCRIPTION
from memberships import clock
from memberships.readers import reader_of
from newsroom.pagecache.asking import tier_of

STATED_TIER = "X-Page-Tier"
# In the environ of requests that come through the page cache; without it nobody would listen.
IS_CACHED = "newsroom.pagecache"


class StateTheTier:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if IS_CACHED in request.META and DESCRIPTION in response:
            at = clock.now()
            response[STATED_TIER] = tier_of(request.user, reader_of(request, at), at).code
        return response
