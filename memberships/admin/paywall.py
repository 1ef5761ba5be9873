"""The terms of reading, and what the meter counted."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from memberships.admin.desk import ReadOnly, Recorded
from memberships.metering import terms
from memberships.models import MeteredReading, Paywall


@admin.register(Paywall)
class PaywallAdmin(Recorded):
    """One page, no list. Until somebody saves it, it shows the defaults that hold."""

    fieldsets = (
        (
            _("The meter"),
            {
                "fields": ("allowance", "registered_allowance", "newcomers_a_day"),
                "description": _(
                    "Metered texts are those whose own desk, access rule or format says so. Everybody reads so many of "
                    "them a month; whoever pays is not counted."
                ),
            },
        ),
        (_("Openings"), {"fields": ("opening_words",)}),
        (_("Gifts and newsletters"), {"fields": ("gifts_a_month", "gift_days", "gift_openings", "pass_days")}),
        (_("Search engines"), {"fields": ("crawlers_read",)}),
    )

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Paywall:
        row = terms()
        row.pk = 1
        return row

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:memberships_paywall_change", args=[1]))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Paywall | None = None) -> bool:
        return False


@admin.register(MeteredReading)
class MeteredReadingAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    """What accounts have read of their allowance: numbers for support, not a list of what somebody is interested in."""

    list_display = ("user", "month", "counted_at")
    list_select_related = ("user",)
    search_fields = ("user__email",)
    search_help_text = _("Address")
    show_full_result_count = False
    fields = ("user", "month", "counted_at")
