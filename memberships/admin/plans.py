from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline

from memberships.admin.desk import ReadOnly, Recorded
from memberships.models import Plan, Product
from memberships.currencies import money


class PlanOfProductInline(ReadOnly, TabularInline):  # type: ignore[misc]
    model = Plan
    fields = readonly_fields = ("name", "audience", "amount", "currency", "interval", "is_offered")
    extra = 0
    show_change_link = True


@admin.register(Product)
class ProductAdmin(Recorded):
    list_display = ("name", "slug", "description")
    readonly_fields = ("stripe_id",)
    inlines = (PlanOfProductInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Product | None = None) -> tuple[str, ...]:
        """The short name is written into texts and rights: it stays what it was."""
        return self.readonly_fields if obj is None else ("slug", *self.readonly_fields)

    def has_delete_permission(self, request: HttpRequest, obj: Product | None = None) -> bool:
        return False


@admin.register(Plan)
class PlanAdmin(Recorded):
    list_display = ("name", "product", "price", "interval", "trial_days", "is_offered", "position")
    list_filter = ("is_offered", "audience", "product")
    list_select_related = ("product",)
    readonly_fields = ("stripe_id",)
    fieldsets = (
        (None, {"fields": ("product", "name", "audience", "is_offered", "position")}),
        (
            _("Price"),
            {
                "fields": ("amount", "currency", "interval", "trial_days", "lookup_key", "stripe_id"),
                "description": _("Once the price is at Stripe it never changes: make a new plan for a new price."),
            },
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Plan | None = None) -> tuple[str, ...]:
        if obj is None or obj.stripe_id is None:
            return self.readonly_fields
        return ("product", "audience", "amount", "currency", "interval", "lookup_key", *self.readonly_fields)

    def has_delete_permission(self, request: HttpRequest, obj: Plan | None = None) -> bool:
        return False

    @admin.display(description=_("Price"), ordering="amount")
    def price(self, plan: Plan) -> str:
        return money(plan.amount, plan.currency)
