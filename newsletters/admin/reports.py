"""What was reported of our mail, as it came, for operators: what named nobody is for them to read."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from memberships.admin.desk import ReadOnly
from newsletters.admin.bounded import Bounded
from newsletters.models import Report


@admin.register(Report)
class ReportAdmin(Bounded, ReadOnly, ModelAdmin):  # type: ignore[misc]
    when_empty = _("What mailboxes send back stands here by itself: bounces and complaints, each as it came.")
    list_display = ["taken_at", "source", "fate", "recipient", "said"]
    list_filter = ["fate", "source"]
    list_select_related = ["recipient"]
    fields = ["taken_at", "source", "fate", "recipient", "said", "words"]
    readonly_fields = ["words"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Report]:
        rows: QuerySet[Report] = super().get_queryset(request)
        return rows.defer("raw")

    @admin.display(description=_("as it came"))
    def words(self, report: Report) -> SafeString:
        return format_html('<pre dir="ltr">{}</pre>', bytes(report.raw).decode("utf-8", "replace"))
