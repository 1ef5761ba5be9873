"""Serving pictures where neither nginx nor an object store does. The names never come to mean another file."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils._os import safe_join
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from articles.media import share_pictures
from articles.media.ranges import UnsatisfiableRange, parse_range, read_range
from articles.models import Article
from articles.models.recordings import PRIVATE
from articles.querysets import HEAVY_COLUMNS
from memberships import clock

# What the library writes. Anything else in the directory is not for the public.
TYPES = {
    ".avif": "image/avif",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
}
# Names carry a hash, and a file is never written over.
FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A file under ``MEDIA_ROOT``; nothing outside it."""
    return served(request, _find(path))


@require_safe
def share_picture(request: HttpRequest, public_id: str, mark: str, shape: str) -> HttpResponseBase:
    """A picture of an article for those who share it, drawn now if nobody asked before.

    A name that says what the article no longer shows keeps its file; where there is none it leads to the current one.
    """
    shared = Article.objects.published(clock.now()).select_related("format", "lead_picture").defer(*HEAVY_COLUMNS)
    article = get_object_or_404(shared, public_id=public_id)
    old = share_pictures.file_of(public_id, mark, shape)
    if mark != share_pictures.fingerprint(article) and not old.is_file():
        return redirect(share_pictures.address(article, shape))
    return served(request, old if old.is_file() else share_pictures.ready(article, shape))


def served(
    request: HttpRequest, file: Path, media_type: str | None = None, cache_control: str = FOR_EVER
) -> HttpResponseBase:
    """A file whole or in part, with what caches need: for ever, unless it is said that others may take its place."""
    stat = file.stat()
    etag = quote_etag(f"{stat.st_mtime_ns:x}-{stat.st_size:x}")
    unchanged = get_conditional_response(request, etag=etag, last_modified=int(stat.st_mtime))
    response = unchanged or _answer(request, file, stat.st_size, etag, media_type or TYPES[file.suffix.lower()])
    response["ETag"] = etag
    response["Last-Modified"] = http_date(stat.st_mtime)
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = cache_control
    return response


def _find(path: str) -> Path:
    try:
        file = Path(safe_join(settings.MEDIA_ROOT, path))
        root, real = Path(settings.MEDIA_ROOT).resolve(), file.resolve()
    except (SuspiciousFileOperation, ValueError) as error:
        raise Http404 from error
    if file.suffix.lower() not in TYPES or not file.is_file() or not real.is_relative_to(root):
        raise Http404
    if real.is_relative_to(root / PRIVATE):
        raise Http404
    return file


def _answer(request: HttpRequest, file: Path, size: int, etag: str, kind: str) -> HttpResponseBase:
    if "Range" not in request.headers or request.headers.get("If-Range", etag) != etag:
        return FileResponse(_open(file), content_type=kind)
    try:
        wanted = parse_range(request.headers["Range"], size)
    except UnsatisfiableRange:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    if wanted is None:
        return FileResponse(_open(file), content_type=kind)
    response = StreamingHttpResponse(read_range(_open(file), wanted), status=206, content_type=kind)
    response["Content-Range"] = f"bytes {wanted.first}-{wanted.last}/{size}"
    response["Content-Length"] = str(wanted.length)
    return response


def _open(file: Path) -> BinaryIO:
    return file.open("rb")
