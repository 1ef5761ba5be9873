"""New prices for those who have an old one: counted first, then decided, and withdrawn as long as somebody waits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminSingleDateWidget

from memberships import audit, clock, price_moves
from memberships.admin.desk import ReadOnly, Sentence, act_page, attempt, person
from memberships.admin.forms import today
from memberships.currencies import money
from memberships.models import Plan, PriceMove, PriceNotice
from memberships.models.price_moves import LEAST_NOTICE, MOST_NOTICE
from memberships.price_moves import MoveRefused, Outlook, Wish


class PlanChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, plan: Plan) -> str:
        return f"{plan.name} · {money(plan.amount, plan.currency)} · {plan.lookup_key}"


class PriceMoveForm(forms.Form):
    """What moves where. ``seen`` is what was counted: who changes anything counts again."""

    from_plan = PlanChoice(
        label=_("Old price"),
        queryset=Plan.objects.order_by("product", "name", "amount"),
        widget=UnfoldAdminSelectWidget,
        help_text=_("Whoever pays this is moved."),
    )
    to_plan = PlanChoice(
        label=_("New price"),
        queryset=Plan.objects.filter(archived_at=None).order_by("product", "name", "amount"),
        widget=UnfoldAdminSelectWidget,
        help_text=_("Make it as a plan first. It need not be offered to anybody else."),
    )
    begins_on = forms.DateField(
        label=_("For renewals from"),
        initial=today,
        widget=UnfoldAdminSingleDateWidget,
        help_text=_("Earlier renewals are charged the old price."),
    )
    notice_days = forms.IntegerField(
        label=_("Days of notice"),
        min_value=LEAST_NOTICE,
        max_value=MOST_NOTICE,
        initial=LEAST_NOTICE,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("So long before their renewal everybody is told, some days earlier where that is possible."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Media:
        js = ("admin/js/core.js", "admin/js/calendar.js", "admin/js/admin/DateTimeShortcuts.js")

    def wish(self) -> Wish:
        said = self.cleaned_data
        return Wish(said["from_plan"], said["to_plan"], said["begins_on"], said["notice_days"])

    def as_seen(self) -> str:
        wish = self.wish()
        return f"{wish.from_plan.pk}:{wish.to_plan.pk}:{wish.begins_on.isoformat()}:{wish.notice_days}"

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and (why := price_moves.refusal(self.wish())):
            raise forms.ValidationError(why)
        return found


@admin.register(PriceMove)
class PriceMoveAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = (
        "__str__",
        "prices",
        "begins_on",
        "notice_days",
        "announced",
        "moved",
        "asked_by",
        "asked_at",
        "state",
    )
    list_select_related = ("from_plan", "to_plan", "asked_by")
    search_fields = ("from_plan__name", "from_plan__lookup_key", "to_plan__lookup_key")
    search_help_text = _("Plan")
    show_full_result_count = False
    fields = readonly_fields = (
        "from_plan", "to_plan", "prices", "begins_on", "notice_days", "announced", "moved", "asked_by", "asked_at",
        "withdrawn_at",
    )  # fmt: skip
    actions_detail = ("withdraw",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PriceMove]:
        told = Count("notices", filter=Q(notices__happening__told_at__isnull=False))
        moved = Count("notices", filter=Q(notices__subscription__plan=F("to_plan")))
        return PriceMove.objects.annotate(told=told, have_it=moved)

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return person(request).has_perm("memberships.add_pricemove")

    def has_withdraw_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return person(request).has_perm("memberships.change_pricemove")

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[UnfoldAction]:
        standing = PriceMove.objects.filter(pk=object_id, withdrawn_at=None)
        return super().get_actions_detail(request, object_id) if standing.exists() else []

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Two looks: what is to be moved, then how many that are, with the button that decides it."""
        if not self.has_add_permission(request):
            raise PermissionDenied(_("Your account may not do this at the desk. Ask whoever runs it."))
        form, at = PriceMoveForm(request.POST or None), clock.now()
        back = reverse("admin:memberships_pricemove_changelist")
        title: Sentence = _("Move a price")
        if request.method != "POST" or not form.is_valid():
            explanation = _("First it is only counted: nothing is written and nobody is told.")
            return act_page(self, request, form, title=title, button=_("Count"), back=back, explanation=explanation)
        if form.cleaned_data["seen"] == form.as_seen() and attempt(
            request, form, lambda: _scheduled(form.wish(), request), MoveRefused
        ):
            return HttpResponseRedirect(back)
        points = _points(price_moves.outlook(form.wish(), at), form.wish())
        counted = PriceMoveForm({**request.POST.dict(), "seen": form.as_seen()})
        return act_page(
            self,
            request,
            form if form.errors else counted,
            title=title,
            button=_("Move the price"),
            back=back,
            points=points,
        )

    @action(description=_("Withdraw"), url_path="withdraw", icon="undo", permissions=["withdraw"])  # type: ignore[untyped-decorator]
    def withdraw(self, request: HttpRequest, object_id: str) -> HttpResponse:
        move, at = get_object_or_404(PriceMove, pk=object_id), clock.now()
        back = reverse("admin:memberships_pricemove_change", args=[move.pk])
        if request.method == "POST":
            if price_moves.withdraw(move, at):
                _record("withdrawn", move, request)
                self.message_user(request, gettext("Withdrawn. Nobody else is moved."))
            return HttpResponseRedirect(back)
        points = [
            _("Whoever has the new price already keeps it."),
            _("Whoever was told of it keeps the old price; within minutes Stripe knows."),
            _("They are not told again: write to them, if that is due to them."),
        ]
        title = format_html("{}: {}", gettext("Withdraw"), move)
        return act_page(self, request, forms.Form(), title=title, button=_("Withdraw"), back=back, points=points)

    @admin.display(description=_("price"))
    def prices(self, move: PriceMove) -> str:
        """Both plans may have one name."""
        return " → ".join(money(plan.amount, plan.currency) for plan in (move.from_plan, move.to_plan))

    @admin.display(description=_("told"))
    def announced(self, move: PriceMove) -> SafeString | str:
        """How many, with the way to them."""
        told: int = move.told  # type: ignore[attr-defined]
        address = f"{reverse('admin:memberships_pricenotice_changelist')}?move__id__exact={move.pk}"
        return format_html('<a class="underline" href="{}">{}</a>', address, told) if told else "0"

    @admin.display(description=_("have the new price"))
    def moved(self, move: PriceMove) -> int:
        return int(move.have_it)  # type: ignore[attr-defined]

    @admin.display(description=_("state"))
    def state(self, move: PriceMove) -> str:
        return gettext("withdrawn") if move.withdrawn_at else gettext("stands")


@admin.register(PriceNotice)
class PriceNoticeAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("who", "move", "renews_at", "before", "after", "told_at", "status")
    list_filter = ("move",)
    list_select_related = (
        "subscription__customer__user", "subscription__customer__team", "subscription__plan", "move__from_plan",
        "move__to_plan", "happening",
    )  # fmt: skip
    search_fields = ("subscription__customer__user__email", "subscription__stripe_id")
    search_help_text = _("Address or Stripe's id")
    date_hierarchy = "renews_at"
    show_full_result_count = False
    fields = readonly_fields = ("subscription", "move", "renews_at", "before", "after", "told_at", "status")

    @admin.display(description=_("who"))
    def who(self, notice: PriceNotice) -> str:
        return str(notice.subscription.customer)

    @admin.display(description=_("price before"), ordering="amount_now")
    def before(self, notice: PriceNotice) -> str:
        return money(*notice.now)

    @admin.display(description=_("price after"), ordering="amount_then")
    def after(self, notice: PriceNotice) -> str:
        return money(*notice.then)

    @admin.display(description=_("told"), ordering="happening__told_at")
    def told_at(self, notice: PriceNotice) -> Any:
        return notice.happening.told_at

    @admin.display(description=_("state"))
    def status(self, notice: PriceNotice) -> str:
        """How far it is, by our mirror."""
        if notice.subscription.plan_id == notice.move.to_plan_id:
            return gettext("has the new price")
        if notice.subscription.follows_by_move:
            return gettext("follows at Stripe")
        return gettext("not at Stripe")


def _scheduled(wish: Wish, request: HttpRequest) -> Sentence:
    move = price_moves.schedule(wish, person(request), clock.now())
    _record("scheduled", move, request)
    return _("The price moves. From the next ten minutes on people are told, each before their renewal.")


def _record(verb: str, move: PriceMove, request: HttpRequest) -> None:
    audit.record(
        f"pricemove {verb}",
        actor=person(request),
        subject_kind="pricemove",
        subject_id=move.pk,
        subject_label=str(move),
        at=clock.now(),
        begins_on=move.begins_on.isoformat(),
        notice_days=move.notice_days,
    )


def _points(seen: Outlook, wish: Wish) -> list[Sentence]:
    """The dry run in sentences."""
    prices = {
        "now": money(wish.from_plan.amount, wish.from_plan.currency),
        "then": money(wish.to_plan.amount, wish.to_plan.currency),
    }
    said = [
        gettext("From %(now)s to %(then)s.") % prices,
        gettext("Subscriptions that move: %(count)s.") % {"count": seen.moved},
        gettext("Of these renew once more at the old price, because there is no time left to tell them: %(count)s.")
        % {"count": seen.a_period_later},
    ]
    if seen.first_at is not None:
        day = date_format(localtime(seen.first_at), "DATE_FORMAT")
        said.append(gettext("First renewal at the new price: %(date)s.") % {"date": day})
    said += [
        gettext("End before, and are left alone: %(count)s.") % {"count": seen.ending},
        gettext("Rest, and are told once they go on: %(count)s.") % {"count": seen.resting},
        gettext("In a trial, owing, of a team or with another plan chosen; looked at later: %(count)s.")
        % {"count": seen.others},
    ]
    return [*said]
