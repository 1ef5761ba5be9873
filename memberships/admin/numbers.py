"""The rows of the numbers: days and movements, with what those that are listed come to."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import F, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.admin import ModelAdmin

from memberships.admin.desk import ReadOnly
from memberships.currencies import money
from memberships.metrics.asking import REVENUE, a_month, heads_sum
from memberships.metrics.periods import Period
from memberships.models import CheckoutAttempt, MrrMovement, Plan, RevenueDay, Subscription
from memberships.subscriptions import NOT_BEGUN

_FIGURES = {
    "invoiced": _("invoiced"),
    "tax": _("tax"),
    "discount": _("discount"),
    "paid": _("paid"),
    "refunded": _("given back"),
}


class Summed(ReadOnly):
    """A list that says above it what the rows in it come to, those on its other pages too."""

    list_before_template = "admin/memberships/sums.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        response: HttpResponse = super().changelist_view(request, extra_context)  # type: ignore[misc]
        context = getattr(response, "context_data", None) or {}
        if "cl" in context:
            context["sums"] = self.sums(context["cl"].queryset.order_by())
        return response

    @abstractmethod
    def sums(self, rows: QuerySet[Any]) -> list[tuple[str, list[tuple[Any, str]]]]:
        """For each currency what is summed and what it comes to."""


@admin.register(RevenueDay)
class RevenueDayAdmin(Summed, ModelAdmin):  # type: ignore[misc]
    list_display = ("day", "plan", "country", "shown_invoiced", "shown_paid", "shown_refunded", "invoices", "gifts")
    list_filter = ("currency", "plan", "country")
    list_select_related = ("plan",)
    date_hierarchy = "day"
    show_full_result_count = False
    fields = readonly_fields = ("day", "currency", "plan", "country", *REVENUE)

    def sums(self, rows: QuerySet[Any]) -> list[tuple[str, list[tuple[Any, str]]]]:
        found = rows.values("currency").annotate(**{f"{name}_sum": Sum(name) for name in REVENUE}).order_by("currency")
        return [
            (
                row["currency"].upper(),
                [
                    *((_FIGURES[name], money(row[f"{name}_sum"], row["currency"])) for name in REVENUE),
                    (pgettext_lazy("money", "left"), money(row["paid_sum"] - row["refunded_sum"], row["currency"])),
                ],
            )
            for row in found
        ]

    @admin.display(description=_("invoiced"), ordering="invoiced")
    def shown_invoiced(self, row: RevenueDay) -> str:
        return money(row.invoiced, row.currency)

    @admin.display(description=_("paid"), ordering="paid")
    def shown_paid(self, row: RevenueDay) -> str:
        return money(row.paid, row.currency)

    @admin.display(description=_("given back"), ordering="refunded")
    def shown_refunded(self, row: RevenueDay) -> str:
        return money(row.refunded, row.currency)

    @admin.display(description=_("gifts"))
    def gifts(self, row: RevenueDay) -> SafeString | str:
        """Gift memberships paid on the day; nobody knows where their buyers are."""
        if row.country or row.plan is None or row.plan.audience != Plan.Audience.GIFT:
            return ""
        day = Period(row.day, row.day)
        query = {
            "paid_at__gte": day.starts_at.isoformat(),
            "paid_at__lt": day.ends_at.isoformat(),
            "currency": row.currency,
            "plan__id__exact": str(row.plan_id),
        }
        address = f"{reverse('admin:memberships_voucher_changelist')}?{urlencode(query)}"
        return format_html('<a class="underline" href="{}">{}</a>', address, _("Show"))

    @admin.display(description=_("invoices"))
    def invoices(self, row: RevenueDay) -> SafeString:
        """Those of the day; what was paid or given back on it may belong to earlier ones."""
        day = Period(row.day, row.day)
        query = {
            "issued_at__gte": day.starts_at.isoformat(),
            "issued_at__lt": day.ends_at.isoformat(),
            "currency": row.currency,
            "country": row.country,
        }
        query |= {"plan__id__exact": str(row.plan_id)} if row.plan_id else {"plan__isnull": "1"}
        address = f"{reverse('admin:memberships_invoice_changelist')}?{urlencode(query)}"
        return format_html('<a class="underline" href="{}">{}</a>', address, _("Show"))


@admin.register(MrrMovement)
class MrrMovementAdmin(Summed, ModelAdmin):  # type: ignore[misc]
    list_display = ("at", "subscription", "kind", "shown_before", "shown_after")
    list_filter = ("currency", "kind")
    list_select_related = ("subscription__customer__user", "subscription__customer__team", "subscription__plan")
    search_fields = ("subscription__stripe_id", "subscription__customer__user__email")
    search_help_text = _("Address or Stripe's id")
    date_hierarchy = "at"
    show_full_result_count = False
    fields = readonly_fields = ("subscription", "number", "at", "kind", "before", "after", "currency", "began_at")

    def sums(self, rows: QuerySet[Any]) -> list[tuple[str, list[tuple[Any, str]]]]:
        found = rows.values("currency").annotate(change=Sum(F("after") - F("before")), heads=heads_sum())
        return [
            (
                row["currency"].upper(),
                [
                    (_("change a month"), money(a_month(row["change"]), row["currency"])),
                    (_("change a year"), money(row["change"], row["currency"])),
                    (_("subscriptions"), str(row["heads"])),
                ],
            )
            for row in found.order_by("currency")
        ]

    @admin.display(description=_("a year before"), ordering="before")
    def shown_before(self, row: MrrMovement) -> str:
        return money(row.before, row.currency)

    @admin.display(description=_("a year after"), ordering="after")
    def shown_after(self, row: MrrMovement) -> str:
        return money(row.after, row.currency)


class TrialFilter(admin.SimpleListFilter):
    title = _("trial")
    parameter_name = "trial"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("started", _("began with one")), ("converted", _("began with one and paid"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Subscription]) -> QuerySet[Subscription]:
        if self.value() not in {"started", "converted"}:
            return queryset
        begun = queryset.filter(trial_ends_at__isnull=False, trial_refused_at=None).exclude(status__in=NOT_BEGUN)
        return begun.filter(has_paid=True) if self.value() == "converted" else begun


class CameByFilter(admin.SimpleListFilter):
    title = _("came by")
    parameter_name = "came"
    column = "checkout__last_source"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [*CheckoutAttempt.Source.choices, ("unknown", _("not known"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Subscription]) -> QuerySet[Subscription]:
        if not self.value():
            return queryset
        known = queryset.filter(**{f"{self.column}__in": CheckoutAttempt.Source.values})
        if self.value() == "unknown":
            return queryset.exclude(pk__in=known.values("pk"))
        return queryset.filter(**{self.column: self.value()})


class FirstCameByFilter(CameByFilter):
    title = _("first came by")
    parameter_name = "first_came"
    column = "checkout__first_source"
