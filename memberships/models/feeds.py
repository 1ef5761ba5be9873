"""Feeds with whole texts, each at an address that only its reader knows."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class FeedToken(models.Model):
    """One address for one feed reader. What the address holds is known to its owner alone; here stands its hash."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="feed_tokens"
    )
    name = models.CharField(
        _("feed reader"), max_length=80, help_text=_("Which feed reader, so that you know it again.")
    )
    sha256 = models.CharField(_("fingerprint"), max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("made"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("feed address")
        verbose_name_plural = _("feed addresses")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="feed_token_keeps_a_hash_only"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=F("created_at")),
                name="feed_token_revoked_after_it_was_made",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """Whether the address still answers: not revoked, and its owner's account is active."""
        return self.revoked_at is None and self.user.is_active
