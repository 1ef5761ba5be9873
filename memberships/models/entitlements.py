"""The right to read. Billing state and the right to read are two things: these rows are the second."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from memberships.models.plans import Product
from memberships.models.teams import Network, Team
from memberships.querysets import EntitlementQuerySet


class Entitlement(models.Model):
    """A dated grant of one product to one holder from one named source; written only by ``memberships.entitlements``.

    Rows add up and are never rewritten: an early end is a ``revoked_at``, a longer right is a further row. So what
    somebody held at any past moment can still be read off.
    """

    class Source(models.TextChoices):
        SUBSCRIPTION = "subscription", _("subscription")
        GRACE = "grace", _("grace while a payment fails")
        SEAT = "seat", _("seat in a team")
        GIFT = "gift", _("gift")
        COMP = "comp", _("given by staff")
        IP_RANGE = "ip_range", _("network")
        STAFF = "staff", _("works here")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="entitlements",
    )
    team = models.ForeignKey(
        Team, verbose_name=_("team"), null=True, blank=True, on_delete=models.PROTECT, related_name="entitlements"
    )
    network = models.ForeignKey(
        Network, verbose_name=_("network"), null=True, blank=True, on_delete=models.PROTECT, related_name="entitlements"
    )
    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="entitlements"
    )
    source = models.CharField(_("source"), max_length=16, choices=Source.choices)
    source_ref = models.CharField(
        _("source reference"), max_length=255, help_text=_("Which subscription, seat or grant.")
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True, help_text=_("Empty: until it is revoked."))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=255, blank=True)
    created_at = models.DateTimeField(_("written"))

    objects = EntitlementQuerySet.as_manager()

    class Meta:
        verbose_name = _("entitlement")
        verbose_name_plural = _("entitlements")
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(user__isnull=False, team__isnull=True, network__isnull=True)
                    | Q(user__isnull=True, team__isnull=False, network__isnull=True)
                    | Q(user__isnull=True, team__isnull=True, network__isnull=False)
                ),
                name="entitlement_has_one_holder",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="entitlement_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                fields=["source", "source_ref", "product", "starts_at"], name="entitlement_source_writes_once"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "product"], name="entitlement_by_user"),
            models.Index(fields=["team", "product"], name="entitlement_by_team"),
            models.Index(fields=["network"], name="entitlement_by_network"),
        ]

    def __str__(self) -> str:
        return f"{self.product} · {self.get_source_display()}"
