"""What stands at the top of each front page."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display

from articles.models import FrontSlot


@admin.register(FrontSlot)
class FrontSlotAdmin(ModelAdmin):  # type: ignore[misc]
    """One list, a tab for each language; the first place is the lead."""

    list_display = ("shown_article", "language", "position", "shown_state")
    list_display_links = ("shown_article",)
    list_editable = ("position",)
    list_filter = ("language",)
    list_select_related = ("article",)
    autocomplete_fields = ("article",)
    ordering = ("language", "position")
    search_fields = ("article__headline",)
    list_before_template = "admin/articles/frontslot/explanation.html"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {**(extra_context or {}), "languages": list(settings.LANGUAGE_NAMES.items())}
        response: HttpResponse = super().changelist_view(request, context)
        return response

    @admin.display(description=_("Article"), ordering="article__headline")
    def shown_article(self, slot: FrontSlot) -> str:
        return format_html('<span dir="auto" lang="{}">{}</span>', slot.article.language, slot.article)

    @display(description=_("State"), label=True)  # type: ignore[untyped-decorator]
    def shown_state(self, slot: FrontSlot) -> str:
        return slot.article.get_state_display()
