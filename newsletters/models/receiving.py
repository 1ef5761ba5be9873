"""Where our mail goes, by the domain of its addresses: how much each takes, and whether it wants to be left alone."""

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class ReceivingDomain(models.Model):
    """A domain that is given no more than so many copies an hour, or that put off what it got and rests.

    ``hour_began_at`` and ``given`` count what it was given in the running hour; ``strikes`` how often in a row it put
    us off, each rest being twice as long as the one before.
    """

    domain = models.CharField(
        _("domain"),
        max_length=253,
        unique=True,
        validators=[
            RegexValidator(
                r"^[^A-Z\s@]+\.[^A-Z\s@]+$", _("Write the domain alone and in lower case, such as example.org.")
            )
        ],
    )
    # None at all would close a domain for ever, and keep every edition with a reader there from its end.
    most_an_hour = models.PositiveIntegerField(
        _("copies an hour at most"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: as many as it takes."),
    )
    hour_began_at = models.DateTimeField(_("hour began"), null=True, editable=False)
    given = models.PositiveIntegerField(_("given in this hour"), default=0, editable=False)
    strikes = models.PositiveSmallIntegerField(_("put off in a row"), default=0, editable=False)
    rests_until = models.DateTimeField(_("rests until"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("receiving domain")
        verbose_name_plural = _("receiving domains")
        ordering = ["domain"]
        constraints = [
            models.CheckConstraint(condition=Q(domain=Lower(F("domain"))), name="receiving_domain_is_lower_case"),
            models.CheckConstraint(condition=Q(most_an_hour__gte=1), name="receiving_domain_takes_something"),
        ]

    def __str__(self) -> str:
        return self.domain
