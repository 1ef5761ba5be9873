"""That stories were opened, kept for a month so that other terms of reading can be tried on it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article


class NotedReading(models.Model):
    """One story opened once in one browser: by somebody with an account, or by a pseudonym.

    The key begins with the moment, so it is also the index of time; :mod:`articles.reading_log.keys` makes it. It is
    drawn when the reading is noted, before it is written, so that writing it twice changes nothing.
    """

    id = models.UUIDField(_("key"), primary_key=True, editable=False)
    at = models.DateTimeField(_("read"))
    article = models.ForeignKey(Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        db_index=False,
    )
    visitor = models.CharField(
        _("visitor"), max_length=32, blank=True, help_text=_("A pseudonym; empty where somebody was signed in.")
    )
    referrer = models.CharField(_("came from"), max_length=100, blank=True, help_text=_("The host of another site."))
    campaign = models.CharField(_("campaign"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True, help_text=_("ISO 3166 code; empty: unknown."))

    class Meta:
        verbose_name = _("noted reading")
        verbose_name_plural = _("noted readings")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, visitor="") | (Q(user__isnull=True) & ~Q(visitor="")),
                name="noted_reading_is_an_accounts_or_a_pseudonyms",
            )
        ]
        indexes = [
            models.Index(fields=["user"], condition=Q(user__isnull=False), name="noted_reading_by_account"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} · {self.at:%Y-%m-%d %H:%M}"
