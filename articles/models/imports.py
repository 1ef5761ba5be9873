"""Where an imported article came from, so that a second import knows it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article


class ImportedPost(models.Model):
    """The tie between a post elsewhere and an article here.

    ``fingerprint`` is of the post as last imported; ``draft_number`` is the revision that import saved, so a draft
    with another number was edited here and is left alone.
    """

    source = models.CharField(_("source"), max_length=200, help_text=_("The site it came from."))
    source_id = models.CharField(_("id there"), max_length=255)
    article = models.OneToOneField(
        Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="imported_from"
    )
    fingerprint = models.CharField(_("fingerprint"), max_length=64)
    draft_number = models.PositiveIntegerField(_("revision imported"))
    imported_at = models.DateTimeField(_("imported"))

    class Meta:
        verbose_name = _("imported post")
        verbose_name_plural = _("imported posts")
        constraints = [models.UniqueConstraint(fields=["source", "source_id"], name="imported_post_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.source_id}"
