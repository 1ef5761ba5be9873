"""What search engines ask for."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from articles import crawlers, sitemaps
from articles.surrogates import LISTS, keep
from memberships import clock

_XML = "application/xml; charset=utf-8"
_for_a_while = cache_control(public=True, max_age=300)


@require_safe
@_for_a_while
@conditional_page
def sitemap(request: HttpRequest) -> HttpResponse:
    return _kept(sitemaps.index(clock.now()))


@require_safe
@_for_a_while
@conditional_page
def sitemap_lists(request: HttpRequest) -> HttpResponse:
    return _kept(sitemaps.lists())


@require_safe
@_for_a_while
@conditional_page
def sitemap_month(request: HttpRequest, year: str, month: str, part: str = "1") -> HttpResponse:
    return _kept(sitemaps.month(int(year), int(month), clock.now(), int(part)))


@require_safe
@_for_a_while
@conditional_page
def news_sitemap(request: HttpRequest) -> HttpResponse:
    return _kept(sitemaps.news(clock.now()))


@require_safe
def indexnow_key(request: HttpRequest, key: str) -> HttpResponse:
    """Proves to IndexNow that whoever tells of changes is this site."""
    if not settings.INDEXNOW_KEY or key != settings.INDEXNOW_KEY:
        raise Http404
    return HttpResponse(settings.INDEXNOW_KEY, content_type="text/plain; charset=utf-8")


@require_safe
@_for_a_while
@conditional_page
def robots(request: HttpRequest) -> HttpResponse:
    """RFC 9309: everything public may be read, by whom the house lets."""
    return _kept(crawlers.robots(crawlers.policy()), "text/plain; charset=utf-8")


def _kept(text: str | bytes, content_type: str = _XML) -> HttpResponse:
    response = HttpResponse(text, content_type=content_type)
    keep(response, clock.now(), keys=[LISTS])
    return response
