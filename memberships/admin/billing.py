from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action

from memberships import clock, lockouts
from memberships.admin.desk import ReadOnly, Sentence, evidence_page, person
from memberships.admin.money_back import DisputeInline, RefundInline, disputes_of, refund_page
from memberships.admin.numbers import CameByFilter, FirstCameByFilter, TrialFilter
from memberships.currencies import money
from memberships.models import CheckoutAttempt, Customer, Invoice, Subscription
from memberships.stripe.client import BillingError
from memberships.stripe.payload import Unusable
from memberships.stripe.sync import sync_subscription

# Each is a question or two to Stripe, within one request.
MOST_AT_ONCE = 20


class InvoiceInline(ReadOnly, TabularInline):  # type: ignore[misc]
    model = Invoice
    fields = readonly_fields = ("number", "issued_at", "status", "due", "paid", "due_at")
    extra = 0
    show_change_link = True

    @admin.display(description=_("due"))
    def due(self, invoice: Invoice) -> str:
        return money(invoice.amount_due, invoice.currency)

    @admin.display(description=_("paid"))
    def paid(self, invoice: Invoice) -> str:
        return money(invoice.amount_paid, invoice.currency)


class ReadingFilter(admin.SimpleListFilter):
    title = _("reading")
    parameter_name = "reading"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("locked_out", _("paid but locked out"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Subscription]) -> QuerySet[Subscription]:
        if not self.value():
            return queryset
        return queryset.filter(pk__in=[row.pk for row in lockouts.locked_out(clock.now())])


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("customer", "plan", "status", "trial_ends_at", "period_ends_at", "cancel_at", "synced_at")
    list_filter = ("status", "plan", ReadingFilter, TrialFilter, CameByFilter, FirstCameByFilter)
    list_select_related = ("customer__user", "customer__team", "plan")
    search_fields = ("customer__user__email", "customer__team__name", "stripe_id")
    search_help_text = _("Address, team or Stripe's id")
    show_full_result_count = False
    exclude = ("next_amount", "next_currency", "period_amount")
    readonly_fields = ("charged_next", "period_costs")
    inlines = (InvoiceInline,)
    actions = ("read_again",)
    actions_detail = ("evidence",)

    @admin.display(description=_("next charge"))
    def charged_next(self, row: Subscription) -> str | None:
        """After discounts, tax and credit; nothing where nothing is charged, or it is not known."""
        return None if row.next_amount is None else money(row.next_amount, row.next_currency)

    @admin.display(description=_("price of a period"))
    def period_costs(self, row: Subscription) -> str | None:
        """After discounts that last, before tax and credit; nothing where Stripe was not asked yet."""
        return None if row.period_amount is None else money(row.period_amount, row.plan.currency)

    def has_evidence_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return person(request).has_perm("memberships.change_dispute")

    @action(description=_("Evidence"), url_path="evidence", icon="folder_zip", permissions=["evidence"])  # type: ignore[untyped-decorator]
    def evidence(self, request: HttpRequest, object_id: int) -> HttpResponse:
        return evidence_page(object_id)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """The numbers also lead to what one story or edition brought."""
        touched = {f"checkout__{touch}_{what}" for touch in ("first", "last") for what in ("article", "edition")}
        return lookup in touched or super().lookup_allowed(lookup, value, request)

    def has_read_again_permission(self, request: HttpRequest) -> bool:
        return person(request).has_perm("memberships.view_subscription")

    @admin.action(description=_("Read again from Stripe"), permissions=["read_again"])
    def read_again(self, request: HttpRequest, chosen: QuerySet[Subscription]) -> None:
        """Make the mirror equal to what Stripe holds now."""
        done = 0
        for row in chosen.select_related("customer")[:MOST_AT_ONCE]:
            try:
                sync_subscription(row.customer.stripe_id or "", row.stripe_id, clock.now())
            except (BillingError, Unusable) as refusal:
                self.message_user(request, f"{row}: {refusal}", messages.ERROR)
            else:
                done += 1
        self.message_user(request, ngettext("%d was read again.", "%d were read again.", done) % done)


@admin.register(Invoice)
class InvoiceAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("__str__", "customer", "issued_at", "status", "due", "paid", "page")
    list_filter = ("status", "billing_reason", "plan", "country")
    list_select_related = ("customer__user", "customer__team")
    search_fields = ("number", "stripe_id", "customer__user__email", "customer__team__name")
    search_help_text = _("Number, address or team")
    date_hierarchy = "issued_at"
    show_full_result_count = False
    fields = readonly_fields = (
        "number", "customer", "subscription", "plan", "country", "status", "sum", "tax_in_it", "taken_off", "due",
        "paid", "billing_reason", "issued_at", "due_at", "paid_at", "page", "stripe_id", "synced_at",
    )  # fmt: skip
    inlines = (RefundInline, DisputeInline)
    actions_detail = ("refund",)

    def has_refund_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return person(request).has_perm("memberships.give_money_back")

    @action(description=_("Give money back"), url_path="refund", icon="undo", permissions=["refund"])  # type: ignore[untyped-decorator]
    def refund(self, request: HttpRequest, object_id: str) -> HttpResponse:
        rows = Invoice.objects.select_related("subscription__customer", "customer__user", "customer__team")
        return refund_page(self, request, get_object_or_404(rows, pk=object_id))

    @admin.display(description=_("total"))
    def sum(self, invoice: Invoice) -> str | None:
        """With tax, after discounts, before credit; nothing where Stripe was not asked yet."""
        return None if invoice.total is None else money(invoice.total, invoice.currency)

    @admin.display(description=_("tax"))
    def tax_in_it(self, invoice: Invoice) -> str:
        return money(invoice.tax, invoice.currency)

    @admin.display(description=_("discount"))
    def taken_off(self, invoice: Invoice) -> str:
        return money(invoice.discount, invoice.currency)

    @admin.display(description=_("due"), ordering="amount_due")
    def due(self, invoice: Invoice) -> str:
        return money(invoice.amount_due, invoice.currency)

    @admin.display(description=_("paid"), ordering="amount_paid")
    def paid(self, invoice: Invoice) -> str:
        return money(invoice.amount_paid, invoice.currency)

    @admin.display(description=_("page"))
    def page(self, invoice: Invoice) -> SafeString | str:
        if not invoice.hosted_url:
            return ""
        return format_html('<a class="underline" href="{}" rel="noreferrer">{}</a>', invoice.hosted_url, _("Show"))


@admin.register(Customer)
class CustomerAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("__str__", "stripe_id", "created_at")
    list_select_related = ("user", "team")
    search_fields = ("user__email", "team__name", "stripe_id")
    search_help_text = _("Address, team or Stripe's id")
    show_full_result_count = False
    fields = readonly_fields = ("user", "team", "disputes", "stripe_id", "created_at")

    @admin.display(description=_("Disputes"))
    def disputes(self, customer: Customer) -> SafeString | Sentence:
        return disputes_of(invoice__customer=customer)


@admin.register(CheckoutAttempt)
class CheckoutAttemptAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("user", "plan", "state", "with_trial", "created_at", "expires_at", "last_source", "return_to")
    list_filter = ("state", "with_trial", "last_source")
    list_select_related = ("user", "plan")
    search_fields = ("user__email", "session_id")
    search_help_text = _("Address or Stripe's session")
    date_hierarchy = "created_at"
    show_full_result_count = False
