"""What a member gives away of what they read, and what a newsletter's reader may open without being counted."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class GiftLink(models.Model):
    """A link by which others read one closed item. The address carries ``public_id``, which cannot be guessed."""

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    giver = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("given by"), on_delete=models.CASCADE, related_name="gift_links"
    )
    item = models.UUIDField(_("what is given"), help_text=_("Its public id."))
    month = models.DateField(_("month"), help_text=_("Of whose gifts it is one; its first day."))
    made_at = models.DateTimeField(_("given"))
    ends_at = models.DateTimeField(_("until"))
    revoked_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    openings = models.PositiveIntegerField(_("opened"), default=0)

    class Meta:
        verbose_name = _("gift link")
        verbose_name_plural = _("gift links")
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["giver", "item"], condition=Q(revoked_at__isnull=True), name="gift_link_once_per_item"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="gift_link_month_is_its_first_day"),
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("made_at")), name="gift_link_ends_after_it_begins"),
        ]
        indexes = [models.Index(fields=["giver", "month"], name="gift_link_by_month")]

    def __str__(self) -> str:
        return f"{self.giver} · {self.made_at:%Y-%m-%d}"


class RevokedPass(models.Model):
    """Passes that open nothing any more: all those of one holder that were issued until then, or those to one item."""

    holder = models.UUIDField(_("holder"), help_text=_("Public id of whoever the links were written to."))
    item = models.UUIDField(_("what they open"), null=True, blank=True, help_text=_("Empty: everything."))
    revoked_at = models.DateTimeField(_("revoked"))
    reason = models.CharField(_("reason"), max_length=255, blank=True)

    class Meta:
        verbose_name = _("revoked pass")
        verbose_name_plural = _("revoked passes")
        ordering = ["-revoked_at"]
        indexes = [models.Index(fields=["holder"], name="revoked_pass_by_holder")]

    def __str__(self) -> str:
        return f"{self.holder} · {self.revoked_at:%Y-%m-%d}"
