"""What editors put on a front page by hand; the rest of it fills itself."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article


class FrontSlot(models.Model):
    """A place at the top of one language's front page. Position 1 is the lead."""

    language = models.CharField(_("front"), max_length=8, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    position = models.PositiveSmallIntegerField(_("position"), validators=[MinValueValidator(1)])
    article = models.ForeignKey(
        Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="front_slots"
    )

    class Meta:
        verbose_name = _("front page place")
        verbose_name_plural = _("front page")
        ordering = ["language", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["language", "position"], name="front_place_taken_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.UniqueConstraint(fields=["language", "article"], name="front_article_once"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.article}"
