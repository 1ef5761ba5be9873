"""Places in editions that are sold."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _

from articles.models import Picture
from newsletters.models.newsletters import Newsletter
from newsletters.querysets import SponsorshipQuerySet


def _from_to(function: str, first: str, last: str) -> Func:
    return Func(F(first), F(last), Value("[]"), function=function)


class Sponsorship(models.Model):
    """A sponsor's place in a list's editions, from one day to another. Nobody sees it before it was reviewed.

    On one day one place is one sponsor's.
    """

    newsletter = models.ForeignKey(
        Newsletter, verbose_name=_("newsletter"), on_delete=models.PROTECT, related_name="sponsorships"
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), help_text=_("The last day on which it stands."))
    position = models.PositiveSmallIntegerField(
        _("behind story"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("1: below the first story. In a shorter edition it stands below the last."),
    )
    sponsor = models.CharField(_("sponsor"), max_length=120)
    words = models.TextField(_("words"), max_length=300)
    url = models.URLField(_("leads to"), max_length=500)
    picture = models.ForeignKey(
        Picture, verbose_name=_("picture"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reviewed by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, editable=False)

    objects = SponsorshipQuerySet.as_manager()

    class Meta:
        verbose_name = _("sponsorship")
        verbose_name_plural = _("sponsorships")
        ordering = ["starts_on", "newsletter", "position"]
        permissions = [("review_sponsorship", "Can let a sponsorship appear")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="sponsorship_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(position__gte=1), name="sponsorship_behind_a_story"),
            # Ranges of one number, for which PostgreSQL has what an exclusion needs without an extension.
            ExclusionConstraint(
                name="sponsorship_one_in_a_place",
                expressions=[
                    (_from_to("int8range", "newsletter", "newsletter"), "&&"),
                    (_from_to("int4range", "position", "position"), "&&"),
                    (_from_to("daterange", "starts_on", "ends_on"), "&&"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sponsor} · {self.newsletter}"

    def clean(self) -> None:
        """Say in a sentence what the database would refuse."""
        if not all([self.newsletter_id, self.starts_on, self.ends_on]):
            return
        if self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("It ends before it starts.")})
        if not self.newsletter.takes_sponsors:
            raise ValidationError({"newsletter": _("This list takes no sponsors.")})
        others = Sponsorship.objects.between(self.starts_on, self.ends_on).exclude(pk=self.pk)
        taken = others.filter(newsletter=self.newsletter_id, position=self.position).first()
        if taken is not None:
            names = {"sponsor": taken.sponsor}
            raise ValidationError(_("This place belongs to %(sponsor)s on some of these days.") % names)
