"""What members changed about their memberships: other plans, and rests."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from memberships.admin.desk import ReadOnly
from memberships.currencies import money
from memberships.models import Pause, PlanChange


class OfASubscription(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_select_related: tuple[str, ...] = (
        "subscription__customer__user",
        "subscription__customer__team",
        "subscription__plan",
    )
    search_fields = ("subscription__customer__user__email", "subscription__stripe_id")
    search_help_text = _("Address or Stripe's id")
    date_hierarchy = "asked_at"
    show_full_result_count = False

    @admin.display(description=_("who"))
    def who(self, row: PlanChange | Pause) -> str:
        return str(row.subscription.customer)


@admin.register(PlanChange)
class PlanChangeAdmin(OfASubscription):
    list_display = ("asked_at", "who", "from_plan", "to_plan", "begins", "charged", "state", "failure")
    list_filter = ("state", "begins", "to_plan")
    list_select_related = (*OfASubscription.list_select_related, "from_plan", "to_plan")
    fields = readonly_fields = (
        "subscription", "from_plan", "to_plan", "begins", "charged", "counted_from", "state", "failure", "asked_at",
        "settled_at", "key",
    )  # fmt: skip

    @admin.display(description=_("charged at once"), ordering="amount")
    def charged(self, row: PlanChange) -> str:
        return money(row.amount, row.currency)


@admin.register(Pause)
class PauseAdmin(OfASubscription):
    list_display = ("asked_at", "who", "months", "until", "ended_at", "state", "failure")
    list_filter = ("state", "months")
    fields = readonly_fields = ("subscription", "months", "state", "failure", "asked_at", "until", "ended_at", "key")
