"""The terms of reading, and what was counted under them."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# An anonymous reader's meter is carried in a cookie, which has to stay small.
MOST_ALLOWED = 60


class Paywall(models.Model):
    """The terms of reading, the same for the whole site. There is one row at most; without it the defaults hold."""

    class Crawling(models.TextChoices):
        NOTHING = "nothing", _("openings only")
        METERED = "metered", _("metered texts whole")
        EVERYTHING = "everything", _("everything whole")

    allowance = models.PositiveSmallIntegerField(
        _("free readings a month"),
        default=10,
        validators=[MaxValueValidator(MOST_ALLOWED)],
        help_text=_("How many metered articles somebody without an account may read in a calendar month."),
    )
    registered_allowance = models.PositiveSmallIntegerField(
        _("with an account"),
        default=10,
        validators=[MaxValueValidator(MOST_ALLOWED)],
        help_text=_("How many somebody who is signed in may read; it is one allowance, not a second one."),
    )
    newcomers_a_day = models.PositiveSmallIntegerField(
        _("new meters a day and connection"),
        default=5,
        validators=[MinValueValidator(1)],
        help_text=_(
            "How often a day a meter is begun for the same browser at the same internet address. It keeps those who "
            "delete their cookies from reading without end; no address is stored for it."
        ),
    )
    opening_words = models.PositiveSmallIntegerField(
        _("words of an opening"),
        default=120,
        help_text=_("How much of a closed text stands open where its author set no break."),
    )

    gifts_a_month = models.PositiveSmallIntegerField(
        _("gifts a month"), default=10, help_text=_("How many articles a member may give away in a calendar month.")
    )
    gift_days = models.PositiveSmallIntegerField(
        _("a gift is good for days"), default=30, validators=[MinValueValidator(1)]
    )
    gift_openings = models.PositiveIntegerField(
        _("a gift opens so often"),
        default=200,
        help_text=_("So that a link in public does not open a text to everybody."),
    )
    pass_days = models.PositiveSmallIntegerField(
        _("a newsletter’s link is good for days"),
        default=14,
        help_text=_("So long its reader opens metered texts from it without being counted. 0: never."),
    )
    crawlers_read = models.CharField(
        _("search engines read"),
        max_length=16,
        choices=Crawling.choices,
        default=Crawling.METERED,
        help_text=_("Only crawlers whose address proves who they are; everybody else who claims it is a stranger."),
    )

    class Meta:
        verbose_name = _("terms of reading")
        verbose_name_plural = _("terms of reading")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="paywall_is_one"),
            models.CheckConstraint(
                condition=Q(allowance__lte=MOST_ALLOWED, registered_allowance__lte=MOST_ALLOWED),
                name="paywall_allowance_fits_a_cookie",
            ),
            models.CheckConstraint(condition=Q(newcomers_a_day__gte=1), name="paywall_lets_newcomers_in"),
            models.CheckConstraint(condition=Q(gift_days__gte=1), name="paywall_gift_is_good_for_a_day"),
        ]

    def __str__(self) -> str:
        return str(_("Terms of reading"))


class MeteredReading(models.Model):
    """One metered item that somebody with an account read in one calendar month; reading it again is free."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reader"),
        on_delete=models.CASCADE,
        related_name="metered_readings",
    )
    month = models.DateField(_("month"), help_text=_("Its first day, in the time zone of the publication."))
    item = models.UUIDField(_("what was read"), help_text=_("Its public id."))
    counted_at = models.DateTimeField(_("counted"))

    class Meta:
        verbose_name = _("metered reading")
        verbose_name_plural = _("metered readings")
        ordering = ["-counted_at"]
        constraints = [
            models.UniqueConstraint(fields=["user", "month", "item"], name="metered_reading_counts_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="metered_reading_month_is_its_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.month:%Y-%m}"
