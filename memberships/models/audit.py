"""What staff and the system did, kept for ever: the database refuses to change or delete a row."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One act. Its subject is named by kind and opaque id, so the row outlives what it speaks of."""

    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    actor_label = models.CharField(
        _("by"), max_length=254, help_text=_("Who it was, as known then; “system” for the clock.")
    )
    verb = models.CharField(_("act"), max_length=64)
    subject_kind = models.CharField(_("what"), max_length=64)
    subject_id = models.CharField(_("which"), max_length=64)
    subject_label = models.CharField(_("named"), max_length=255, blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "-at"], name="audit_by_subject"),
            models.Index(fields=["-at"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_label}: {self.verb} {self.subject_label or self.subject_id}"
