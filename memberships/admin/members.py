"""The lists behind the page of a member: how people came in, and what colleagues wrote about them."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from memberships.admin.desk import ReadOnly
from memberships.models import MemberNote, SignIn


@admin.register(SignIn)
class SignInAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("at", "user", "way", "machine", "network")
    list_filter = ("way",)
    list_select_related = ("user",)
    search_fields = ("user__email",)
    search_help_text = _("Address")
    date_hierarchy = "at"
    show_full_result_count = False
    fields = readonly_fields = ("user", "at", "way", "machine", "network")

    @admin.display(description=_("device"))
    def machine(self, row: SignIn) -> str:
        return row.device


@admin.register(MemberNote)
class MemberNoteAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    """Written on the page of the member, and changed nowhere."""

    list_display = ("written_at", "user", "written_by", "text")
    list_select_related = ("user", "written_by")
    search_fields = ("user__email", "text")
    search_help_text = _("Address, or a word of the note")
    date_hierarchy = "written_at"
    show_full_result_count = False
    fields = readonly_fields = ("user", "text", "written_by", "written_at")
