"""What is on record: published texts, corrections, old addresses, the house's own pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from articles import body_schema
from articles.models import Article, Correction, HouseText, Redirect


@admin.register(Article)
class ArticleAdmin(ModelAdmin):  # type: ignore[misc]
    """What readers see. It changes only by publishing."""

    list_display = ("shown_headline", "state", "access", "first_published_at", "updated_at", "word_count")
    list_filter = ("state", "language", "access", "section")
    search_fields = ("headline", "slug")
    date_hierarchy = "first_published_at"
    ordering = ("-first_published_at", "-id")
    fields = (
        "headline",
        "standfirst",
        "state",
        "shown_address",
        "shown_draft",
        "access",
        "product",
        "first_published_at",
        "updated_at",
        "live_number",
        "word_count",
        "scheduled_for",
        "schedule_error",
        "retracted_at",
        "retraction_note",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> Any:
        """What was never published has no text here yet; the paid text has no business on a list."""
        return super().get_queryset(request).exclude(headline="").for_cards()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Article | None = None) -> bool:
        return False

    @admin.display(description=_("Headline"), ordering="headline")
    def shown_headline(self, article: Article) -> str:
        return format_html('<span dir="auto" lang="{}">{}</span>', article.language, article)

    @admin.display(description=_("Address"))
    def shown_address(self, article: Article) -> str:
        if article.year is None:
            return "–"
        return format_html('<a href="{0}">{0}</a>', article.get_absolute_url())

    @admin.display(description=_("Working copy"))
    def shown_draft(self, article: Article) -> str:
        draft = getattr(article, "draft", None)
        if draft is None:
            return "–"
        return format_html('<a href="{}">{}</a>', reverse("admin:articles_draft_change", args=[draft.pk]), _("Open"))


@admin.register(Correction)
class CorrectionAdmin(ModelAdmin):  # type: ignore[misc]
    """The corrections log. A correction is made beside the article; here its wording can be mended."""

    list_display = ("text", "article", "corrected_at", "corrected_by", "shows_difference")
    list_select_related = ("article", "corrected_by")
    search_fields = ("text", "article__headline")
    readonly_fields = ("article", "corrected_at", "corrected_by")
    date_hierarchy = "corrected_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Redirect)
class RedirectAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ("path", "article")
    list_select_related = ("article",)
    search_fields = ("path", "article__headline")
    autocomplete_fields = ("article",)


@admin.register(HouseText)
class HouseTextAdmin(ModelAdmin):  # type: ignore[misc]
    """The pages about the house itself, in the same schema as articles."""

    list_display = ("title", "slug", "language", "updated_on")
    list_filter = ("language",)

    def save_model(self, request: HttpRequest, obj: HouseText, form: Any, change: bool) -> None:
        obj.body = body_schema.clean(obj.body)
        super().save_model(request, obj, form, change)
