"""Serving pictures where neither nginx nor an object store does. The names never come to mean another file."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils._os import safe_join
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from articles.media.ranges import UnsatisfiableRange, parse_range, read_range

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
    """A file under ``MEDIA_ROOT``, whole or in part, with what caches need; nothing outside it."""
    file = _find(path)
    stat = file.stat()
    etag = quote_etag(f"{stat.st_mtime_ns:x}-{stat.st_size:x}")
    unchanged = get_conditional_response(request, etag=etag, last_modified=int(stat.st_mtime))
    response = unchanged or _answer(request, file, stat.st_size, etag)
    response["ETag"] = etag
    response["Last-Modified"] = http_date(stat.st_mtime)
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = FOR_EVER
    return response


def _find(path: str) -> Path:
    try:
        file = Path(safe_join(settings.MEDIA_ROOT, path))
    except (SuspiciousFileOperation, ValueError) as error:
        raise Http404 from error
    root = Path(settings.MEDIA_ROOT).resolve()
    if file.suffix.lower() not in TYPES or not file.is_file() or not file.resolve().is_relative_to(root):
        raise Http404
    return file


def _answer(request: HttpRequest, file: Path, size: int, etag: str) -> HttpResponseBase:
    kind = TYPES[file.suffix.lower()]
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
