"""What other sites said when they were asked for a page that a letter leads to."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ForeignLink(models.Model):
    """An address out of our site by its fingerprint, and how it stood when it was last asked for.

    ``excused_at`` is when an editor said that it leads somewhere all the same, as a page does that answers people only.
    """

    class Outcome(models.TextChoices):
        ALIVE = "alive", _("answers")
        DEAD = "dead", _("gone")
        UNREACHABLE = "unreachable", _("did not answer")

    fingerprint = models.CharField(_("fingerprint"), max_length=64, unique=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    asked_at = models.DateTimeField(_("asked"), db_index=True)
    excused_at = models.DateTimeField(_("excused"), null=True)

    class Meta:
        verbose_name = _("link to another site")
        verbose_name_plural = _("links to other sites")

    def __str__(self) -> str:
        return f"{self.fingerprint[:12]} {self.outcome}"
