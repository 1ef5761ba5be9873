"""What a page says when it cannot be had. The 500 page asks nothing of the database."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from newsroom.api.problems import problem


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", {"reason": str(exception)}, status=HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Programs that ask the API for what is not there get a problem document, people a page."""
    if request.path.startswith("/api/"):
        return problem(HTTPStatus.NOT_FOUND, "There is nothing at this address. See /api/docs/.", "not_found")
    reason = exception.args[0] if exception.args and isinstance(exception.args[0], str) else ""
    return render(request, "404.html", {"reason": reason}, status=HTTPStatus.NOT_FOUND)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or that another site sent."""
    return render(request, "403_csrf.html", status=HTTPStatus.FORBIDDEN)
