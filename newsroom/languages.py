"""Which language the interface speaks.

On public pages the address alone decides, so that one copy serves everybody: ``/ar/…``, ``?language=ar``, or the
language of the text, which the view activates. On the private pages under ``/account/`` and ``/admin/`` the person
decides: their setting, then their browser.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

_CODES = frozenset(code for code, _name in settings.LANGUAGES)
_PRIVATE = ("/account/", "/admin/")


class LanguageMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(language_of(request)):
            request.LANGUAGE_CODE = translation.get_language()
            response = self._get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
        return response


def language_of(request: HttpRequest) -> str:
    """The language code the address, the person or the browser asks for."""
    first = request.path_info.split("/", 2)[1]
    if first in _CODES:
        return first
    asked = request.GET.get("language", "")
    if asked in _CODES:
        return asked
    if request.path_info.startswith(_PRIVATE):
        return _personal_language(request)
    return settings.LANGUAGE_CODE


def front_address(code: str) -> str:
    """Where the front page of a language is."""
    return reverse("front") if code == settings.LANGUAGE_CODE else reverse("front_language", args=[code])


def _personal_language(request: HttpRequest) -> str:
    if request.user.is_authenticated:
        return request.user.language
    return translation.get_language_from_request(request)
