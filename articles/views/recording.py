"""A story's recording and its captions: handed out only to whom the story itself is open."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path

from django.db.models.fields.files import FieldFile
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles.media.views import served
from articles.models import Article
from articles.models.taxonomy import Access
from articles.querysets import HEAVY_COLUMNS
from articles.reading import item_of
from memberships import clock
from memberships.admission import look_within
from memberships.readers import reader_of

# Another recording may take the address, and the story may be taken back.
FOR_EVERYBODY = "public, max-age=300"
FOR_ONE = "private, no-store"


@require_safe
def recording(request: HttpRequest, year: str, month: str, slug: str, extension: str) -> HttpResponseBase:
    """The file, whole or in part. Asking for it counts nothing."""
    story = _story(year, month, slug)
    if story.recording is None or story.recording.extension != extension:
        raise Http404(_("This story has no such recording."))
    return _handed_out(request, story, story.recording.file, story.recording.media_type)


@require_safe
def captions(request: HttpRequest, year: str, month: str, slug: str) -> HttpResponseBase:
    """The captions: what is said in a film is as much of it as the pictures are."""
    story = _story(year, month, slug)
    if story.recording is None or not story.recording.captions:
        raise Http404(_("This story has no captions."))
    return _handed_out(request, story, story.recording.captions, "text/vtt; charset=utf-8")


def _story(year: str, month: str, slug: str) -> Article:
    known = Article.objects.known(clock.now()).select_related("recording", "product").defer(*HEAVY_COLUMNS)
    return get_object_or_404(known, year=int(year), month=int(month), slug=slug)


def _handed_out(request: HttpRequest, story: Article, file: FieldFile, media_type: str) -> HttpResponseBase:
    if story.state == Article.State.RETRACTED:
        return _said(_("This story was retracted. Its page says why."), HTTPStatus.GONE)
    is_free = story.access == Access.FREE
    if not is_free:
        at = clock.now()
        verdict = look_within(request, reader_of(request, at), item_of(story), at)
        if not verdict.is_granted:
            return _said(_("This recording opens with the rest of its story."), HTTPStatus.FORBIDDEN)
    try:
        return served(request, Path(file.path), media_type, FOR_EVERYBODY if is_free else FOR_ONE)
    except FileNotFoundError as error:
        raise Http404(_("This story has no such recording.")) from error


def _said(sentence: str, status: HTTPStatus) -> HttpResponse:
    return HttpResponse(
        f"{sentence}\n",
        status=status,
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": FOR_ONE},
    )
