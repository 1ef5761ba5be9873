"""Pictures and charts: what stands between the paragraphs."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from imagefield.fields import ImageField

from articles.querysets import PictureQuerySet


class Picture(models.Model):
    """A picture of the library. Alternative text and credit belong to it, a caption may be changed where it is used."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    file = ImageField(_("file"), upload_to="pictures/%Y/%m", auto_add_fields=True, blank=False)
    # The columns that ``auto_add_fields`` adds.
    file_width: int | None
    file_height: int | None
    file_ppoi: str
    alt = models.CharField(
        _("alternative text"),
        max_length=400,
        blank=True,
        help_text=_("What a reader who cannot see the picture must know."),
    )
    caption = models.CharField(_("caption"), max_length=600, blank=True)
    credit = models.CharField(_("credit"), max_length=200, blank=True)
    sha256 = models.CharField(_("fingerprint"), max_length=64, unique=True, editable=False)
    renditions_made_at = models.DateTimeField(
        _("smaller sizes made"), null=True, editable=False, help_text=_("Until then pages show the file itself.")
    )
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

    objects = PictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["-uploaded_at", "-id"]

    def __str__(self) -> str:
        return self.alt[:80] or self.caption[:80] or str(self.file)


class Chart(models.Model):
    """Numbers that a report draws: labels along one axis, one or more named rows of values of the same length."""

    class Kind(models.TextChoices):
        LINE = "line", _("lines")
        BAR = "bar", _("bars")
        STACKED = "stacked", _("stacked bars")

    slug = models.SlugField(_("short name"), max_length=120, unique=True)
    title = models.CharField(_("title"), max_length=200, help_text=_("The one idea it shows, as a sentence."))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.LINE)
    unit = models.CharField(_("unit"), max_length=120, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    labels = models.JSONField(_("labels"), default=list, help_text=_('For example ["2023", "2024", "2025"].'))
    rows = models.JSONField(
        _("rows"), default=list, help_text=_('For example [{"name": "Exports", "values": [1, 2, 3]}].')
    )

    class Meta:
        verbose_name = _("chart")
        verbose_name_plural = _("charts")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title
