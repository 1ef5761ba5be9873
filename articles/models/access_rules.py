"""Which texts are open to whom, as staff decide it without a deploy."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.taxonomy import Access, Country, Format, Section
from memberships.models import Product


class AccessRule(models.Model):
    """Who may read the texts it is about. The first one in force that fits decides, unless the text's own desk did.

    A rule that names no format leaves formats that are sold alone, so that “all of Politics is metered” gives no memo
    away.
    """

    name = models.CharField(_("name"), max_length=120, help_text=_("For the desk: what it is for."))
    position = models.PositiveSmallIntegerField(_("order"), default=0, help_text=_("The lowest that fits decides."))
    is_in_force = models.BooleanField(_("in force"), default=True)
    format = models.ForeignKey(
        Format, verbose_name=_("format"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    section = models.ForeignKey(
        Section, verbose_name=_("section"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    country = models.ForeignKey(
        Country, verbose_name=_("country"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, blank=True)
    access = models.CharField(_("may be read by"), max_length=16, choices=Access.choices)
    product = models.ForeignKey(
        Product, verbose_name=_("product"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("access rule")
        verbose_name_plural = _("access rules")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(access="product") | Q(product__isnull=False),
                name="access_rule_names_product",
                violation_error_message=_("Say which product opens it."),
            )
        ]

    def __str__(self) -> str:
        return self.name
