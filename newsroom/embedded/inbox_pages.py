"""``/inbox/``: every message the demo has sent, to be read in the browser. On loopback only, and never in production.

What a message brings along runs nowhere: its HTML is shown in a frame of its own whose policy allows no script, no form
and no request but for pictures of the site.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from io import BytesIO
from ipaddress import ip_address
from pathlib import Path
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from newsroom.embedded import inbox

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

_SHOWN_AS = ("html", "text", "headers")
_HEAD = re.compile(r"<head(?:\s[^>]*)?>", re.IGNORECASE)
_DOCTYPE = re.compile(r"\s*<!doctype\b[^>]*>", re.IGNORECASE)


def loopback_only(view: View[P]) -> View[P]:
    """Answer 404 to every other machine: sign-in codes are among the messages."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            is_near = ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
        except ValueError:
            is_near = False
        if not is_near:
            raise Http404("The inbox is read on the machine that runs it.")
        return view(request, *args, **kwargs)

    return guarded


@require_safe
@loopback_only
def message_list(request: HttpRequest) -> HttpResponse:
    recipient = request.GET.get("to", "").strip()
    page = inbox.page(_folder(), _page_number(request), recipient=recipient)
    return render(request, "inbox/list.html", {"page": page, "recipient": recipient})


@require_safe
@loopback_only
def message_detail(request: HttpRequest, key: str) -> HttpResponse:
    message = _message(key)
    available = [kind for kind in _SHOWN_AS if kind == "headers" or getattr(message, kind) is not None]
    wanted = request.GET.get("as", "")
    shown = wanted if wanted in available else available[0]
    return render(request, "inbox/message.html", {"message": message, "available": available, "shown": shown})


@require_safe
@loopback_only
def message_html(request: HttpRequest, key: str) -> HttpResponse:
    """The HTML part as a document of its own, for the frame on the message's page."""
    html = _message(key).html
    if html is None:
        raise Http404("This message has no HTML part.")
    response = HttpResponse(links_opened_outside(html))
    response["Content-Security-Policy"] = (
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
        f"img-src 'self' data: {settings.SITE_URL}; frame-ancestors 'self'"
    )
    return response


@require_safe
@loopback_only
def message_source(request: HttpRequest, key: str) -> HttpResponse:
    try:
        return HttpResponse(inbox.raw(_folder(), key), content_type="text/plain; charset=utf-8")
    except inbox.MessageNotFound:
        raise Http404("There is no such message.") from None


@require_safe
@loopback_only
def attachment(request: HttpRequest, key: str, number: int) -> HttpResponseBase:
    for part in _message(key).attachments:
        if part.number == number:
            return FileResponse(BytesIO(part.content), as_attachment=True, filename=part.name)
    raise Http404("This message has no such attachment.")


@require_POST
@loopback_only
def delete_all(request: HttpRequest) -> HttpResponse:
    inbox.delete_all(_folder())
    return redirect("inbox:list")


def links_opened_outside(html: str) -> str:
    """The document with every link opening a page of its own, since the site refuses to be framed by a message."""
    head = _HEAD.search(html) or _DOCTYPE.match(html)
    place = head.end() if head else 0
    return f'{html[:place]}<base target="_blank">{html[place:]}'


def _folder() -> Path:
    if settings.INBOX_DIR is None:
        raise Http404("Mail goes to a real server here.")
    return Path(settings.INBOX_DIR)


def _message(key: str) -> inbox.Message:
    try:
        return inbox.read(_folder(), key)
    except inbox.MessageNotFound:
        raise Http404("There is no such message.") from None


def _page_number(request: HttpRequest) -> int:
    text = request.GET.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1
