"""What search engines ask for."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from articles import sitemaps
from articles.structured_data import absolute
from memberships import clock

_XML = "application/xml; charset=utf-8"
_for_a_while = cache_control(public=True, max_age=300)


@require_safe
@_for_a_while
@conditional_page
def sitemap(request: HttpRequest) -> HttpResponse:
    return HttpResponse(sitemaps.index(clock.now()), content_type=_XML)


@require_safe
@_for_a_while
@conditional_page
def sitemap_lists(request: HttpRequest) -> HttpResponse:
    return HttpResponse(sitemaps.lists(), content_type=_XML)


@require_safe
@_for_a_while
@conditional_page
def sitemap_month(request: HttpRequest, year: str, month: str) -> HttpResponse:
    return HttpResponse(sitemaps.month(int(year), int(month), clock.now()), content_type=_XML)


@require_safe
@_for_a_while
@conditional_page
def news_sitemap(request: HttpRequest) -> HttpResponse:
    return HttpResponse(sitemaps.news(clock.now()), content_type=_XML)


@require_safe
@_for_a_while
@conditional_page
def robots(request: HttpRequest) -> HttpResponse:
    """RFC 9309: everything public may be read; forms, accounts and search results are no pages to keep."""
    closed = ["/account/", "/admin/", "/api/", "/search/", "/newsletters/preferences/", "/newsletters/unsubscribe/"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), ""]
    lines += [f"Sitemap: {absolute(reverse(name))}" for name in ("sitemap", "news_sitemap")]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
