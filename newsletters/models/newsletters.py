"""What one can sign up to, and its timetable."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from articles.models import Country, Format, Industry, Picture, Section, Topic
from articles.models.taxonomy import Access
from memberships.models import Product
from memberships.models.users import validate_time_zone
from newsletters.models.calendars import HolidayCalendar
from newsletters.querysets import NewsletterQuerySet

# Morning news is no news in the afternoon.
HOURS_LATE = 6
# Earlier than this the edition before would not be out yet.
MOST_MINUTES_AHEAD = 24 * 60
# Who was silent for less may have been on holiday.
FEWEST_SILENT_DAYS = 90


def validate_days(days: list[int]) -> None:
    """Refuse anything but distinct weekdays, Monday 0 to Sunday 6."""
    if any(day not in range(7) for day in days) or len(set(days)) != len(days):
        raise ValidationError(_("Days are numbers from 0 (Monday) to 6 (Sunday), each once."))


class Newsletter(models.Model):
    """A list: who it is from, when it goes out in its own time zone, and what its editions are made of.

    An edition takes what was published since the last one in any of the sections, countries, topics, formats or in the
    industry; with none of them named it takes everything.
    """

    class Kind(models.TextChoices):
        BRIEFING = "briefing", _("briefing: the same for everybody")
        REVIEW = "review", _("review: composed for each member's ranking of the industries")

    class Template(models.TextChoices):
        STORIES = "stories", _("each story with its opening")
        ESSAY = "essay", _("one story at length, the others by their headlines")
        HEADLINES = "headlines", _("headlines")

    slug = models.SlugField(_("address"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.BRIEFING)
    template = models.CharField(
        _("how it tells its stories"), max_length=16, choices=Template.choices, default=Template.STORIES
    )
    name = models.CharField(_("name"), max_length=120)
    tagline = models.CharField(_("tagline"), max_length=160, blank=True)
    description = models.TextField(_("description"), blank=True)
    sample = models.CharField(
        _("sample"), max_length=300, blank=True, help_text=_("A sentence or two as they could stand in it.")
    )
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    product = models.ForeignKey(
        Product,
        verbose_name=_("only for holders of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="newsletters",
        help_text=_("Empty: free for everybody."),
    )
    needs_account = models.BooleanField(
        _("only with an account"),
        default=False,
        help_text=_("For whoever signs in. What is for holders of a product needs an account anyway."),
    )
    has_sponsors = models.BooleanField(
        _("sponsors also for members"),
        default=False,
        help_text=_("Places are sold in lists for everybody; in one for members only if this is ticked."),
    )
    from_name = models.CharField(_("from"), max_length=120)
    reply_to = models.EmailField(_("replies go to"), blank=True)
    days = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("days"),
        default=list,
        blank=True,
        validators=[validate_days],
        help_text=_("0 is Monday, 6 is Sunday."),
    )
    send_at = models.TimeField(_("time of day"))
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC", validators=[validate_time_zone])
    days_off = ArrayField(models.DateField(), verbose_name=_("days without an edition"), default=list, blank=True)
    holidays = models.ForeignKey(
        HolidayCalendar,
        verbose_name=_("holiday calendar"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="newsletters",
        help_text=_("On its days nothing goes out. The next edition has their stories."),
    )
    compose_ahead = models.PositiveSmallIntegerField(
        _("composed ahead"),
        default=0,
        validators=[MaxValueValidator(MOST_MINUTES_AHEAD)],
        help_text=_(
            "Minutes before its moment from which an edition stands at the desk. Until it is approved, or its moment "
            "comes, it follows what is published. 0: it is composed at its moment."
        ),
    )
    wants_approval = models.BooleanField(_("waits for approval"), default=False)
    most_late = models.PositiveSmallIntegerField(
        _("not later than"),
        default=HOURS_LATE,
        help_text=_("Hours after its moment in which an edition may still go out by itself."),
    )
    most_items = models.PositiveSmallIntegerField(_("stories at most"), default=7)
    least_items = models.PositiveSmallIntegerField(
        _("stories at least"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("With fewer nothing goes out, and they are in the next edition."),
    )
    sections = models.ManyToManyField(Section, verbose_name=_("sections"), blank=True, related_name="+")
    countries = models.ManyToManyField(Country, verbose_name=_("countries"), blank=True, related_name="+")
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), blank=True, related_name="+")
    formats = models.ManyToManyField(Format, verbose_name=_("formats"), blank=True, related_name="+")
    industry = models.OneToOneField(
        Industry, verbose_name=_("industry"), null=True, blank=True, on_delete=models.PROTECT, related_name="newsletter"
    )
    picture = models.ForeignKey(
        Picture, verbose_name=_("picture"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    shows_pictures = models.BooleanField(
        _("with pictures"), default=True, help_text=_("That of the first story, and the newsletter’s own above it.")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_counted = models.BooleanField(
        _("openings and clicks are counted"),
        default=True,
        db_default=True,
        help_text=_("Where the site counts at all, and but for readers who do not want it."),
    )
    is_active = models.BooleanField(_("offered"), default=True)
    sunset_after = models.PositiveSmallIntegerField(
        _("asks the silent after"),
        null=True,
        blank=True,
        validators=[MinValueValidator(FEWEST_SILENT_DAYS)],
        help_text=_(
            "Days without a sign of life. Who does not answer within a month does not get it any more. Empty: never."
        ),
    )
    silence_since = models.DateTimeField(_("silence is counted from"), null=True, editable=False)

    objects = NewsletterQuerySet.as_manager()

    class Meta:
        verbose_name = _("newsletter")
        verbose_name_plural = _("newsletters")
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sunset_after__isnull=True) | Q(silence_since__isnull=False), name="newsletter_silence_began"
            ),
            models.CheckConstraint(
                condition=Q(needs_account=False) | Q(product__isnull=True), name="newsletter_has_one_access"
            ),
            models.CheckConstraint(
                condition=Q(kind="briefing") | Q(template="stories"),
                name="newsletter_review_tells_each_story",
                violation_error_message=_("A review tells each story with its opening."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("newsletter", args=[self.slug])

    def day_at(self, at: datetime) -> date:
        """Which day it is where the list is at home."""
        return at.astimezone(ZoneInfo(self.time_zone)).date()

    @property
    def access(self) -> Access:
        """Who may get it and read it, in the words that articles have for it."""
        if self.product_id is not None:
            return Access.PRODUCT
        return Access.REGISTERED if self.needs_account else Access.FREE

    @property
    def takes_sponsors(self) -> bool:
        """A review has other stories for everybody, so no place in it can be sold."""
        return self.kind == self.Kind.BRIEFING and (self.product_id is None or self.has_sponsors)
