"""What staff have to look at, and what of memberships was told to whom it concerns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin

from memberships import alerts, clock, happenings
from memberships.admin.desk import ReadOnly, person
from memberships.models import Alert, Customer, Happening, Subscription

_LINK = '<a class="underline" href="{}">{}</a>'


class OpenFilter(admin.SimpleListFilter):
    """The open ones, unless somebody asks for more."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("settled", _("settled")), ("all", _("all"))]

    def choices(self, changelist: Any) -> Iterator[Any]:
        first, *others = super().choices(changelist)
        yield {**first, "display": _("open")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Alert]) -> QuerySet[Alert]:
        if self.value() == "all":
            return queryset
        return queryset.filter(settled_at__isnull=self.value() != "settled")


@admin.register(Alert)
class AlertAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("opened_at", "kind", "whose", "subject", "sentence", "times", "seen_at", "settled_at")
    list_filter = (OpenFilter, "kind")
    search_fields = ("subject", "sentence")
    search_help_text = _("An id of Stripe's, or a word")
    show_full_result_count = False
    fields = readonly_fields = (
        "kind",
        "whose",
        "subject",
        "sentence",
        "times",
        "opened_at",
        "seen_at",
        "told_at",
        "settled_at",
        "settled_by",
    )
    actions = ("settle",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Alert]:
        return Alert.objects.with_whose(Subscription.objects.all(), Customer.objects.all())

    @admin.display(description=_("whose"))
    def whose(self, alert: Any) -> SafeString | str:
        """The way to the page from which they can be helped, where Stripe's id says who it is."""
        if alert.member:
            return format_html(_LINK, reverse("admin:member", args=[alert.member]), alert.address)
        if alert.room:
            return format_html(_LINK, reverse("admin:memberships_team_change", args=[alert.room]), _("team"))
        return "–"

    def has_settle_permission(self, request: HttpRequest) -> bool:
        return person(request).has_perm("memberships.change_alert")

    @admin.action(description=_("Settle"), permissions=["settle"])
    def settle(self, request: HttpRequest, chosen: QuerySet[Alert]) -> None:
        """Somebody has seen to them. One that comes back opens anew."""
        done = sum(alerts.settle(alert, person(request), clock.now()) for alert in chosen)
        self.message_user(request, ngettext("%d was settled.", "%d were settled.", done) % done)


@admin.register(Happening)
class HappeningAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("happened_at", "kind", "subscription", "told_at", "attempts", "error")
    list_filter = ("kind", ("told_at", admin.EmptyFieldListFilter))
    list_select_related = ("subscription__customer__user", "subscription__customer__team", "subscription__plan")
    search_fields = ("subscription__stripe_id", "subscription__customer__user__email")
    search_help_text = _("Address or Stripe's id")
    date_hierarchy = "happened_at"
    show_full_result_count = False
    actions = ("tell_again",)

    def has_tell_permission(self, request: HttpRequest) -> bool:
        return person(request).has_perm("memberships.change_happening")

    @admin.action(description=_("Tell now"), permissions=["tell"])
    def tell_again(self, request: HttpRequest, chosen: QuerySet[Happening]) -> None:
        """What was told stays told; what could not be is tried once more."""
        done = sum(happenings.tell(row.pk, clock.now()) for row in chosen)
        self.message_user(request, ngettext("%d was told.", "%d were told.", done) % done)
