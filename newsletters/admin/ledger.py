"""What was sent to whom about their account. The row is the proof, so nobody changes it."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from newsletters.admin.bounded import FoundByAddress
from newsletters.admin.people import ReadOnly
from newsletters.models import Message

_SUBJECT = ".subject.txt"


class KindFilter(admin.SimpleListFilter):
    """Every kind there is a template for; to ask the table for its kinds would read all of it."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin) -> list[tuple[str, str]]:
        found = Path(settings.BASE_DIR, "templates", "email").glob(f"*{_SUBJECT}")
        return [(kind, kind) for kind in sorted(path.name.removesuffix(_SUBJECT) for path in found)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Message]) -> QuerySet[Message]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Message)
class MessageAdmin(FoundByAddress, ReadOnly, ModelAdmin):  # type: ignore[misc]
    """Codes and links that sign in are shown to nobody, not even while they wait."""

    list_display = ["kind", "recipient", "about", "state", "created_at", "settled_at"]
    list_filter = ["state", KindFilter]
    list_select_related = ["recipient"]
    search_fields = ["recipient__email__startswith"]
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
