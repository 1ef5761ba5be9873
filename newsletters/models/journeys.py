"""Journeys: letters that follow, one after the other, from something that happened to somebody.

Rows with due times and nothing else. A run says where one person stands on one journey and when it goes on.
"""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from memberships.models import Product
from newsletters.models.newsletters import Newsletter
from newsletters.models.recipients import Recipient, Stream
from newsletters.querysets import RunQuerySet, StepQuerySet


class Journey(models.Model):
    """What begins it, whom it is for, and when it is over before its last letter.

    ``seen_until`` is how far what happens was looked through for it: what was before it began begins no run.
    """

    class Occasion(models.TextChoices):
        CONFIRMED = "confirmed", _("somebody confirms a list")
        BECAME = "became", _("somebody becomes a member")
        ENDED = "ended", _("a membership ends")
        SILENT = "silent", _("nothing was heard of a reader for long")

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    occasion = models.CharField(_("begins when"), max_length=16, choices=Occasion.choices)
    newsletter = models.ForeignKey(
        Newsletter,
        verbose_name=_("list"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="journeys",
        help_text=_("Empty: whichever list somebody confirms first."),
    )
    product = models.ForeignKey(
        Product,
        verbose_name=_("product"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("What membership means here, for the occasion and for the letters."),
    )
    is_over_with_product = models.BooleanField(
        _("over with a membership"), default=False, help_text=_("Whoever holds the product gets no further letter.")
    )
    stream = models.CharField(
        _("kind of mail"),
        max_length=16,
        choices=[(stream.value, stream.label) for stream in (Stream.NEWSLETTERS, Stream.OFFERS)],
        default=Stream.NEWSLETTERS,
        help_text=_("Offers go to nobody who has stopped any of our mail."),
    )
    is_active = models.BooleanField(_("running"), default=False)
    seen_until = models.DateTimeField(_("looked through until"), null=True, editable=False)

    class Meta:
        verbose_name = _("journey")
        verbose_name_plural = _("journeys")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(stream="newsletters") | Q(stream="offers", occasion__in=["became", "ended"]),
                name="journey_of_offers_is_about_no_list",
                violation_error_message=_("Offers are for members and about no list."),
            ),
            models.CheckConstraint(
                condition=Q(occasion__in=["confirmed", "silent"]) | Q(product__isnull=False, newsletter__isnull=True),
                name="journey_of_members_has_a_product",
                violation_error_message=_("A journey of members names a product and no list."),
            ),
            models.CheckConstraint(
                condition=Q(is_over_with_product=False) | Q(product__isnull=False),
                name="journey_is_over_with_some_product",
                violation_error_message=_("Say with which product it is over."),
            ),
            models.CheckConstraint(
                condition=Q(is_active=False) | Q(seen_until__isnull=False), name="journey_running_began"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Step(models.Model):
    """One letter of a journey: how long after the one before, at what hour, to whom and what stands in it."""

    class Kind(models.TextChoices):
        EXPECT = "welcome_expect", _("what to expect, and the latest edition")
        ARCHIVE = "welcome_archive", _("the best of the archive, free to read")
        PRODUCT = "welcome_product", _("what the product is")
        WORDS = "journey_words", _("your own words alone")
        ASK = "still_wanted", _("whether the list is still wanted")
        END = "end", _("no letter: the list is ended for them")

    class Condition(models.TextChoices):
        EVERYBODY = "everybody", _("everybody")
        HOLDERS = "holders", _("only who holds the product")
        OTHERS = "others", _("only who does not hold the product")
        NOBODY = "nobody", _("nobody: it is left out")

    journey = models.ForeignKey(Journey, verbose_name=_("journey"), on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField(_("place"), default=1)
    wait_days = models.PositiveSmallIntegerField(_("days later"), default=0, validators=[MaxValueValidator(730)])
    wait_hours = models.PositiveSmallIntegerField(_("hours later"), default=0, validators=[MaxValueValidator(23)])
    at_time = models.TimeField(
        _("at the reader’s"), null=True, blank=True, help_text=_("The next such time of day where the reader is.")
    )
    kind = models.CharField(_("letter"), max_length=24, choices=Kind.choices, default=Kind.WORDS)
    condition = models.CharField(_("to"), max_length=12, choices=Condition.choices, default=Condition.EVERYBODY)
    stories = models.ManyToManyField(
        Article,
        verbose_name=_("stories"),
        blank=True,
        related_name="+",
        help_text=_("Empty: chosen by rule. What is not free to read is left out of a letter that says it is."),
    )

    objects = StepQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter of a journey")
        verbose_name_plural = _("letters of journeys")
        ordering = ["journey", "position", "pk"]

    def __str__(self) -> str:
        """Told in full, for the columns of the desk show no more than the beginning of each choice."""
        whom = "" if self.condition == self.Condition.EVERYBODY else f" · {self.get_condition_display()}"
        return f"{self.position} · {self.get_kind_display()}{whom}"


class StepWords(models.Model):
    """What editors say in a letter, in one language, in place of what it says by itself."""

    step = models.ForeignKey(Step, verbose_name=_("letter"), on_delete=models.CASCADE, related_name="words")
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)
    subject = models.CharField(_("subject"), max_length=200)
    text = models.TextField(_("words"), help_text=_("Plain text; an empty line starts a paragraph."))

    class Meta:
        verbose_name = _("words of a letter")
        verbose_name_plural = _("words of letters")
        ordering = ["step", "language"]
        constraints = [models.UniqueConstraint(fields=["step", "language"], name="step_words_once_per_language")]

    def __str__(self) -> str:
        return self.subject


class Run(models.Model):
    """One person on one journey. ``step`` is the letter that comes next, ``due_at`` when it is looked at."""

    class State(models.TextChoices):
        RUNNING = "running", _("under way")
        DONE = "done", _("got every letter")
        LEFT = "left", _("left")
        STOPPED = "stopped", _("stopped")

    class Why(models.TextChoices):
        LEFT = "left", _("They left.")
        SUPPRESSED = "suppressed", _("They must not be written to.")
        PAUSED = "paused", _("They paused the list.")
        NO_RIGHT = "no_right", _("They do not hold the product any more.")
        REACHED = "reached", _("They hold the product.")
        HEARD = "heard", _("They gave a sign of life.")
        CLOSED = "closed", _("The journey was stopped, or its list is not offered any more.")

    journey = models.ForeignKey(Journey, verbose_name=_("journey"), on_delete=models.PROTECT, related_name="runs")
    recipient = models.ForeignKey(Recipient, verbose_name=_("recipient"), on_delete=models.PROTECT, related_name="runs")
    newsletter = models.ForeignKey(
        Newsletter, verbose_name=_("list"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    occasion = models.CharField(
        _("occasion"), max_length=60, help_text=_("What it began with; it begins no second run of the journey.")
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.RUNNING)
    why = models.CharField(_("why it is over"), max_length=12, choices=Why.choices, blank=True)
    step = models.ForeignKey(Step, verbose_name=_("next letter"), null=True, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(_("due"), null=True)
    started_at = models.DateTimeField(_("began"))
    settled_at = models.DateTimeField(_("over since"), null=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("journey of somebody")
        verbose_name_plural = _("journeys of people")
        ordering = ["-started_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["journey", "recipient", "occasion"], name="run_once_per_occasion"),
            models.UniqueConstraint(
                fields=["journey", "recipient"], condition=Q(state="running"), name="run_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(state="running", step__isnull=False, due_at__isnull=False, settled_at__isnull=True)
                | (~Q(state="running") & Q(step__isnull=True, due_at__isnull=True, settled_at__isnull=False)),
                name="run_goes_on_or_is_over",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["running", "done"], why="") | (Q(state__in=["left", "stopped"]) & ~Q(why="")),
                name="run_that_ended_early_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="running"), name="run_due"),
            models.Index(fields=["journey", "state"], name="run_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.journey} · {self.recipient}"


class JourneyLetter(models.Model):
    """That a run's letter was written, and on which day where its reader is: nobody gets two of them on one day."""

    run = models.ForeignKey(Run, verbose_name=_("run"), on_delete=models.CASCADE, related_name="letters")
    step = models.ForeignKey(
        Step, verbose_name=_("letter"), null=True, on_delete=models.SET_NULL, related_name="letters"
    )
    recipient = models.ForeignKey(
        Recipient, verbose_name=_("recipient"), on_delete=models.PROTECT, related_name="journey_letters"
    )
    written_on = models.DateField(_("day"))

    class Meta:
        verbose_name = _("written letter of a journey")
        verbose_name_plural = _("written letters of journeys")
        constraints = [
            models.UniqueConstraint(fields=["run", "step"], name="journey_letter_once"),
            models.UniqueConstraint(fields=["recipient", "written_on"], name="journey_letter_one_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.run} · {self.written_on.isoformat()}"
