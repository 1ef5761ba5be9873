"""What stands in for the site where there is no network: the page, the worker that shows it, and the app's manifest.

The worker keeps that page and what it is drawn with, and nothing else: a story may be somebody's own, and a page of it
kept on a shared device would be read by the next person. Faces are not fetched for it: the reader's own are in the
browser's cache, and everybody else's would weigh more than the page they came for.
"""

from __future__ import annotations

import hashlib
import json
import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from newsroom.languages import front_address

TEMPLATE = "pages/offline.html"
_PARTS = re.compile(rf'"({re.escape(settings.STATIC_URL)}[^"#]+\.(?:css|js|svg))')
_for_an_hour = cache_control(public=True, max_age=3600)


@require_safe
@_for_an_hour
def page(request: HttpRequest) -> HttpResponse:
    """Says that there is no network. The same for everybody; it links to nothing that would need one."""
    return HttpResponse(_page_in(get_language() or settings.LANGUAGE_CODE))


@require_safe
@cache_control(no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker. Its name for what it keeps changes with the page, so that a new one replaces the old."""
    pages = {code: _page_in(code) for code, _name in settings.LANGUAGES}
    parts = sorted({part for text in pages.values() for part in _PARTS.findall(text)})
    kept = {"first": settings.LANGUAGE_CODE, "pages": {code: address_in(code) for code in pages}, "parts": parts}
    digest = hashlib.sha256("".join([*pages.values(), *parts]).encode()).hexdigest()[:12]
    context = {"kept": json.dumps(kept), "name": f"offline-{digest}"}
    return render(request, "pages/sw.js", context, content_type="text/javascript; charset=utf-8")


@require_safe
@_for_an_hour
def manifest(request: HttpRequest) -> HttpResponse:
    """The web app manifest (https://www.w3.org/TR/appmanifest/), in the language of the page that names it."""
    language = get_language() or settings.LANGUAGE_CODE
    start = front_address(language)
    icons = [
        {"src": static(f"img/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    answer = {
        "id": start,
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME,
        "description": settings.SITE_DESCRIPTION,
        "lang": language,
        "dir": "rtl" if translation.get_language_bidi() else "ltr",
        "start_url": start,
        "scope": "/",
        "display": "minimal-ui",
        "background_color": "#fbf9f4",
        "theme_color": "#fbf9f4",
        "icons": icons,
    }
    return JsonResponse(answer, content_type="application/manifest+json")


def address_in(code: str) -> str:
    """Where the offline page of a language is."""
    address = reverse("offline")
    return address if code == settings.LANGUAGE_CODE else f"{address}?language={code}"


def _page_in(code: str) -> str:
    """The page without a request, so that nothing of whoever asks can get into it."""
    with translation.override(code):
        publication = {"name": settings.SITE_NAME, "tagline": settings.SITE_TAGLINE}
        return render_to_string(TEMPLATE, {"publication": publication})
