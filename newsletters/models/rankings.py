"""How a member ranks the industries."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models import Industry


class Ranking(models.Model):
    """One industry at its place in one member's order; position 1 matters most."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("member"), on_delete=models.CASCADE, related_name="rankings"
    )
    industry = models.ForeignKey(
        Industry, verbose_name=_("industry"), on_delete=models.PROTECT, related_name="rankings"
    )
    position = models.PositiveSmallIntegerField(_("place"))

    class Meta:
        verbose_name = _("industry ranking")
        verbose_name_plural = _("industry rankings")
        ordering = ["user", "position"]
        constraints = [
            models.UniqueConstraint(fields=["user", "industry"], name="ranking_industry_once"),
            models.UniqueConstraint(
                fields=["user", "position"], name="ranking_place_once", deferrable=models.Deferrable.DEFERRED
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.industry}"
