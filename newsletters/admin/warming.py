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
    list_display = ["domain", "today", "stopped_because", "ended_at"]
    fields = ["domain", "plan", "most_refused", "today", "stopped_because", "ended_at"]
    readonly_fields = ["today", "stopped_because", "ended_at"]
    inlines = [WarmUpShareInline]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"domain": domains.ours(), "plan": _DOUBLED}

    @admin.display(description=_("on the last day"))
    def today(self, plan: WarmUp) -> str:
        if plan.day is None or plan.step >= len(plan.plan):
            return "–"
        return gettext("%(given)s of %(most)s") % {"given": plan.given, "most": plan.plan[plan.step]}
