"""Withdrawals at the desk: what is being carried out, and what a person has to answer."""

from __future__ import annotations

from datetime import datetime

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action

from memberships import clock, withdrawals
from memberships.admin.desk import ReadOnly, act_page, person
from memberships.admin.forms import ReasonForm
from memberships.models import Withdrawal


@admin.register(Withdrawal)
class WithdrawalAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = (
        "declared_at",
        "name",
        "email",
        "state",
        "referral",
        "days_left",
        "subscription",
        "voucher",
        "settled_at",
    )
    list_filter = ("state", "referral")
    list_select_related = (
        "subscription__customer__user",
        "subscription__customer__team",
        "subscription__plan",
        "voucher__plan",
    )
    search_fields = ("email", "name", "reference")
    search_help_text = _("Address, name or number")
    date_hierarchy = "declared_at"
    show_full_result_count = False
    fields = readonly_fields = (
        "name", "email", "reference", "language", "state", "referral", "days_left", "subscription", "voucher",
        "declared_at", "confirmed_at", "acknowledged_at", "settled_at", "settled_by", "key",
    )  # fmt: skip
    actions_detail = ("answered",)

    @admin.display(description=_("time to give the money back"), ordering="declared_at")
    def days_left(self, row: Withdrawal) -> str:
        return time_left(row, clock.now())

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[UnfoldAction]:
        referred = Withdrawal.objects.filter(pk=object_id, state=Withdrawal.State.REFERRED)
        return super().get_actions_detail(request, object_id) if referred.exists() else []

    def has_answered_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return person(request).has_perm("memberships.change_withdrawal")

    @action(description=_("Answered"), url_path="answered", icon="mark_email_read", permissions=["answered"])  # type: ignore[untyped-decorator]
    def answered(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = get_object_or_404(Withdrawal, pk=object_id)
        back = reverse("admin:memberships_withdrawal_change", args=[row.pk])
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            if withdrawals.settle(row, form.cleaned_data["reason"], person(request), clock.now()):
                self.message_user(request, gettext("The withdrawal is settled."))
            return HttpResponseRedirect(back)
        title = format_html("{}: {}", gettext("Answered"), row.email)
        explanation = _("Write to them first, and give money back on the invoice's page where it is due to them.")
        return act_page(self, request, form, title=title, button=_("Settle it"), back=back, explanation=explanation)


def time_left(row: Withdrawal, at: datetime) -> str:
    """How long there is to give the money back, counted from the declaration; nothing where that is done with."""
    if row.state not in {Withdrawal.State.CONFIRMED, Withdrawal.State.REFERRED}:
        return ""
    days = (row.declared_at + withdrawals.MONEY_BACK_WITHIN - at).days
    if days < 0:
        return gettext("too late")
    return gettext("today") if days == 0 else ngettext("%d day", "%d days", days) % days
