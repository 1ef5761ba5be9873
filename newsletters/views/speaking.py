"""Pages in the language of whoever they are for, which is not always that of the address."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation


def page_in(
    language: str, request: HttpRequest, template: str, context: dict[str, Any], status: int = HTTPStatus.OK
) -> HttpResponse:
    """The page, its interface in ``language`` and set in that language's direction."""
    with translation.override(language):
        is_rtl = translation.get_language_info(language)["bidi"]
        context = {"page_lang": language, "page_dir": "rtl" if is_rtl else "ltr", **context}
        response = render(request, template, context, status=status)
    response["Content-Language"] = language
    return response
