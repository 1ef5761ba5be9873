"""A new price for those who have an old one, and whom it was announced to."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from memberships.models.billing import Charge, Subscription
from memberships.models.happenings import Happening
from memberships.models.plans import Plan

# The least and the most days ahead that somebody is told; the least is what the law asks in most places.
LEAST_NOTICE, MOST_NOTICE = 30, 120


class PriceMove(models.Model):
    """Staff's decision that the subscriptions of one plan go on with another, each from a renewal of its own.

    It stands until it is withdrawn, so that those who rest or owe today are moved once they renew again.
    """

    from_plan = models.ForeignKey(Plan, verbose_name=_("old price"), on_delete=models.PROTECT, related_name="+")
    to_plan = models.ForeignKey(Plan, verbose_name=_("new price"), on_delete=models.PROTECT, related_name="+")
    begins_on = models.DateField(_("for renewals from"))
    notice_days = models.PositiveSmallIntegerField(
        _("days of notice"), default=LEAST_NOTICE, help_text=_("So long before their renewal everybody is told.")
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("price move")
        verbose_name_plural = _("price moves")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["from_plan"], condition=Q(withdrawn_at=None), name="price_move_one_stands_for_a_plan"
            ),
            models.CheckConstraint(condition=~Q(from_plan=F("to_plan")), name="price_move_is_to_another_plan"),
            models.CheckConstraint(
                condition=Q(notice_days__range=(LEAST_NOTICE, MOST_NOTICE)), name="price_move_is_told_in_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_plan} → {self.to_plan}"

    @property
    def begins_at(self) -> datetime:
        """The beginning of its day where the house is."""
        return datetime.combine(self.begins_on, time(), ZoneInfo(settings.TIME_ZONE))

    @property
    def notice(self) -> timedelta:
        return timedelta(days=self.notice_days)


class PriceNotice(models.Model):
    """That one subscription has a new price from one renewal on. It was announced when its ``happening`` was told.

    Where telling came too late the happening is let go and takes this along: a later renewal is announced then.
    """

    move = models.ForeignKey(PriceMove, verbose_name=_("price move"), on_delete=models.PROTECT, related_name="notices")
    subscription = models.ForeignKey(
        Subscription, verbose_name=_("subscription"), on_delete=models.CASCADE, related_name="price_notices"
    )
    happening = models.OneToOneField(
        Happening, verbose_name=_("told"), on_delete=models.CASCADE, related_name="price_notice"
    )
    renews_at = models.DateTimeField(_("from the renewal on"))
    amount_now = models.PositiveIntegerField(_("price before"), help_text=_("Of a period, in minor units."))
    amount_then = models.PositiveIntegerField(_("price after"), help_text=_("Of a period, in minor units."))
    currency = models.CharField(_("currency"), max_length=3)

    class Meta:
        verbose_name = _("announced price")
        verbose_name_plural = _("announced prices")
        ordering = ["renews_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "move", "renews_at"], name="price_notice_once_for_a_renewal"
            )
        ]
        indexes = [models.Index(fields=["renews_at"], name="price_notice_by_renewal")]

    def __str__(self) -> str:
        return f"{self.subscription} · {self.renews_at:%Y-%m-%d}"

    @property
    def now(self) -> Charge:
        return Charge(self.amount_now, self.currency)

    @property
    def then(self) -> Charge:
        return Charge(self.amount_then, self.currency)

    @property
    def to_be_told_by(self) -> datetime:
        """Whoever is told later has not the notice that the move promises."""
        return self.renews_at - self.move.notice
