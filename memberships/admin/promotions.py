"""Promotions at the desk: made here, opened at Stripe by an act, counted, closed; and what they kept and won back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextInputWidget

from memberships import audit, clock
from memberships.admin.desk import ReadOnly, Recorded, Sentence, act_page, attempt, person
from memberships.admin.forms import NothingForm
from memberships.currencies import BadAmount, in_major, in_minor
from memberships.discounts import size_in_words
from memberships.models import Leaving, Promotion, WinBack
from memberships.promotions import written
from memberships.stripe import coupons
from memberships.stripe.catalogue import CatalogueError
from memberships.stripe.client import BillingError

_TERMS = ("code", "use", "percent", "amount", "currency", "duration", "months", "plans")
_TERMS_TOO = ("starts_at", "ends_at", "most", "first_time_only")
_KNOWN_THERE = ("link", "coupon_made_at", "is_open_there", "times_used", "counted_at", "closed_at")


class PromotionForm(forms.ModelForm[Promotion]):
    """A promotion with its amount as people write it: 25.00, and not 2500."""

    amount = forms.CharField(
        label=_("Amount off"),
        max_length=20,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("As people write it, with a point: 25.00. Leave it empty where it is a percentage."),
    )

    class Meta:
        model = Promotion
        fields = (*_TERMS, *_TERMS_TOO, "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "amount" in self.fields and self.instance.amount is not None:
            self.initial["amount"] = str(in_major(self.instance.amount, self.instance.currency))

    def clean_code(self) -> str:
        code = written(self.cleaned_data["code"])
        if not (len(code) >= 3 and code.isascii() and code.isalnum()):
            raise ValidationError(_("A code has at least three letters A to Z and digits, and nothing else."))
        return code

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).strip().lower()

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if "amount" in found:
            typed = found["amount"]
            found["amount"] = None
            try:
                found["amount"] = in_minor(typed, found.get("currency", "")) if typed else None
            except BadAmount as refusal:
                self.add_error("amount", str(refusal))
        percent = found.get("percent")
        if percent is not None and not 1 <= percent <= 100:
            self.add_error("percent", _("A percentage is between 1 and 100."))
        return found


@admin.register(Promotion)
class PromotionAdmin(Recorded):
    form = PromotionForm
    list_display = ("code", "size", "use", "ends_at", "state", "times_used", "letters", "came_back")
    list_filter = ("use", ("closed_at", admin.EmptyFieldListFilter))
    search_fields = ("code", "note")
    fieldsets = (
        (None, {"fields": (*_TERMS, *_TERMS_TOO, "note")}),
        (_("At Stripe"), {"fields": _KNOWN_THERE}),
    )
    readonly_fields = _KNOWN_THERE
    autocomplete_fields = ()
    actions_detail = ("open_at_stripe", "look_again", "close")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Promotion]:
        rows: QuerySet[Promotion] = super().get_queryset(request)
        return rows.annotate(sent=Count("win_backs", filter=Q(win_backs__state="sent")))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"starts_at": clock.now()}

    def get_readonly_fields(self, request: HttpRequest, obj: Promotion | None = None) -> tuple[str, ...]:
        """Once it is at Stripe only the note changes."""
        if obj is None or obj.coupon_made_at is None:
            return self.readonly_fields
        return (*("size" if name == "amount" else name for name in _TERMS), *_TERMS_TOO, *self.readonly_fields)

    def get_fieldsets(self, request: HttpRequest, obj: Promotion | None = None) -> Any:
        if obj is None:
            return self.fieldsets[:1]
        if obj.coupon_made_at is None and self.has_change_permission(request, obj):
            return self.fieldsets
        terms = ("code", "use", "size", "plans", *_TERMS_TOO, "note")
        return ((None, {"fields": terms}), self.fieldsets[1])

    def has_delete_permission(self, request: HttpRequest, obj: Promotion | None = None) -> bool:
        """What Stripe has never seen may go again."""
        may: bool = super().has_delete_permission(request, obj)
        return may and obj is not None and obj.coupon_made_at is None

    def has_act_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return bool(self.has_change_permission(request))

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[UnfoldAction]:
        """Only those that do something to it as it is."""
        promotion = Promotion.objects.filter(pk=object_id).first()
        if promotion is None or promotion.closed_at is not None:
            return []
        fitting = "open_at_stripe" if promotion.coupon_made_at is None else "look_again"
        acts: list[UnfoldAction] = super().get_actions_detail(request, object_id)
        return [each for each in acts if each.action_name.endswith((fitting, "close"))]

    @action(description=_("Open at Stripe"), url_path="open", icon="cloud_upload", permissions=["act"])  # type: ignore[untyped-decorator]
    def open_at_stripe(self, request: HttpRequest, object_id: str) -> HttpResponse:
        explanation = _("Stripe gets it as it stands here. After that only its note changes, and it can be closed.")
        return self._act(request, object_id, _("Open at Stripe"), explanation, "opened at Stripe")

    @action(description=_("Look again"), url_path="look-again", icon="refresh", permissions=["act"])  # type: ignore[untyped-decorator]
    def look_again(self, request: HttpRequest, object_id: str) -> HttpResponse:
        explanation = _("Asks Stripe how often it was used. Every night that happens by itself.")
        return self._act(request, object_id, _("Look again"), explanation, "")

    @action(description=_("Close"), url_path="close", icon="block", permissions=["act"])  # type: ignore[untyped-decorator]
    def close(self, request: HttpRequest, object_id: str) -> HttpResponse:
        explanation = _("Nobody gets it any more. Whoever has it keeps it. This cannot be taken back.")
        return self._act(request, object_id, _("Close"), explanation, "closed")

    def _act(
        self, request: HttpRequest, object_id: str, title: Sentence, explanation: Sentence, verb: str
    ) -> HttpResponse:
        promotion, at = get_object_or_404(Promotion, pk=object_id), clock.now()
        back = reverse("admin:memberships_promotion_change", args=[promotion.pk])
        form = NothingForm(request.POST if request.method == "POST" else None)

        def act() -> Sentence:
            if verb == "closed":
                coupons.close(promotion, at)
            elif verb:
                coupons.push([promotion], at)
            else:
                coupons.count(promotion, at)
            if verb:
                audit.record(
                    f"promotion {verb}",
                    actor=person(request),
                    subject_kind="promotion",
                    subject_id=promotion.pk,
                    subject_label=promotion.code,
                    at=at,
                )
            used = ngettext("Used %(count)d time.", "Used %(count)d times.", promotion.times_used)
            return used % {"count": promotion.times_used}

        if request.method == "POST" and attempt(request, form, act, BillingError, CatalogueError):
            return HttpResponseRedirect(back)
        heading = format_html("{}: {}", title, promotion)
        return act_page(self, request, form, title=heading, button=title, back=back, explanation=explanation)

    @admin.display(description=_("takes off"))
    def size(self, promotion: Promotion) -> str:
        return size_in_words(promotion)

    @admin.display(description=_("state"))
    def state(self, promotion: Promotion) -> str:
        at = clock.now()
        if promotion.closed_at is not None:
            return gettext("closed")
        if promotion.coupon_made_at is None:
            return gettext("not at Stripe yet")
        if promotion.ends_at is not None and promotion.ends_at <= at:
            return gettext("over")
        if promotion.is_used_up:
            return gettext("used up")
        return gettext("open") if promotion.starts_at <= at else gettext("not begun")

    @admin.display(description=_("Link"))
    def link(self, promotion: Promotion) -> str | SafeString:
        """What to put into a letter or an advertisement."""
        if promotion.use == Promotion.Use.SAVE_OFFER:
            return gettext("None: it is shown to whoever is about to leave.")
        address = f"{reverse('pro')}?{urlencode({'code': promotion.code})}"
        return format_html('<a class="underline" href="{}"><bdi>{}</bdi></a>', address, address)

    @admin.display(description=_("letters sent"), ordering="sent")
    def letters(self, promotion: Promotion) -> str:
        sent: int = promotion.sent  # type: ignore[attr-defined]
        return _to_letters(promotion, sent)

    @admin.display(description=_("came back"))
    def came_back(self, promotion: Promotion) -> int:
        returned = WinBack.objects.returned().filter(promotion=promotion)
        return returned.values("subscription__customer__user").distinct().count()


def _to_letters(promotion: Promotion, sent: int) -> str:
    address = f"{reverse('admin:memberships_winback_changelist')}?promotion__id__exact={promotion.pk}&state__exact=sent"
    return format_html('<a class="underline" href="{}">{}</a>', address, sent) if sent else "0"


@admin.register(Leaving)
class LeavingAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("at", "who", "plan", "reason", "comment", "offer", "answer", "ends_at")
    list_filter = ("reason", "answer", "offer")
    list_select_related = (
        "subscription__customer__user",
        "subscription__customer__team",
        "subscription__plan",
        "offer",
    )
    search_fields = ("subscription__customer__user__email", "comment")
    search_help_text = _("Address, or words of the comment")
    date_hierarchy = "at"
    show_full_result_count = False
    fields = readonly_fields = ("at", "subscription", "reason", "comment", "offer", "answer", "ends_at")

    @admin.display(description=_("who"))
    def who(self, leaving: Leaving) -> str:
        return str(leaving.subscription.customer)

    @admin.display(description=_("plan"))
    def plan(self, leaving: Leaving) -> str:
        return str(leaving.subscription.plan)


@admin.register(WinBack)
class WinBackAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("noted_at", "who", "days", "promotion", "state", "settled_at", "came_back")
    list_filter = ("state", "days", "promotion")
    list_select_related = ("subscription__customer__user", "subscription__customer__team", "promotion")
    search_fields = ("subscription__customer__user__email",)
    search_help_text = _("Address")
    date_hierarchy = "noted_at"
    show_full_result_count = False
    fields = readonly_fields = ("subscription", "days", "promotion", "state", "noted_at", "settled_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[WinBack]:
        return WinBack.objects.with_return()

    @admin.display(description=_("who"))
    def who(self, letter: WinBack) -> str:
        return str(letter.subscription.customer)

    @admin.display(description=_("came back"), boolean=True)
    def came_back(self, letter: WinBack) -> bool:
        return bool(letter.came_back)  # type: ignore[attr-defined]
