from __future__ import annotations

from functools import partial
from typing import Any

from allauth.socialaccount import admin as _registers_them  # noqa: F401
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as StockGroupAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from memberships import clock, gifts, signals
from memberships.admin.accounts import AccountActs
from memberships.admin.desk import ReadOnly, Recorded, Sentence, act_page, person
from memberships.admin.forms import GiftForm
from memberships.admin.money_back import disputes_of
from memberships.models import Entitlement, Seat, Subscription, User
from memberships.standing import standing_of

admin.site.unregister(Group)
# Providers are settings, and who is connected to them is decided by those who sign in with them.
for _model in (SocialAccount, SocialApp, SocialToken):
    admin.site.unregister(_model)


@admin.register(Group)
class RoleAdmin(StockGroupAdmin, ModelAdmin):  # type: ignore[misc]
    """What each role may do."""


class RightInline(ReadOnly, TabularInline):  # type: ignore[misc]
    model = Entitlement
    verbose_name_plural = _("Rights to read")
    fields = readonly_fields = ("product", "source", "starts_at", "ends_at", "revoked_at", "reason")
    extra = 0
    show_change_link = True


class SeatOfPersonInline(ReadOnly, TabularInline):  # type: ignore[misc]
    model = Seat
    verbose_name_plural = _("Seats in teams")
    fields = readonly_fields = ("team", "state", "accepted_at", "released_at")
    extra = 0
    show_change_link = True


@admin.register(User)
class UserAdmin(AccountActs, Recorded):
    list_display = ("email", "name", "language", "is_staff", "is_active", "joined_at")
    list_filter = ("is_staff", "is_active", "language")
    search_fields = ("email", "name")
    search_help_text = _("Address or name")
    ordering = ("-joined_at",)
    show_full_result_count = False
    readonly_fields = ("email", "joined_at", "last_login", "standing", "subscriptions", "disputes")
    inlines = (RightInline, SeatOfPersonInline)
    actions_row = ("see_all",)
    actions_detail = ("see_all", "give", *AccountActs.acts)
    fieldsets = (
        (None, {"fields": ("standing", "email", "name", "language", "time_zone", "is_active")}),
        (_("Membership"), {"fields": ("subscriptions", "disputes")}),
        (_("Works here"), {"fields": ("is_staff", "groups")}),
        (_("Moments"), {"fields": ("joined_at", "last_login")}),
    )

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm[User], change: bool) -> None:
        super().save_model(request, obj, form, change)
        if "is_active" in form.changed_data and not obj.is_active:
            told = partial(signals.account_closed.send_robust, sender=__name__, user=obj, at=clock.now())
            transaction.on_commit(told)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """The few roles of the house, to be ticked."""
        if db_field.name == "groups":
            kwargs |= {"widget": UnfoldAdminCheckboxSelectMultipleWidget, "label": _("Roles"), "help_text": ""}
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Accounts are opened by their owners, or with a team; colleagues open one and are then let in here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Only an operator changes the accounts of colleagues: who may lend roles could lend them to themselves."""
        if obj is not None and obj.is_staff and not person(request).is_superuser:
            return False
        return bool(super().has_change_permission(request, obj))

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        lent_by_operators = () if person(request).is_superuser else ("is_staff", "groups")
        return (*self.readonly_fields, *lent_by_operators)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        queryset: QuerySet[User] = super().get_queryset(request).defer("password")
        return queryset

    @admin.display(description=_("Where they stand"))
    def standing(self, user: User) -> str:
        return standing_of(user, clock.now()).sentence

    @admin.display(description=_("Subscriptions"))
    def subscriptions(self, user: User) -> SafeString | Sentence:
        rows = Subscription.objects.filter(customer__user=user).select_related("plan")
        lines = [
            (reverse("admin:memberships_subscription_change", args=[row.pk]), row.plan.name, row.status) for row in rows
        ]
        return format_html_join("", '<a class="underline" href="{}">{}: {}</a><br>', lines) or _("none")

    @admin.display(description=_("Disputes"))
    def disputes(self, user: User) -> SafeString | Sentence:
        return disputes_of(invoice__customer__user=user)

    @action(description=_("Everything about them"), url_path="all", icon="person_search")  # type: ignore[untyped-decorator]
    def see_all(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The page about the person that spans the apps."""
        return HttpResponseRedirect(reverse("admin:member", args=[object_id]))

    def has_give_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return person(request).has_perm("memberships.change_user")

    @action(description=_("Give PRO"), url_path="give", icon="redeem", permissions=["give"])  # type: ignore[untyped-decorator]
    def give(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A right to read without paying, with a reason and an end."""
        user = get_object_or_404(User, pk=object_id)
        back = reverse("admin:memberships_user_change", args=[user.pk])
        form = GiftForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            product, reason = form.cleaned_data["product"], form.cleaned_data["reason"]
            gifts.give(user, product, form.until, reason, person(request), clock.now())
            self.message_user(request, gettext("Given. It ends by itself on the day you chose."))
            return HttpResponseRedirect(back)
        return act_page(
            self,
            request,
            form,
            title=format_html("{}: {}", gettext("Give PRO"), user),
            button=_("Give it"),
            back=back,
            explanation=_("They read without paying until the day you choose. The reason is kept in the audit log."),
        )
