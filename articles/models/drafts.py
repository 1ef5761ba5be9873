"""The desk's working copy and its history. Saving one never changes a published page."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article, Content
from articles.models.taxonomy import Access, Author
from articles.querysets import DraftQuerySet
from memberships.models import Product


class Draft(Content):
    """What journalists write in. ``number`` counts saves: who saves must name the number they began from."""

    article = models.OneToOneField(
        Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="draft", editable=False
    )
    number = models.PositiveIntegerField(_("revision"), default=0, editable=False)
    body = models.TextField(_("text"), blank=True)
    slug = models.SlugField(
        _("address"),
        max_length=120,
        blank=True,
        allow_unicode=True,
        help_text=_("The last part of the web address. Made from the headline when empty."),
    )
    access = models.CharField(
        _("may be read by"),
        max_length=16,
        choices=Access.choices,
        blank=True,
        help_text=_("Empty: as the rules of access say, else the format."),
    )
    product = models.ForeignKey(
        Product,
        verbose_name=_("product"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Only where it differs from the format's."),
    )
    desk_notes = models.TextField(_("notes for the desk"), blank=True, help_text=_("Never published."))
    embargo_until = models.DateTimeField(_("embargo"), null=True, blank=True, help_text=_("It cannot go out before."))
    authors = models.ManyToManyField(Author, through="articles.DraftByline", related_name="drafts")
    saved_at = models.DateTimeField(_("saved"), editable=False)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("saved by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-saved_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(access="product") | Q(product__isnull=False),
                name="draft_product_access_names_product",
                violation_error_message=_("Say which product opens it."),
            )
        ]

    def __str__(self) -> str:
        return self.headline or str(_("Untitled"))

    @property
    def differs_from_live(self) -> bool:
        """Whether something was saved that readers have not been shown."""
        return self.article.live_number is not None and self.number != self.article.live_number


class DraftByline(models.Model):
    draft = models.ForeignKey(Draft, verbose_name=_("article"), on_delete=models.CASCADE, related_name="bylines")
    author = models.ForeignKey(Author, verbose_name=_("author"), on_delete=models.PROTECT, related_name="+")
    role = models.CharField(_("role"), max_length=80, blank=True, help_text=_("For example “with reporting by”."))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("byline")
        verbose_name_plural = _("bylines")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["draft", "author"], name="draft_byline_author_once")]

    def __str__(self) -> str:
        return str(self.author)


class Revision(models.Model):
    """One save, whole: enough to show what changed and to go back to it."""

    article = models.ForeignKey(Article, verbose_name=_("article"), on_delete=models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(_("number"))
    snapshot = models.JSONField(_("content"))
    saved_at = models.DateTimeField(_("saved"))
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_automatic = models.BooleanField(_("saved by itself"), default=False, help_text=_("While somebody was writing."))

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="revision_number_unique")]

    def __str__(self) -> str:
        return f"{self.article_id} · {self.number}"
