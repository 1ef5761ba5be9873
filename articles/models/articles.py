"""What readers see. The desk's working copy is a row of its own: see :mod:`articles.models.drafts`."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from articles.models.media import Picture
from articles.models.recordings import Recording
from articles.models.taxonomy import Access, Author, Country, Format, Industry, Section, Series, Topic
from articles.querysets import ArticleQuerySet
from memberships.models import Product


class Content(models.Model):
    """The columns a working copy and a published text have in common."""

    format = models.ForeignKey(
        Format, verbose_name=_("format"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    headline = models.CharField(_("headline"), max_length=200, blank=True)
    standfirst = models.TextField(
        _("standfirst"),
        max_length=600,
        blank=True,
        help_text=_("One or two sentences. Also the summary on cards and in search."),
    )
    dateline = models.CharField(_("dateline"), max_length=80, blank=True, help_text=_("The city it was written in."))
    section = models.ForeignKey(
        Section, verbose_name=_("section"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    country = models.ForeignKey(
        Country, verbose_name=_("country"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    series = models.ForeignKey(
        Series, verbose_name=_("series"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lead_picture = models.ForeignKey(
        Picture, verbose_name=_("lead picture"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lead_caption = models.CharField(
        _("caption here"), max_length=600, blank=True, help_text=_("Leave empty to use the picture's own caption.")
    )
    recording = models.ForeignKey(
        Recording,
        verbose_name=_("recording"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Plays on the page for whoever may read all of it."),
    )
    topics = models.ManyToManyField(Topic, verbose_name=_("topics"), blank=True, related_name="%(class)ss")
    industries = models.ManyToManyField(Industry, verbose_name=_("industries"), blank=True, related_name="%(class)ss")

    class Meta:
        abstract = True


class Article(Content):
    """The published text under its address, and where the piece stands in its life.

    ``opening_html`` is for everybody; ``paid_html`` leaves the database only through ``articles.reading``. Year and
    month are those of first publication in the site's zone and never change.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        IN_EDIT = "in_edit", _("in edit")
        READY = "ready", _("ready")
        SCHEDULED = "scheduled", _("scheduled")
        PUBLISHED = "published", _("published")
        RETRACTED = "retracted", _("retracted")
        UNPUBLISHED = "unpublished", _("unpublished")

    public_id = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    group = models.UUIDField(
        _("translations"), default=uuid.uuid4, editable=False, help_text=_("Shared by translations of one text.")
    )
    state = models.CharField(_("state"), max_length=16, choices=State.choices, default=State.DRAFT, editable=False)
    year = models.PositiveSmallIntegerField(_("year"), null=True, editable=False)
    month = models.PositiveSmallIntegerField(_("month"), null=True, editable=False)
    slug = models.SlugField(_("address"), max_length=120, blank=True, allow_unicode=True, editable=False)
    live_number = models.PositiveIntegerField(_("published revision"), null=True, editable=False)
    scheduled_for = models.DateTimeField(_("goes out at"), null=True, blank=True, editable=False)
    schedule_error = models.TextField(_("why it did not go out"), blank=True, editable=False)
    first_published_at = models.DateTimeField(_("published"), null=True, editable=False)
    updated_at = models.DateTimeField(
        _("updated"), null=True, editable=False, help_text=_("The last change readers were shown.")
    )
    retracted_at = models.DateTimeField(_("retracted"), null=True, editable=False)
    retraction_note = models.TextField(_("why it was retracted"), blank=True, editable=False)
    access = models.CharField(
        _("may be read by"), max_length=16, choices=Access.choices, default=Access.FREE, editable=False
    )
    product = models.ForeignKey(
        Product, verbose_name=_("product"), null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    is_level_chosen = models.BooleanField(
        _("chosen by its desk"),
        default=False,
        editable=False,
        help_text=_("Who may read it was decided for this text; rules leave it alone."),
    )
    opening_html = models.TextField(_("opening"), blank=True, editable=False)
    paid_html = models.TextField(_("the rest"), blank=True, editable=False)
    opening_words = models.PositiveIntegerField(
        _("cut after so many words"),
        null=True,
        editable=False,
        help_text=_("Empty where its author set the break, or where nothing is cut."),
    )
    word_count = models.PositiveIntegerField(_("words"), default=0, editable=False)
    search_vector = SearchVectorField(_("search"), null=True, editable=False)
    created_at = models.DateTimeField(_("begun"), editable=False)
    authors = models.ManyToManyField(Author, through="articles.Byline", related_name="articles")

    # Known of those fetched with ``for_pages``.
    has_corrections: bool
    has_translations: bool

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("published text")
        verbose_name_plural = _("published texts")
        ordering = ["-first_published_at", "-id"]
        permissions = [("publish_article", _("May publish, schedule, correct and retract"))]
        constraints = [
            models.UniqueConstraint(fields=["year", "month", "slug"], name="article_address_unique"),
            models.UniqueConstraint(fields=["group", "language"], name="article_translated_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "retracted"])
                | (
                    Q(
                        first_published_at__isnull=False,
                        year__isnull=False,
                        month__isnull=False,
                        format__isnull=False,
                        section__isnull=False,
                    )
                    & ~Q(slug="")
                ),
                name="article_public_has_address",
            ),
            models.CheckConstraint(
                condition=~Q(state="scheduled") | Q(scheduled_for__isnull=False), name="article_scheduled_has_moment"
            ),
            models.CheckConstraint(
                condition=~Q(access="product") | Q(product__isnull=False), name="article_product_access_names_product"
            ),
            models.CheckConstraint(condition=~Q(access="free") | Q(paid_html=""), name="article_free_has_no_rest"),
        ]
        # Each ends with what its list is ordered by: neither a page of keys nor the number of pages reads a row.
        indexes = [
            models.Index(
                fields=["language", "-first_published_at", "-id"],
                condition=Q(state="published"),
                name="article_front",
            ),
            models.Index(
                fields=["section", "language", "-first_published_at", "-id"],
                condition=Q(state="published"),
                name="article_by_section",
            ),
            models.Index(
                fields=["country", "language", "-first_published_at", "-id"],
                condition=Q(state="published"),
                name="article_by_country",
            ),
            models.Index(
                fields=["series", "language", "-first_published_at", "-id"],
                condition=Q(state="published"),
                name="article_by_series",
            ),
            models.Index(
                fields=["format", "language", "-first_published_at", "-id"],
                condition=Q(state="published"),
                name="article_by_format",
            ),
            # All that the sitemaps' index asks is in it: the table itself is never read for that.
            models.Index(
                fields=["year", "month", "-first_published_at", "-id"],
                include=["updated_at"],
                condition=Q(state="published"),
                name="article_by_month",
            ),
            models.Index(fields=["scheduled_for"], condition=Q(state="scheduled"), name="article_due"),
            GinIndex(fields=["search_vector"], name="article_search"),
            models.Index(
                fields=["-first_published_at"],
                condition=Q(state="published", search_vector__isnull=True),
                name="article_unindexed",
            ),
        ]

    def __str__(self) -> str:
        return self.headline or str(_("Untitled"))

    def get_absolute_url(self) -> str:
        return reverse("article", args=[f"{self.year:04d}", f"{self.month:02d}", self.slug])

    @property
    def direction(self) -> str:
        """``rtl`` or ``ltr``, from the language."""
        return "rtl" if get_language_info(self.language)["bidi"] else "ltr"

    @property
    def reading_minutes(self) -> int:
        """Whole minutes at 230 words a minute, one at the least."""
        return max(1, round(self.word_count / 230))


class Byline(models.Model):
    """One name over a published text, in order."""

    article = models.ForeignKey(Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="bylines")
    author = models.ForeignKey(Author, verbose_name=_("author"), on_delete=models.PROTECT, related_name="bylines")
    role = models.CharField(_("role"), max_length=80, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("byline")
        verbose_name_plural = _("bylines")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["article", "author"], name="byline_author_once")]

    def __str__(self) -> str:
        return str(self.author)


class Correction(models.Model):
    """A mistake readers were told of. Stands on the article and in the corrections log."""

    article = models.ForeignKey(
        Article, verbose_name=_("article"), on_delete=models.PROTECT, related_name="corrections"
    )
    text = models.TextField(_("what was wrong and is right now"))
    corrected_at = models.DateTimeField(_("corrected"))
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    shows_difference = models.BooleanField(
        _("readers may see what changed"),
        default=True,
        help_text=_("Clear this where the former words must not be shown again, for a legal reason for example."),
    )

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-corrected_at"]

    def __str__(self) -> str:
        return self.text[:80]


class FormerText(models.Model):
    """What everybody could read of an article until it was replaced.

    Nothing of a text with a closed part is kept here but its headline and standfirst: ``is_open`` is false then and
    ``text_html`` empty.
    """

    article = models.ForeignKey(
        Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="former_texts", editable=False
    )
    headline = models.CharField(_("headline"), max_length=200)
    standfirst = models.TextField(_("standfirst"), blank=True)
    text_html = models.TextField(_("text"), blank=True)
    is_open = models.BooleanField(_("was for everybody"))
    replaced_at = models.DateTimeField(_("replaced"))

    class Meta:
        verbose_name = _("former text")
        verbose_name_plural = _("former texts")
        ordering = ["-replaced_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(is_open=True) | Q(text_html=""), name="former_text_holds_nothing_closed")
        ]

    def __str__(self) -> str:
        return self.headline


class Redirect(models.Model):
    """An address an article once had, here or at the place it was imported from. It leads there for ever."""

    path = models.CharField(_("old address"), max_length=500, unique=True, help_text=_("With its leading slash."))
    article = models.ForeignKey(Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="redirects")

    class Meta:
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        ordering = ["path"]

    def __str__(self) -> str:
        return self.path
