"""Gift memberships at the desk: who gave what to whom, where it stands, and its money back."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action

from memberships import clock
from memberships.admin.desk import ReadOnly, Sentence, act_page, attempt, evidence_page, person
from memberships.admin.forms import ReasonForm
from memberships.currencies import money
from memberships.models import Voucher
from memberships.stripe import voucher_money
from memberships.stripe.refunds import RefundRefused
from memberships.vouchers.wording import for_buyer


@admin.register(Voucher)
class VoucherAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("created_at", "buyer_email", "recipient_name", "plan", "sum", "state", "deliver_at", "claimed_by")
    list_filter = ("state", "plan", ("claimed_by", admin.EmptyFieldListFilter))
    list_select_related = ("plan", "claimed_by")
    search_fields = ("buyer_email", "buyer_name", "recipient_email", "recipient_name", "payment_ref", "session_id")
    search_help_text = _("Name, address or Stripe's id")
    date_hierarchy = "created_at"
    show_full_result_count = False
    readonly_fields = ("sum", "returned", "stands")
    fieldsets = (
        (None, {"fields": ("stands", "state", "plan", "months", "sum", "created_at", "paid_at", "error")}),
        (_("Buyer"), {"fields": ("buyer_name", "buyer_email", "buyer", "language", "receipt_told_at")}),
        (
            _("Delivery"),
            {
                "fields": (
                    *("recipient_name", "recipient_email", "message", "deliver_at", "time_zone"),
                    *("delivered_at", "expires_at", "waiting_told_at"),
                )
            },
        ),
        (
            _("Reading"),
            {"fields": ("claimed_by", "claimed_at", "starts_at", "ends_at", "claim_told_at", "ending_told_at")},
        ),
        (
            _("Money"),
            {
                "fields": (
                    *("session_id", "payment_ref", "dispute_ref", "returned", "refund_asked_by", "refund_asked_at"),
                    *("refund_note", "ended_at", "refund_told_at"),
                )
            },
        ),
    )
    actions_detail = ("evidence", "give_back")

    @admin.display(description=_("amount"), ordering="amount")
    def sum(self, voucher: Voucher) -> str:
        return money(voucher.amount, voucher.currency)

    @admin.display(description=_("given back"))
    def returned(self, voucher: Voucher) -> str:
        return money(voucher.given_back, voucher.currency)

    @admin.display(description=_("in words"))
    def stands(self, voucher: Voucher) -> str:
        """What the buyer is told on their page."""
        return for_buyer(voucher, clock.now())

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[UnfoldAction]:
        """Giving back only where there is something to give back, evidence once it was paid."""
        voucher = Voucher.objects.filter(pk=object_id).exclude(paid_at=None).first()
        if voucher is None:
            return []
        offered = super().get_actions_detail(request, object_id)
        return [each for each in offered if not each.action_name.endswith("give_back") or _can_go_back(voucher)]

    def has_evidence_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return person(request).has_perm("memberships.change_dispute")

    @action(description=_("Evidence"), url_path="evidence", icon="folder_zip", permissions=["evidence"])  # type: ignore[untyped-decorator]
    def evidence(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return evidence_page(object_id, is_gift=True)

    def has_give_back_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return person(request).has_perm("memberships.give_voucher_back")

    @action(  # type: ignore[untyped-decorator]
        description=_("Give the money back"), url_path="give-back", icon="undo", permissions=["give_back"]
    )
    def give_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        voucher = get_object_or_404(Voucher.objects.select_related("plan", "claimed_by"), pk=object_id)
        back = reverse("admin:memberships_voucher_change", args=[voucher.pk])
        form = ReasonForm(request.POST or None)

        def give() -> Sentence:
            given = voucher_money.give_back(voucher, form.cleaned_data["reason"], person(request), clock.now())
            if given.state != Voucher.State.VOID:
                return _("Stripe does not answer just now. The refund is written down and is made, once, when it does.")
            return _("The money is on its way, and they have been told.")

        if request.method == "POST" and form.is_valid() and attempt(request, form, give, RefundRefused):
            return HttpResponseRedirect(back)
        names = {
            "amount": money(voucher.amount - voucher.given_back, voucher.currency),
            "who": voucher.buyer_name,
            "reader": voucher.claimed_by,
        }
        explanation = _("%(amount)s go back to %(who)s. Nobody can claim the gift any more.") % names
        if voucher.claimed_by is not None:
            explanation = _("%(amount)s go back to %(who)s. %(reader)s stops reading with the gift at once.") % names
        title = format_html("{}: {}", gettext("Give the money back"), voucher)
        button = _("Give back %(amount)s") % names
        return act_page(self, request, form, title=title, button=button, back=back, explanation=explanation)


def _can_go_back(voucher: Voucher) -> bool:
    try:
        voucher_money.refuse_refund(voucher)
    except RefundRefused:
        return False
    return True
