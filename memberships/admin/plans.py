"""What is sold, and at which prices."""

from __future__ import annotations

from typing import Any

from babel import Locale
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import TabularInline
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextInputWidget

from memberships import audit, clock, selling
from memberships.admin.desk import ReadOnly, Recorded, act_page, person
from memberships.arrivals import are_countries_told
from memberships.currencies import BadAmount, in_major, in_minor, money
from memberships.fields import lines
from memberships.models import Plan, Product
from memberships.subscriptions import STANDING

# What never changes once the price is at Stripe.
_FROZEN = ("product", "audience", "amount", "price", "currency", "interval", "gift_months", "lookup_key")


class PlanOfProductInline(ReadOnly, TabularInline):  # type: ignore[misc]
    model = Plan
    fields = readonly_fields = ("name", "audience", "price", "interval", "is_offered")
    extra = 0
    show_change_link = True

    @admin.display(description=_("Price"))
    def price(self, plan: Plan) -> str:
        return money(plan.amount, plan.currency)


@admin.register(Product)
class ProductAdmin(Recorded):
    list_display = ("name", "slug")
    readonly_fields = ("stripe_id",)
    inlines = (PlanOfProductInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Product | None = None) -> tuple[str, ...]:
        """The short name is written into texts and rights: it stays what it was."""
        return self.readonly_fields if obj is None else ("slug", *self.readonly_fields)

    def has_delete_permission(self, request: HttpRequest, obj: Product | None = None) -> bool:
        return False


class PlanForm(forms.ModelForm[Plan]):
    """A plan with its price as people write it: 25.00, and not 2500."""

    amount = forms.CharField(
        label=_("Price"),
        max_length=20,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("As people write it, with a point: 25.00. For currencies without a smaller unit: 2500."),
    )

    class Meta:
        model = Plan
        fields = (
            *("product", "name", "audience", "domains", "is_offered", "position"),
            *("amount", "currency", "interval", "gift_months", "trial_days", "lookup_key", "countries"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "amount" in self.fields and self.instance.pk:
            self.initial["amount"] = str(in_major(self.instance.amount, self.instance.currency))
        if "countries" in self.fields and not are_countries_told():
            unknown = gettext(
                "At present nobody tells this site where its readers are, so such a price is sold to nobody."
            )
            self.fields["countries"].help_text = f"{self.fields['countries'].help_text} {unknown}"

    def clean_currency(self) -> str:
        code: str = self.cleaned_data["currency"].strip().lower()
        if code.upper() not in Locale("en").currencies:
            raise ValidationError(
                _("“%(text)s” is no currency. Write its ISO 4217 code of three letters, such as USD."),
                params={"text": self.cleaned_data["currency"]},
            )
        return code

    def clean(self) -> dict[str, Any]:
        """The amount in minor units, which only the currency tells; and what the database would refuse without a word.

        Django leaves a constraint to the database when one of its fields is not on the page.
        """
        found: dict[str, Any] = super().clean() or self.cleaned_data
        self._read_amount(found)
        audience = found.get("audience", self.instance.audience)
        if "domains" in found and (audience == Plan.Audience.STUDENT) == (found["domains"] == ""):
            self.add_error("domains", _("Name the domains of a student price; other prices have none."))
        if self.instance.archived_at and found.get("is_offered"):
            self.add_error("is_offered", _("It is archived: bring it back before it is offered again."))
        return found

    def _read_amount(self, found: dict[str, Any]) -> None:
        written = found.pop("amount", None)
        if written is None or "currency" not in found:
            return
        try:
            found["amount"] = in_minor(written, found["currency"])
        except BadAmount as refusal:
            self.add_error("amount", str(refusal))


@admin.register(Plan)
class PlanAdmin(Recorded):
    form = PlanForm
    list_display = (
        "name",
        "product",
        "price",
        "interval",
        "trial_days",
        "where",
        "is_offered",
        "still_pay",
        "position",
    )
    list_filter = ("is_offered", "audience", "product", ("archived_at", admin.EmptyFieldListFilter))
    list_select_related = ("product",)
    readonly_fields = ("stripe_id", "archived_at")
    fieldsets = (
        (None, {"fields": ("product", "name", "audience", "domains", "is_offered", "position", "archived_at")}),
        (
            _("Price"),
            {
                "fields": (
                    *("amount", "currency", "interval", "gift_months", "trial_days"),
                    *("countries", "lookup_key", "stripe_id"),
                ),
                "description": _("Once the price is at Stripe it never changes: make a new plan for a new price."),
            },
        ),
    )
    actions_detail = ("archive", "bring_back")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Plan]:
        paying = Count("subscriptions", filter=Q(subscriptions__status__in=STANDING))
        plans: QuerySet[Plan] = super().get_queryset(request)
        return plans.annotate(paying=paying)

    def get_readonly_fields(self, request: HttpRequest, obj: Plan | None = None) -> tuple[str, ...]:
        if obj is None or obj.stripe_id is None:
            return self.readonly_fields
        return (*_FROZEN, *self.readonly_fields)

    def get_fieldsets(self, request: HttpRequest, obj: Plan | None = None) -> Any:
        """Where the amount is fixed, or somebody may only look, it is shown as a price and not in minor units."""
        fieldsets: Any = self.fieldsets
        if self.has_change_permission(request, obj) and (obj is None or obj.stripe_id is None):
            return fieldsets
        return [
            (title, {**options, "fields": tuple("price" if name == "amount" else name for name in options["fields"])})
            for title, options in fieldsets
        ]

    def has_delete_permission(self, request: HttpRequest, obj: Plan | None = None) -> bool:
        return False

    def has_archive_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return bool(self.has_change_permission(request))

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[UnfoldAction]:
        """Only the one of the two that changes something."""
        is_archived = Plan.objects.filter(pk=object_id, archived_at__isnull=False).exists()
        acts: list[UnfoldAction] = super().get_actions_detail(request, object_id)
        return [each for each in acts if each.action_name.endswith("bring_back") == is_archived]

    @action(description=_("Archive"), url_path="archive", icon="archive", permissions=["archive"])  # type: ignore[untyped-decorator]
    def archive(self, request: HttpRequest, object_id: str) -> HttpResponse:
        explanation = _(
            "It is not offered any more, and the next stripe_sync_catalogue closes its price at Stripe. Whoever has it "
            "keeps it at its price."
        )
        return self._act(request, object_id, _("Archive"), explanation, to_archive=True)

    @action(description=_("Bring back"), url_path="bring-back", icon="unarchive", permissions=["archive"])  # type: ignore[untyped-decorator]
    def bring_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        explanation = _("It is not offered until you say so; the next stripe_sync_catalogue opens its price then.")
        return self._act(request, object_id, _("Bring back"), explanation, to_archive=False)

    def _act(
        self, request: HttpRequest, object_id: str, title: Any, explanation: Any, *, to_archive: bool
    ) -> HttpResponse:
        plan, at = get_object_or_404(Plan, pk=object_id), clock.now()
        back = reverse("admin:memberships_plan_change", args=[plan.pk])
        if request.method != "POST":
            return act_page(self, request, forms.Form(), title=title, button=title, back=back, explanation=explanation)
        selling.archive(plan, at) if to_archive else selling.bring_back(plan)
        audit.record(
            "plan archived" if to_archive else "plan brought back",
            actor=person(request),
            subject_kind="plan",
            subject_id=plan.pk,
            subject_label=str(plan),
            at=at,
        )
        self.message_user(request, gettext("Archived.") if to_archive else gettext("Brought back."))
        return HttpResponseRedirect(back)

    @admin.display(description=_("Price"), ordering="amount")
    def price(self, plan: Plan) -> str:
        return money(plan.amount, plan.currency)

    @admin.display(description=_("Sold in"))
    def where(self, plan: Plan) -> str:
        return ", ".join(lines(plan.countries)) or gettext("everywhere")

    @admin.display(description=_("Still pay this"), ordering="paying")
    def still_pay(self, plan: Plan) -> str:
        """How many running subscriptions have this price, with the way to them."""
        paying: int = plan.paying  # type: ignore[attr-defined]
        address = f"{reverse('admin:memberships_subscription_changelist')}?plan__id__exact={plan.pk}"
        return format_html('<a href="{}">{}</a>', address, paying) if paying else "0"
