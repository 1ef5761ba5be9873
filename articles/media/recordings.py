"""Recordings: the one way into their library, and what a page needs to play one."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import IO

from django.core.files.base import ContentFile, File
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from articles.media import captions as webvtt
from articles.media.containers import RecordingError, read
from articles.models import Article, Recording
from memberships.models import User

# An hour of talk as MP3 is 60 MB, a quarter of an hour of film some 250.
MOST_MEGABYTES = 500
_CHUNK = 1024 * 1024


@dataclass(frozen=True)
class RecordingView:
    """A recording as ``partials/recording.html`` shows it. Where it is not open there is no address to play."""

    is_video: bool
    is_open: bool
    title: str
    credit: str
    minutes: int
    width: int
    height: int
    language: str
    media_type: str = ""
    src: str = ""
    captions: str = ""

    @property
    def is_upright(self) -> bool:
        return self.height > self.width

    @property
    def is_wide(self) -> bool:
        """Whether it fills the place of a lead picture but for a sliver, so that its poster may fill it too."""
        return self.height > 0 and abs(self.width / self.height - 16 / 9) < 0.1


def add_recording(
    file: IO[bytes],
    title: str,
    credit: str,
    by: User | None,
    at: datetime,
    *,
    seconds: int | None = None,
    captions: IO[bytes] | None = None,
) -> Recording:
    """Take a file in. The same file a second time answers the recording that is there, as it is.

    ``seconds`` is how long somebody says it is; without it the file is asked.

    Raises:
        RecordingError: it is no recording browsers play, too large, damaged, or its captions are none; nothing is kept.
    """
    size = file.seek(0, 2)
    if size > MOST_MEGABYTES * 1024 * 1024:
        raise RecordingError(
            _("This file is larger than %(most)d MB. Export it with a lower bit rate.") % {"most": MOST_MEGABYTES}
        )
    facts = read(file)
    lasts = seconds or round(facts.seconds or 0)
    if not lasts:
        raise RecordingError(_("The file does not say how long it is. Write its length in seconds."))
    fingerprint = _fingerprint(file)
    if known := Recording.objects.filter(sha256=fingerprint).first():
        return known
    recording = Recording(
        kind=Recording.Kind.VIDEO if facts.is_video else Recording.Kind.AUDIO,
        title=title[:200],
        credit=credit[:200],
        seconds=lasts,
        width=facts.width,
        height=facts.height,
        size=size,
        sha256=fingerprint,
        uploaded_by=by,
        uploaded_at=at,
    )
    text = checked_captions(recording, captions) if captions is not None else None
    stem = slugify(PurePath(getattr(file, "name", None) or "recording").stem)[:60] or "recording"
    return _kept_once(recording, f"{stem}-{fingerprint[:8]}.{facts.extension}", file, text)


def checked_captions(recording: Recording, file: IO[bytes]) -> ContentFile[bytes]:
    """Captions fit to be kept beside the recording.

    Raises:
        RecordingError: they are none, or there is nothing to read along with.
    """
    if recording.kind != Recording.Kind.VIDEO:
        raise RecordingError(_("Captions belong to a film. What is said in a recording of sound stands in the text."))
    text = webvtt.read(file)
    return ContentFile(text, name=f"captions-{hashlib.sha256(text).hexdigest()[:12]}.vtt")


def address(article: Article) -> str:
    """The path of the article's recording. It opens to whoever the article is open to."""
    extension = article.recording.extension if article.recording else ""
    return reverse("recording", args=[*_place(article), extension])


def recording_view(recording: Recording, article: Article, *, is_open: bool) -> RecordingView:
    """The recording of the article as its page shows it."""
    return RecordingView(
        is_video=recording.kind == Recording.Kind.VIDEO,
        is_open=is_open,
        title=recording.title,
        credit=recording.credit,
        minutes=recording.minutes,
        width=recording.width,
        height=recording.height,
        language=article.language,
        media_type=recording.media_type,
        src=address(article) if is_open else "",
        captions=reverse("recording_captions", args=_place(article)) if is_open and recording.captions else "",
    )


def _place(article: Article) -> list[str]:
    return [f"{article.year:04d}", f"{article.month:02d}", article.slug]


def _fingerprint(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _kept_once(recording: Recording, name: str, file: IO[bytes], captions: ContentFile[bytes] | None) -> Recording:
    """Save; of two people who add the same file at once both get the same recording."""
    recording.file.save(name, file if isinstance(file, File) else File(file), save=False)
    if captions is not None:
        recording.captions.save(str(captions.name), captions, save=False)
    try:
        with transaction.atomic():
            recording.save()
    except IntegrityError:
        for kept in (recording.file, recording.captions):
            if kept.name:
                kept.storage.delete(kept.name)
        return Recording.objects.get(sha256=recording.sha256)
    return recording
