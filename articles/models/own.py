"""A reader's own things: what they keep, follow and have read. Nobody else sees them, the desk included."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article
from articles.models.taxonomy import Author, Country, Section, Series, Topic
from articles.querysets import OwnQuerySet


class SavedArticle(models.Model):
    """A story somebody put aside for later."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.CASCADE, related_name="saved_articles"
    )
    article = models.ForeignKey(Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="+")
    saved_at = models.DateTimeField(_("saved"))

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved story")
        verbose_name_plural = _("saved stories")
        ordering = ["-saved_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["user", "article"], name="saved_once")]
        indexes = [models.Index(fields=["user", "-saved_at"], name="saved_newest")]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.article_id}"


class Follow(models.Model):
    """Somebody wants to know what is new from one author, topic, series, country or section."""

    KINDS = ("author", "topic", "series", "country", "section")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.CASCADE, related_name="follows"
    )
    author = models.ForeignKey(
        Author, verbose_name=_("author"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    topic = models.ForeignKey(
        Topic, verbose_name=_("topic"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    series = models.ForeignKey(
        Series, verbose_name=_("series"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    country = models.ForeignKey(
        Country, verbose_name=_("country"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    section = models.ForeignKey(
        Section, verbose_name=_("section"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    followed_at = models.DateTimeField(_("followed"))

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        ordering = ["-followed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Exact(
                    Func(
                        F("author"),
                        F("topic"),
                        F("series"),
                        F("country"),
                        F("section"),
                        function="num_nonnulls",
                        output_field=models.IntegerField(),
                    ),
                    1,
                ),
                name="follow_names_one_thing",
            ),
            models.UniqueConstraint(
                fields=["user", "author", "topic", "series", "country", "section"],
                nulls_distinct=False,
                name="follow_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.subject}"

    @property
    def kind(self) -> str:
        return next(kind for kind in self.KINDS if getattr(self, f"{kind}_id") is not None)

    @property
    def subject(self) -> Author | Topic | Series | Country | Section:
        """What is followed."""
        followed: Author | Topic | Series | Country | Section = getattr(self, self.kind)
        return followed


class HistoryEntry(models.Model):
    """That somebody read a story. Written only while they wish it: see ``articles.history``."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("account"), on_delete=models.CASCADE, related_name="reading_history"
    )
    article = models.ForeignKey(Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="+")
    last_read_at = models.DateTimeField(_("last read"))
    furthest = models.PositiveSmallIntegerField(_("read so far"), default=0, help_text=_("In per cent of the text."))

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name = _("story read")
        verbose_name_plural = _("stories read")
        ordering = ["-last_read_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "article"], name="read_once"),
            models.CheckConstraint(condition=Q(furthest__lte=100), name="read_at_most_all_of_it"),
        ]
        indexes = [
            models.Index(fields=["user", "-last_read_at"], name="read_newest"),
            models.Index(fields=["last_read_at"], name="read_oldest"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.article_id}"
