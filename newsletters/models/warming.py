"""A domain that begins to send: how much a day, until receivers know it."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from newsletters.models.editions import Edition


class WarmUp(models.Model):
    """A plan of copies of editions a day. ``step`` counts from 0 the days of the plan that are behind it: only a day
    on which something was sent is one, and only if not too much of it was refused."""

    domain = models.CharField(_("domain"), max_length=253, unique=True, help_text=_("The one in our From."))
    plan = ArrayField(
        models.PositiveIntegerField(),
        verbose_name=_("copies a day"),
        help_text=_("Separated by commas, one number for each day. After the last there is no limit any more."),
    )
    most_refused = models.PositiveSmallIntegerField(
        _("refused at most, in percent"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("When more came to nothing, the next day is given no more than this one."),
    )
    step = models.PositiveSmallIntegerField(_("days done"), default=0, editable=False)
    day = models.DateField(_("day"), null=True, editable=False)
    given = models.PositiveIntegerField(_("given on this day"), default=0, editable=False)
    stopped_because = models.CharField(_("does not grow because"), max_length=300, blank=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    class Meta:
        verbose_name = _("warm-up")
        verbose_name_plural = _("warm-ups")
        ordering = ["domain"]
        constraints = [
            models.CheckConstraint(condition=Q(plan__len__gte=1), name="warm_up_has_a_plan"),
            models.CheckConstraint(
                condition=Q(most_refused__gte=1, most_refused__lte=100), name="warm_up_refused_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return self.domain


class WarmUpShare(models.Model):
    """How many of an edition's copies may go on a day: decided once for each day."""

    warm_up = models.ForeignKey(WarmUp, verbose_name=_("warm-up"), on_delete=models.CASCADE, related_name="shares")
    edition = models.ForeignKey(
        Edition, verbose_name=_("edition"), on_delete=models.CASCADE, related_name="warm_up_shares"
    )
    day = models.DateField(_("day"))
    copies = models.PositiveIntegerField(_("copies"))

    class Meta:
        verbose_name = _("share of a warm-up")
        verbose_name_plural = _("shares of warm-ups")
        constraints = [models.UniqueConstraint(fields=["warm_up", "edition", "day"], name="warm_up_share_once_a_day")]

    def __str__(self) -> str:
        return f"{self.edition_id} · {self.day}: {self.copies}"
