"""Recordings: the sound or the film that a story is."""

from __future__ import annotations

import uuid
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Below MEDIA_ROOT. Nothing in it has an address of its own: a recording may be paid for.
PRIVATE = "private"
# By the extension a file is kept under, which follows from what is in it.
TYPES = {
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "wav": "audio/wav",
    "mp4": "video/mp4",
    "webm": "video/webm",
}


class PrivateStorage(FileSystemStorage):
    """Files that only a view of ours hands out, after it was decided who asks."""

    @cached_property
    def base_location(self) -> Path:
        return Path(settings.MEDIA_ROOT) / PRIVATE

    def url(self, name: str | None) -> str:
        raise ValueError("A private file has no address of its own.")


class Recording(models.Model):
    """A file of sound or film with what is said about it. Its kind and its size are what the file itself says."""

    class Kind(models.TextChoices):
        AUDIO = "audio", _("audio")
        VIDEO = "video", _("video")

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField(_("file"), storage=PrivateStorage, upload_to="recordings/%Y/%m")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, editable=False)
    title = models.CharField(_("title"), max_length=200)
    credit = models.CharField(pgettext_lazy("of a recording", "credit"), max_length=200, blank=True)
    seconds = models.PositiveIntegerField(_("length in seconds"))
    width = models.PositiveIntegerField(_("width"), default=0, editable=False)
    height = models.PositiveIntegerField(_("height"), default=0, editable=False)
    captions = models.FileField(_("captions"), storage=PrivateStorage, upload_to="recordings/%Y/%m", blank=True)
    size = models.PositiveBigIntegerField(_("bytes"), editable=False)
    sha256 = models.CharField(_("fingerprint"), max_length=64, unique=True, editable=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )
    uploaded_at = models.DateTimeField(_("uploaded"), editable=False)

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        ordering = ["-uploaded_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(seconds__gt=0), name="recording_lasts"),
            models.CheckConstraint(
                condition=Q(kind="audio", width=0, height=0, captions="") | Q(kind="video", width__gt=0, height__gt=0),
                name="recording_video_has_a_size",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.get_kind_display()}, {self.minutes}′)"

    @property
    def minutes(self) -> int:
        """Whole minutes, one at the least."""
        return max(1, round(self.seconds / 60))

    @property
    def extension(self) -> str:
        return Path(self.file.name or "").suffix.removeprefix(".")

    @property
    def media_type(self) -> str:
        return TYPES[self.extension]
