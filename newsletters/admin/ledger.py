"""What was sent to whom about their account. The row is the proof, so nobody changes it."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from newsletters.admin.people import ReadOnly
from newsletters.models import Message


@admin.register(Message)
class MessageAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    """Codes and links that sign in are shown to nobody, not even while they wait."""

    list_display = ["kind", "recipient", "about", "state", "created_at", "settled_at"]
    list_filter = ["state", "kind"]
    list_select_related = ["recipient"]
    search_fields = ["recipient__email__startswith"]
    show_full_result_count = False
    fields = [
        "kind",
        "recipient",
        "about",
        "words",
        "state",
        "reply",
        "attempts",
        "not_before",
        "created_at",
        "settled_at",
    ]

    @admin.display(description=_("subject"))
    def about(self, message: Message) -> str:
        return _hidden() if message.is_sensitive else message.subject

    @admin.display(description=_("text"))
    def words(self, message: Message) -> str:
        return _hidden() if message.is_sensitive else message.text


def _hidden() -> str:
    return gettext("Hidden: it carries a code or a link that signs in.")
