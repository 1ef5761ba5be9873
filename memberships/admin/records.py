from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action

from memberships import clock, gifts, lockouts
from memberships.admin.desk import ReadOnly, act_page, person
from memberships.admin.forms import ReasonForm, SeveralGiftsForm
from memberships.models import AuditEntry, Entitlement

_SOON = timedelta(days=30)


class PaidFilter(admin.SimpleListFilter):
    title = _("paid")
    parameter_name = "paid"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("nothing is paid for it"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entitlement]) -> QuerySet[Entitlement]:
        return queryset.filter(pk__in=lockouts.reading_unpaid(clock.now())) if self.value() else queryset


class EndsFilter(admin.SimpleListFilter):
    title = _("ends")
    parameter_name = "ends"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("soon", _("within 30 days"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entitlement]) -> QuerySet[Entitlement]:
        if self.value() != "soon":
            return queryset
        at = clock.now()
        return queryset.filter(Q(revoked_at=None) | Q(revoked_at__gt=at), ends_at__gt=at, ends_at__lte=at + _SOON)


@admin.register(Entitlement)
class EntitlementAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    """Rights are written by what they come from; only what staff gave can be taken back here."""

    list_display = ("holder", "product", "source", "starts_at", "ends_at", "revoked_at", "reason")
    list_filter = ("source", "product", EndsFilter, PaidFilter)
    list_select_related = ("user", "team", "network", "product")
    search_fields = ("user__email", "team__name", "source_ref")
    search_help_text = _("Address, team or source")
    show_full_result_count = False
    actions_detail = ("take_back",)
    actions_list = ("give_several",)

    @admin.display(description=_("Holder"))
    def holder(self, row: Entitlement) -> str:
        return str(row.user or row.team or row.network)

    def has_give_several_permission(self, request: HttpRequest) -> bool:
        return person(request).has_perm("memberships.change_user")

    @action(description=_("Give PRO to several people"), url_path="give", icon="redeem", permissions=["give_several"])  # type: ignore[untyped-decorator]
    def give_several(self, request: HttpRequest) -> HttpResponse:
        back = reverse("admin:memberships_entitlement_changelist")
        form = SeveralGiftsForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            product, reason = form.cleaned_data["product"], form.cleaned_data["reason"]
            people = form.cleaned_data["people"]
            given = gifts.give_several(people, product, form.until, reason, person(request), clock.now())
            self.message_user(request, gettext("Given: %(count)d") % {"count": given})
            return HttpResponseRedirect(f"{back}?source__exact={Entitlement.Source.COMP}")
        title = _("Give PRO to several people")
        explanation = _("They read without paying until the day you choose. The reason is kept in the audit log.")
        return act_page(self, request, form, title=title, button=_("Give it"), back=back, explanation=explanation)

    def has_take_back_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return person(request).has_perm("memberships.change_user")

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[UnfoldAction]:
        """Taking back is for what staff gave and is not over."""
        given = Entitlement.objects.filter(pk=object_id, source=Entitlement.Source.COMP).not_over(clock.now())
        return super().get_actions_detail(request, object_id) if given.exists() else []

    @action(description=_("Take it back"), url_path="take-back", icon="undo", permissions=["take_back"])  # type: ignore[untyped-decorator]
    def take_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = get_object_or_404(Entitlement.objects.select_related("user"), pk=object_id, source="comp")
        back = reverse("admin:memberships_entitlement_change", args=[row.pk])
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            if gifts.take_back(row, form.cleaned_data["reason"], person(request), clock.now()):
                self.message_user(request, gettext("Taken back. They read no further."))
            return HttpResponseRedirect(back)
        title = format_html("{}: {}", gettext("Take it back"), row.user)
        return act_page(self, request, form, title=title, button=_("Take it back"), back=back)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    """Who did what, for ever."""

    list_display = ("at", "actor_label", "verb", "subject_kind", "subject_label")
    list_filter = ("verb", "subject_kind")
    search_fields = ("actor_label", "subject_label", "subject_id")
    search_help_text = _("Who, or what it was about")
    date_hierarchy = "at"
    show_full_result_count = False
    fields = readonly_fields = (
        "at",
        "actor_label",
        "verb",
        "subject_kind",
        "subject_label",
        "subject_id",
        "said",
    )

    @admin.display(description=_("details"))
    def said(self, entry: AuditEntry) -> SafeString:
        return as_written(entry.details)


def as_written(content: object) -> SafeString:
    """JSON as people read it."""
    text = json.dumps(content, indent=2, ensure_ascii=False, sort_keys=True)
    return format_html('<pre class="overflow-x-auto text-xs" dir="ltr">{}</pre>', text)
