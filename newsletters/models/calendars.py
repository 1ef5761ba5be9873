"""Days on which lists do not go out, kept once for all that share them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class HolidayCalendar(models.Model):
    """The holidays of a country or of the house, under a name."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    days = ArrayField(models.DateField(), verbose_name=_("days without an edition"), default=list, blank=True)

    class Meta:
        verbose_name = _("holiday calendar")
        verbose_name_plural = _("holiday calendars")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
