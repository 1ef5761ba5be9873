"""Sections, topics, countries, series, formats, industries and authors."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from articles.models import Author, Country, Format, Industry, Section, Series, Topic

NAMES = (_("Names"), {"fields": ("name", "name_ar", "name_tr", "slug", "description")})


class NamedAdmin(ModelAdmin):  # type: ignore[misc]
    """Something with a name in each language and an address."""

    list_display: tuple[str, ...] = ("name", "name_ar", "name_tr", "slug")
    search_fields: tuple[str, ...] = ("name", "name_ar", "name_tr", "slug")
    prepopulated_fields = {"slug": ("name",)}
    list_per_page = 60
    warn_unsaved_form = True
    fieldsets: Any = (NAMES,)

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """An address that readers know does not change with the name."""
        return {} if obj else super().get_prepopulated_fields(request, obj)


@admin.register(Section)
class SectionAdmin(NamedAdmin):
    list_display = ("name", "name_ar", "name_tr", "slug", "is_in_navigation", "position")
    list_editable = ("is_in_navigation", "position")
    fieldsets = (NAMES, (_("Place"), {"fields": ("position", "is_in_navigation")}))


@admin.register(Topic)
class TopicAdmin(NamedAdmin):
    list_display = ("name", "name_ar", "name_tr", "slug", "shown_articles")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Topic]:
        topics: QuerySet[Topic] = super().get_queryset(request)
        return topics.annotate(published=Count("articles", filter=Q(articles__state="published")))

    @admin.display(description=_("Published texts"), ordering="published")
    def shown_articles(self, topic: Any) -> int:
        count: int = topic.published
        return count


@admin.register(Country)
class CountryAdmin(NamedAdmin):
    list_display = ("name", "name_ar", "name_tr", "code", "slug")
    search_fields = (*NamedAdmin.search_fields, "code")
    fieldsets = (NAMES, (None, {"fields": ("code",)}))


@admin.register(Industry)
class IndustryAdmin(NamedAdmin):
    list_display = ("name", "name_ar", "name_tr", "slug", "position")
    list_editable = ("position",)
    fieldsets = (NAMES, (_("Place"), {"fields": ("position",)}))


@admin.register(Series)
class SeriesAdmin(NamedAdmin):
    list_display = ("name", "name_ar", "name_tr", "country", "slug")
    list_select_related = ("country",)
    autocomplete_fields = ("country", "picture")
    fieldsets = (NAMES, (None, {"fields": ("country", "picture")}))


@admin.register(Format)
class FormatAdmin(NamedAdmin):
    list_display = ("name", "kind", "access", "product", "position")
    list_editable = ("position",)
    list_select_related = ("product",)
    fieldsets = (NAMES, (_("What it means"), {"fields": ("kind", "access", "product", "position")}))


@admin.register(Author)
class AuthorAdmin(NamedAdmin):
    list_display = ("name", "name_ar", "role", "city", "user")
    list_select_related = ("user",)
    search_fields = (*NamedAdmin.search_fields, "user__email")
    autocomplete_fields = ("portrait",)
    raw_id_fields = ("user",)
    fieldsets = (NAMES, (_("The person"), {"fields": ("role", "city", "email", "portrait", "user")}))
