"""The terms of reading, and what the meter counted."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action

from memberships import audit, clock, gift_links
from memberships.admin.desk import ReadOnly, Recorded, act_page, person
from memberships.admin.forms import ReasonForm
from memberships.metering import terms
from memberships.models import GiftLink, MeteredReading, Paywall, RevokedPass


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


@admin.register(GiftLink)
class GiftLinkAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    """Links that members gave away. One that got about too far is taken back here; the link itself is not shown."""

    list_display = ("giver", "made_at", "ends_at", "revoked_at", "openings")
    list_select_related = ("giver",)
    search_fields = ("giver__email",)
    search_help_text = _("Address")
    show_full_result_count = False
    fields = ("giver", "month", "made_at", "ends_at", "revoked_at", "openings")
    actions_detail = ("take_back",)

    def has_take_back_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return person(request).has_perm("memberships.change_giftlink")

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[UnfoldAction]:
        is_good = GiftLink.objects.filter(pk=object_id, revoked_at__isnull=True).exists()
        return super().get_actions_detail(request, object_id) if is_good else []

    @action(  # type: ignore[untyped-decorator]
        description=_("Take the gift back"), url_path="take-back", icon="undo", permissions=["take_back"]
    )
    def take_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        link, at = get_object_or_404(GiftLink.objects.select_related("giver"), pk=object_id), clock.now()
        back = reverse("admin:memberships_giftlink_change", args=[link.pk])
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            if gift_links.revoke(link, at):
                audit.record(
                    "gift link taken back",
                    actor=person(request),
                    subject_kind="user",
                    subject_id=link.giver.public_id,
                    subject_label=link.giver.email,
                    at=at,
                    reason=form.cleaned_data["reason"],
                )
                self.message_user(request, gettext("Taken back. The link opens nothing any more."))
            return HttpResponseRedirect(back)
        return act_page(self, request, form, title=_("Take the gift back"), button=_("Take the gift back"), back=back)


@admin.register(RevokedPass)
class RevokedPassAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    """Whose newsletter links open nothing any more. Revoking is done beside the recipient."""

    list_display = ("holder", "item", "revoked_at", "reason")
    search_fields = ("holder",)
    show_full_result_count = False
    fields = ("holder", "item", "revoked_at", "reason")
