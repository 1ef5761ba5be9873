"""Refunds and disputes at the desk: what was given back and taken back, and the acts that follow."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action

from memberships import clock
from memberships.admin.desk import ReadOnly, Sentence, act_page, attempt, evidence_page, person
from memberships.admin.forms import NothingForm, ReasonForm, RefundForm
from memberships.currencies import money
from memberships.models import Dispute, Invoice, Refund
from memberships.stripe import disputes, refunds
from memberships.stripe.client import BillingError
from memberships.stripe.payload import Unusable
from memberships.stripe.refunds import Offer, Order, RefundRefused
from memberships.subscriptions import STANDING

# A second look holds for a quarter of an hour; then the share of the period has become another one.
_LOOK_HOLDS = 900
_SALT = "memberships.refund"


class RefundInline(ReadOnly, TabularInline):  # type: ignore[misc]
    model = Refund
    verbose_name_plural = _("Refunds")
    fields = readonly_fields = ("asked_at", "sum", "status", "reason", "then", "asked_by")
    extra = 0
    show_change_link = True

    @admin.display(description=_("amount"))
    def sum(self, refund: Refund) -> str:
        return money(refund.amount, refund.currency)


class DisputeInline(ReadOnly, TabularInline):  # type: ignore[misc]
    model = Dispute
    verbose_name_plural = _("Disputes")
    fields = readonly_fields = ("opened_at", "sum", "status", "reason", "due_at", "closed_at")
    extra = 0
    show_change_link = True

    @admin.display(description=_("amount"))
    def sum(self, dispute: Dispute) -> str:
        return money(dispute.amount, dispute.currency)


@admin.register(Refund)
class RefundAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("asked_at", "invoice", "whose", "sum", "status", "then", "asked_by", "settled_at")
    list_filter = ("status", "then", "reason", ("asked_by", admin.EmptyFieldListFilter))
    list_select_related = ("invoice__customer__user", "invoice__customer__team", "asked_by")
    search_fields = ("stripe_id", "invoice__number", "invoice__customer__user__email", "invoice__customer__team__name")
    search_help_text = _("Number, address or Stripe's id")
    date_hierarchy = "asked_at"
    show_full_result_count = False
    fields = readonly_fields = (
        "invoice", "whose", "sum", "status", "failure", "reason", "note", "then", "asked_by", "asked_at", "settled_at",
        "credit_note_number", "credit_note_url", "stripe_id", "payment_ref", "synced_at",
    )  # fmt: skip
    actions_detail = ("end",)

    @admin.display(description=_("whose"))
    def whose(self, refund: Refund) -> str:
        return str(refund.invoice.customer)

    @admin.display(description=_("amount"), ordering="amount")
    def sum(self, refund: Refund) -> str:
        return money(refund.amount, refund.currency)

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[UnfoldAction]:
        """The end is for a membership that goes on although its money went back."""
        going_on = Refund.objects.counting().filter(pk=object_id, invoice__subscription__status__in=STANDING)
        made = going_on.exclude(stripe_id=None).exclude(settled_at=None)
        return super().get_actions_detail(request, object_id) if made.exists() else []

    def has_end_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return person(request).has_perm("memberships.give_money_back")

    @action(description=_("End the membership"), url_path="end", icon="block", permissions=["end"])  # type: ignore[untyped-decorator]
    def end(self, request: HttpRequest, object_id: str) -> HttpResponse:
        rows = Refund.objects.counting().select_related("invoice__subscription__customer", "invoice__customer__user")
        refund = get_object_or_404(rows.exclude(stripe_id=None), pk=object_id)
        back = reverse("admin:memberships_refund_change", args=[refund.pk])
        form = NothingForm(request.POST if request.method == "POST" else None)

        def end() -> Sentence:
            refunds.end_membership(refund, person(request), clock.now())
            return _("The membership has ended.")

        if request.method == "POST" and attempt(request, form, end, BillingError, Unusable):
            return HttpResponseRedirect(back)
        title = format_html("{}: {}", gettext("End the membership"), refund.invoice.customer)
        explanation = _("They stop reading at once, and nothing more is charged.")
        return act_page(self, request, form, title=title, button=_("End it"), back=back, explanation=explanation)


class UndecidedFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("open")), ("decided", _("decided"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Dispute]) -> QuerySet[Dispute]:
        if self.value() is None:
            return queryset
        return queryset.filter(closed_at__isnull=self.value() == "open")


@admin.register(Dispute)
class DisputeAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("opened_at", "invoice", "whose", "sum", "reason", "status", "days_left", "closed_at")
    list_filter = (UndecidedFilter, "status", "reason")
    list_select_related = ("invoice__customer__user", "invoice__customer__team")
    search_fields = ("stripe_id", "invoice__number", "invoice__customer__user__email", "invoice__customer__team__name")
    search_help_text = _("Number, address or Stripe's id")
    date_hierarchy = "opened_at"
    show_full_result_count = False
    fields = readonly_fields = (
        "invoice", "whose", "sum", "reason", "status", "days_left", "due_at", "opened_at", "closed_at", "forgiven_at",
        "is_refundable", "stripe_id", "synced_at",
    )  # fmt: skip
    actions_detail = ("evidence", "forgive")

    @admin.display(description=_("whose"))
    def whose(self, dispute: Dispute) -> str:
        return str(dispute.invoice.customer)

    @admin.display(description=_("amount"), ordering="amount")
    def sum(self, dispute: Dispute) -> str:
        return money(dispute.amount, dispute.currency)

    @admin.display(description=_("time to answer"), ordering="due_at")
    def days_left(self, dispute: Dispute) -> str:
        return time_left(dispute, clock.now())

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[UnfoldAction]:
        offered = super().get_actions_detail(request, object_id)
        holds = Dispute.objects.holding().filter(pk=object_id, status="lost").exists()
        return [each for each in offered if holds or not each.action_name.endswith("forgive")]

    def has_evidence_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return person(request).has_perm("memberships.change_dispute")

    @action(description=_("Evidence"), url_path="evidence", icon="folder_zip", permissions=["evidence"])  # type: ignore[untyped-decorator]
    def evidence(self, request: HttpRequest, object_id: str) -> HttpResponse:
        dispute = get_object_or_404(Dispute.objects.exclude(invoice__subscription=None), pk=object_id)
        return evidence_page(dispute.invoice.subscription_id or 0)

    def has_forgive_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return person(request).has_perm("memberships.change_dispute")

    @action(  # type: ignore[untyped-decorator]
        description=_("Let them buy again"), url_path="forgive", icon="handshake", permissions=["forgive"]
    )
    def forgive(self, request: HttpRequest, object_id: str) -> HttpResponse:
        dispute = get_object_or_404(Dispute.objects.select_related("invoice__customer__user"), pk=object_id)
        back = reverse("admin:memberships_dispute_change", args=[dispute.pk])
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            if disputes.forgive(dispute, form.cleaned_data["reason"], person(request), clock.now()):
                self.message_user(request, gettext("They may buy again."))
            return HttpResponseRedirect(back)
        title = format_html("{}: {}", gettext("Let them buy again"), dispute.invoice.customer)
        explanation = _(
            "Their bank took the money back, and that was lost. From now on the till is open to them again."
        )
        return act_page(self, request, form, title=title, button=_("Let them buy"), back=back, explanation=explanation)


def time_left(dispute: Dispute, at: datetime) -> str:
    """How long staff have to answer; nothing where the bank waits for no answer."""
    if dispute.closed_at is not None or dispute.due_at is None or not dispute.status.endswith("needs_response"):
        return ""
    days = (dispute.due_at - at).days
    if days < 0:
        return gettext("too late")
    return gettext("today") if days == 0 else ngettext("%d day", "%d days", days) % days


def disputes_of(**whose: object) -> SafeString | Sentence:
    """The disputes that hold somebody, as links, for the pages about them."""
    rows = Dispute.objects.holding().filter(**whose).select_related("invoice")
    lines = [
        (
            reverse("admin:memberships_dispute_change", args=[row.pk]),
            money(row.amount, row.currency),
            row.status.replace("_", " "),
            time_left(row, clock.now()),
        )
        for row in rows
    ]
    return format_html_join("", '<a class="underline" href="{}">⚠ {}: {} {}</a><br>', lines) or _("none")


def refund_page(model_admin: ModelAdmin, request: HttpRequest, invoice: Invoice) -> HttpResponse:
    """Money back for an invoice: what to give back and why, then the same once more with its sum, then the act."""
    back = reverse("admin:memberships_invoice_change", args=[invoice.pk])
    title = format_html("{}: {}", gettext("Give money back"), f"{invoice} · {invoice.customer}")
    try:
        offer = refunds.offer_for(invoice, clock.now())
    except RefundRefused as refusal:
        model_admin.message_user(request, str(refusal), "WARNING")
        return HttpResponseRedirect(back)
    form = RefundForm(offer, invoice.currency, request.POST or None)
    page: dict[str, Any] = {"title": title, "back": back, "button": _("Look at it once more")}
    if request.method != "POST" or not form.is_valid():
        return act_page(model_admin, request, form, explanation=_explained(invoice, offer), **page)
    if (look := _looked_at(request, invoice)) is not None:
        order = Order(**look, reason=form.cleaned_data["reason"], note=form.cleaned_data["note"])
        if attempt(request, form, lambda: _give_back(request, invoice, order), RefundRefused, BillingError, Unusable):
            return HttpResponseRedirect(back)
        return act_page(model_admin, request, form, explanation=_explained(invoice, offer), **page)
    amount, then = form.chosen()
    shown = {"amount": amount, "left": offer.left, "then": then}
    form.hide(signing.dumps(shown, salt=_salt(request, invoice)))
    names = {"amount": money(amount, invoice.currency), "who": invoice.customer, "then": Refund.Then(then).label}
    explanation = _("%(amount)s go back to %(who)s: %(then)s. This cannot be taken back.") % names
    page["button"] = gettext("Give back %(amount)s") % names
    return act_page(model_admin, request, form, explanation=explanation, **page)


def _give_back(request: HttpRequest, invoice: Invoice, order: Order) -> Sentence:
    refund = refunds.ask(invoice, order, person(request), clock.now())
    if refund.status == Refund.Ours.ASKED:
        return _("Stripe does not answer just now. The refund is written down and is made, once, when it does.")
    if refund.settled_at is None:
        return _("The money is on its way. The membership is ended as soon as Stripe answers.")
    return _("The money is on its way, and they have been told.")


def _looked_at(request: HttpRequest, invoice: Invoice) -> dict[str, Any] | None:
    """What was shown to this colleague for this invoice; ``None`` where nothing was, or too long ago."""
    try:
        look: dict[str, Any] = signing.loads(
            request.POST.get("look", ""), salt=_salt(request, invoice), max_age=_LOOK_HOLDS
        )
    except signing.BadSignature:
        return None
    return {**look, "then": Refund.Then(look["then"])}


def _salt(request: HttpRequest, invoice: Invoice) -> str:
    return f"{_SALT}:{person(request).pk}:{invoice.pk}"


def _explained(invoice: Invoice, offer: Offer) -> str:
    names = {"paid": money(invoice.amount_paid, invoice.currency), "left": money(offer.left, invoice.currency)}
    return gettext("%(paid)s were paid, %(left)s of it can be given back.") % names
