"""What the numbers of the business are made of: sums of days, and the movements of what recurs."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from memberships.models.billing import Subscription
from memberships.models.plans import Plan


class RevenueDay(models.Model):
    """One day, in the zone of the site, of one currency, plan and country. Every sum is in minor units.

    What was invoiced counts on the day of the invoice, what was paid on the day it was paid and what was given back on
    the day it was asked for. A dispute that is lost gives back on the day it was closed; one that is won gives nothing
    back. A gift is paid and given back like an invoice, but nothing is invoiced for it. Kept by
    :mod:`memberships.metrics.revenue` with the rows that it sums.
    """

    day = models.DateField(_("day"))
    currency = models.CharField(_("currency"), max_length=3)
    plan = models.ForeignKey(Plan, verbose_name=_("plan"), null=True, on_delete=models.PROTECT, related_name="+")
    country = models.CharField(_("billed in"), max_length=2, blank=True)
    invoiced = models.BigIntegerField(_("invoiced"), default=0, help_text=_("After discounts, with tax."))
    tax = models.BigIntegerField(_("tax"), default=0)
    discount = models.BigIntegerField(_("discount"), default=0)
    paid = models.BigIntegerField(_("paid"), default=0)
    refunded = models.BigIntegerField(_("given back"), default=0)

    class Meta:
        verbose_name = _("revenue of a day")
        verbose_name_plural = _("revenue by day")
        ordering = ["-day", "currency"]
        permissions = [("see_numbers", _("Can see the numbers"))]
        constraints = [
            models.UniqueConstraint(
                fields=["day", "currency", "plan", "country"], nulls_distinct=False, name="revenue_once_for_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} · {self.currency}"


class MrrMovement(models.Model):
    """What recurs for one subscription became another sum. Rows are only added; the last says what is counted now.

    The sums are those of a year, in minor units, so that no movement is rounded: a month is a twelfth of their total.
    """

    class Kind(models.TextChoices):
        NEW = "new", pgettext_lazy("recurring revenue", "new")
        EXPANSION = "expansion", pgettext_lazy("recurring revenue", "more")
        CONTRACTION = "contraction", pgettext_lazy("recurring revenue", "less")
        REACTIVATION = "reactivation", pgettext_lazy("recurring revenue", "came back")
        CHURN_VOLUNTARY = "churn_voluntary", pgettext_lazy("recurring revenue", "left")
        CHURN_FAILED = "churn_failed", pgettext_lazy("recurring revenue", "payment failed")

    subscription = models.ForeignKey(
        Subscription, verbose_name=_("subscription"), on_delete=models.PROTECT, related_name="movements"
    )
    number = models.PositiveIntegerField(_("number"), help_text=_("Which movement of the subscription it is, from 1."))
    at = models.DateTimeField(_("moment"))
    began_at = models.DateTimeField(_("began"), help_text=_("The moment of the subscription's first movement."))
    kind = models.CharField(_("what"), max_length=20, choices=Kind.choices)
    before = models.PositiveBigIntegerField(_("a year before"))
    after = models.PositiveBigIntegerField(_("a year after"))
    currency = models.CharField(_("currency"), max_length=3)

    class Meta:
        verbose_name = _("movement of recurring revenue")
        verbose_name_plural = _("movements of recurring revenue")
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "number"], name="movement_once_in_a_row"),
            models.CheckConstraint(
                condition=(Q(kind__in=["new", "reactivation"], before=0, after__gt=0))
                | Q(kind="expansion", after__gt=F("before"))
                | Q(kind="contraction", after__lt=F("before"))
                | Q(kind__in=["churn_voluntary", "churn_failed"], before__gt=0, after=0),
                name="movement_is_of_its_kind",
            ),
        ]
        indexes = [
            models.Index(
                fields=["currency", "at"], include=["kind", "before", "after", "began_at"], name="movement_by_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subscription}"
