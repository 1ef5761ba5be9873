from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from memberships.admin.desk import ReadOnly
from memberships.models import FeedToken


@admin.register(FeedToken)
class FeedTokenAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    """Who reads in a feed reader and when it last asked; the address itself is known to nobody here."""

    list_display = ("user", "name", "created_at", "last_used_at", "revoked_at")
    list_select_related = ("user",)
    search_fields = ("user__email", "name")
    search_help_text = _("Address or feed reader")
    show_full_result_count = False
    fields = readonly_fields = list_display
