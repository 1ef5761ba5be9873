"""Errors as ``application/problem+json`` (RFC 9457): a title, a status, a sentence and a code machines can test."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from newsroom.api.rendering import ProblemRenderer


class Closed(APIException):
    """The item exists and its text is for others; ``code`` is the verdict's reason."""

    status_code = HTTPStatus.FORBIDDEN
    default_code = "needs_subscription"


def answer_with_problem(error: Exception, context: dict[str, Any]) -> HttpResponse | None:
    """Turn what the framework would answer into a problem document; anything unknown stays a 500."""
    response = exception_handler(error, context)
    if response is None:
        return None
    document = _document(HTTPStatus(response.status_code), _sentence(error, response.data), _code(error))
    if isinstance(error, ValidationError):
        document["errors"] = response.data
    headers = {
        name: value for name, value in response.items() if name.lower() in {"retry-after", "allow", "www-authenticate"}
    }
    answer = Response(document, status=response.status_code, headers=headers)
    request = context["request"]
    request.accepted_renderer, request.accepted_media_type = ProblemRenderer(), ProblemRenderer.media_type
    return answer


def problem(status: HTTPStatus, detail: str, code: str) -> HttpResponse:
    """The same for what never reached the framework."""
    body = ProblemRenderer().render(_document(status, detail, code))
    return HttpResponse(body, status=status, content_type=ProblemRenderer.media_type)


def _document(status: HTTPStatus, detail: str, code: str) -> dict[str, Any]:
    return {"type": "about:blank", "title": status.phrase, "status": status, "detail": detail, "code": code}


def _sentence(error: Exception, data: Any) -> str:
    """What the framework says of it; a refused request is explained under ``errors``."""
    if isinstance(error, ValidationError):
        return "The request was not understood: see errors."
    return str(data["detail"])


def _code(error: Exception) -> str:
    codes = error.get_codes() if isinstance(error, APIException) else "not_found"
    return codes if isinstance(codes, str) else "invalid"
