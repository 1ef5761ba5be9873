"""Sums that pages read, so that none of them counts a million rows. Nobody can be found in them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from newsletters.models.editions import Edition
from newsletters.models.newsletters import Newsletter


class EditionCount(models.Model):
    """How many copies of an edition were opened, or had a link followed, by what. Each copy is in one verdict.

    ``link`` is the number of one, or nothing for any of them.
    """

    class Kind(models.TextChoices):
        OPEN = "open", _("opened")
        CLICK = "click", _("followed a link")

    class Verdict(models.TextChoices):
        """From the best: a copy that a machine and a person have opened was opened by a person."""

        HUMAN = "human", _("a person")
        UNKNOWN = "unknown", _("not known")
        MACHINE = "machine", _("a machine")

    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="counts", db_constraint=False
    )
    kind = models.CharField(_("what"), max_length=8, choices=Kind.choices)
    link = models.PositiveSmallIntegerField(_("link"), null=True)
    verdict = models.CharField(_("by"), max_length=8, choices=Verdict.choices)
    copies = models.PositiveIntegerField(_("copies"))

    class Meta:
        verbose_name = _("count of an edition")
        verbose_name_plural = _("counts of editions")
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "kind", "link", "verdict"], name="edition_count_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.kind} {self.verdict}: {self.copies}"


class ListDay(models.Model):
    """One day of a list: who came, who left and by what way, and how many it had at its end.

    ``size`` is not known of days before it was kept.
    """

    newsletter = models.ForeignKey(
        Newsletter, verbose_name=_("newsletter"), on_delete=models.CASCADE, related_name="days_counted"
    )
    day = models.DateField(_("day"))
    asked = models.PositiveIntegerField(_("asked"), default=0)
    confirmed = models.PositiveIntegerField(_("confirmed"), default=0)
    added = models.PositiveIntegerField(_("came in another way"), default=0)
    left_by_link = models.PositiveIntegerField(_("left by a letter's link"), default=0)
    left_by_choice = models.PositiveIntegerField(_("left where they choose"), default=0)
    stopped = models.PositiveIntegerField(_("stopped everything"), default=0)
    bounced = models.PositiveIntegerField(_("lost address"), default=0)
    complained = models.PositiveIntegerField(_("marked as spam"), default=0)
    suppressed = models.PositiveIntegerField(_("stopped by us"), default=0)
    sunset = models.PositiveIntegerField(_("ended after a silence"), default=0)
    size = models.PositiveIntegerField(_("readers at the end"), null=True)

    class Meta:
        verbose_name = _("day of a list")
        verbose_name_plural = _("days of lists")
        ordering = ["-day", "newsletter"]
        constraints = [
            models.UniqueConstraint(fields=["newsletter", "day"], name="list_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.newsletter_id} {self.day.isoformat()}"
