"""Terms of reading that differ by where a reader comes from, as staff set them without a deploy."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from memberships.fields import CountriesField, DomainsField, LinesField
from memberships.models.plans import Plan
from memberships.models.terms import MOST_ALLOWED


class ReadingRule(models.Model):
    """On which terms somebody reads a closed text who arrives at it in this way. The first in force that fits decides.

    All conditions that are set have to hold; referrers, campaigns, countries and sections are texts with one a line.
    Sections are words to this app: the slug an item comes with, see :class:`memberships.access.Item`.
    """

    class Level(models.TextChoices):
        """What a closed text may count as; a rule opens nothing to those who hold a product, who read it anyway."""

        FREE = "free", _("everybody")
        REGISTERED = "registered", _("whoever signs in")
        METERED = "metered", _("everybody, so many a month")

    name = models.CharField(_("name"), max_length=120, help_text=_("For the desk: what it is for."))
    position = models.PositiveSmallIntegerField(
        _("order"), default=0, help_text=_("The lowest that fits decides; the others are not asked.")
    )
    is_in_force = models.BooleanField(_("in force"), default=True)
    starts_at = models.DateTimeField(_("from"), null=True, blank=True, help_text=_("Empty: at once."))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True, help_text=_("Empty: for good."))

    referrers = DomainsField(
        _("coming from these sites"),
        blank=True,
        help_text=_(
            "One domain a line, such as google.com, which stands for news.google.com as well, but not for google.de."
        ),
    )
    campaigns = LinesField(
        _("by a link of these campaigns"),
        blank=True,
        help_text=_("One a line: what stands after utm_campaign= in the link. Small and capital letters are the same."),
    )
    countries = CountriesField(
        _("reading in these countries"),
        blank=True,
        help_text=_("One ISO 3166 code of two letters a line, such as DE. It is where the reader is, not the story."),
    )
    sections = LinesField(_("texts of these sections"), blank=True)

    counts_as = models.CharField(
        _("a closed text may be read by"),
        max_length=16,
        choices=Level.choices,
        blank=True,
        help_text=_("Empty: whoever could read it anyway. Here even what is sold alone is opened, if you say so."),
    )
    allowance = models.PositiveSmallIntegerField(
        _("free readings a month"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MOST_ALLOWED)],
        help_text=_(
            "Without an account. Empty: as many as the terms of reading say. What was read elsewhere counts with it."
        ),
    )
    registered_allowance = models.PositiveSmallIntegerField(
        _("with an account"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MOST_ALLOWED)],
        help_text=_("Empty: as many as the terms of reading say."),
    )
    plan = models.ForeignKey(
        Plan,
        verbose_name=_("plan offered at the wall"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: the first one. One that does not open the text is not offered there."),
    )

    class Meta:
        verbose_name = _("reading rule")
        verbose_name_plural = _("reading rules")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(referrers="", campaigns="", countries="", sections=""),
                name="reading_rule_has_a_condition",
                violation_error_message=_("Say for whom it is: without a condition it would be the terms of reading."),
            ),
            models.CheckConstraint(
                condition=~Q(counts_as="", allowance=None, registered_allowance=None, plan=None),
                name="reading_rule_has_an_outcome",
                violation_error_message=_("Say what it changes: who may read, how much, or what is offered."),
            ),
            models.CheckConstraint(
                condition=Q(counts_as__in=["", "free", "registered", "metered"]), name="reading_rule_level_is_known"
            ),
            models.CheckConstraint(
                condition=(Q(allowance=None) | Q(allowance__lte=MOST_ALLOWED))
                & (Q(registered_allowance=None) | Q(registered_allowance__lte=MOST_ALLOWED)),
                name="reading_rule_allowance_fits_a_cookie",
            ),
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(ends_at=None) | Q(starts_at__lt=F("ends_at")),
                name="reading_rule_ends_after_it_starts",
                violation_error_message=_("It would be over before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return self.name
