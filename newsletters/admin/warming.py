"""How much a new sending domain sends a day, for operators."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from memberships.admin.desk import ReadOnly, Recorded
from newsletters.models import WarmUp, WarmUpShare
from newsletters.preflight import domains

# For ten days on which something is sent.
_DOUBLED = [500 * 2**day for day in range(10)]


class WarmUpShareInline(ReadOnly, TabularInline):  # type: ignore[misc]
    model = WarmUpShare
    fields = ["day", "edition", "copies"]
    ordering = ["-day", "-id"]
    extra = 0


@admin.register(WarmUp)
class WarmUpAdmin(Recorded):
    when_empty = _("A domain that is new to mailboxes begins with few copies a day. Add it before its first edition.")
    list_display = ["domain", "today", "stopped_because", "ended_at"]
    fieldsets = [(None, {"fields": ["domain", "plan", "most_refused"]})]
    readonly_fields = ["today", "stopped_because", "ended_at"]
    inlines = [WarmUpShareInline]

    def get_fieldsets(self, request: HttpRequest, obj: WarmUp | None = None) -> Any:
        """Of a new one nothing has happened yet."""
        stands = (_("Where it stands"), {"fields": self.readonly_fields})
        return [*self.fieldsets, stands] if obj else self.fieldsets

    def get_inlines(self, request: HttpRequest, obj: WarmUp | None) -> list[type[WarmUpShareInline]]:
        return self.inlines if obj else []

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"domain": domains.ours(), "plan": _DOUBLED}

    @admin.display(description=_("on the last day"))
    def today(self, plan: WarmUp) -> str:
        if plan.day is None or plan.step >= len(plan.plan):
            return "–"
        return gettext("%(given)s of %(most)s") % {"given": plan.given, "most": plan.plan[plan.step]}
