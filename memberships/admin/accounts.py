"""Acts upon a whole account, each on a page that says exactly what will happen before the press."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import action

from memberships import clock, tasks
from memberships.admin import merging
from memberships.admin.desk import ReadOnly, Sentence, act_page, attempt, person
from memberships.admin.forms import AddressForm, NothingForm, ReasonForm
from memberships.models import AddressChange, Erasure, Subscription, User
from memberships.people import addresses, erasing, exporting, looking
from memberships.people.addresses import AddressRefused
from memberships.people.erasing import ErasureRefused
from memberships.people.looking import LookRefused


@admin.register(Erasure)
class ErasureAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    """Who asked to be erased, and what an erasure waits for."""

    list_display = ("asked_at", "user", "asked_by", "settled_at", "done_at", "error")
    list_filter = (("done_at", admin.EmptyFieldListFilter),)
    list_select_related = ("user", "asked_by")
    search_fields = ("user__email", "user__public_id")
    search_help_text = _("Address, or public id of who is erased")
    show_full_result_count = False
    fields = readonly_fields = (
        "user", "asked_at", "asked_by", "reason", "settled_at", "done_at", "error", "attempts", "customer_ids",
    )  # fmt: skip


@admin.register(AddressChange)
class AddressChangeAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("asked_at", "user", "old_address", "new_address", "state", "asked_by")
    list_filter = ("state",)
    list_select_related = ("user", "asked_by")
    search_fields = ("old_address", "new_address")
    search_help_text = _("Address")
    show_full_result_count = False
    fields = readonly_fields = (
        "user", "old_address", "new_address", "reason", "state", "asked_by", "asked_at", "ends_at", "changed_at",
        "undone_at",
    )  # fmt: skip


class AccountActs:
    """The acts upon one account, for its page."""

    acts = ("look_as", "readdress", "merge", "pack", "erase")

    def has_look_as_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return person(request).has_perm("memberships.look_as_user")

    def has_merge_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return person(request).has_perm("memberships.merge_user")

    def has_readdress_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return person(request).has_perm("memberships.readdress_user")

    def has_pack_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return person(request).has_perm("memberships.export_user")

    def has_erase_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return person(request).has_perm("memberships.erase_user")

    @action(  # type: ignore[untyped-decorator]
        description=_("Look as them"), url_path="look", icon="visibility", permissions=["look_as"]
    )
    def look_as(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        user, back = _account(object_id)
        form = ReasonForm(request.POST or None)

        def begin() -> Sentence:
            looking.begin(request.session, user, person(request), form.cleaned_data["reason"], clock.now())
            return _("You see the site as they do. The line on top of each page leads back.")

        if request.method == "POST" and form.is_valid() and attempt(request, form, begin, LookRefused):
            response = HttpResponseRedirect(reverse("account"))
            response.set_cookie(
                "looking", "1", max_age=looking.LASTS, httponly=True, samesite="Lax", secure=request.is_secure()
            )
            return response
        points = [
            _("You see every page as they do, for a quarter of an hour. The desk stays yours meanwhile."),
            _("You change nothing: nothing is sent, saved, counted or noted as read."),
            _("What asks Stripe, what signs them in and the copy of their data stay closed to you."),
            _("That you looked, and why, is in the audit log."),
        ]
        title = format_html("{}: {}", gettext("Look as them"), user)
        return act_page(self, request, form, title=title, button=_("Look"), back=back, points=points)

    @action(  # type: ignore[untyped-decorator]
        description=_("Take another account in"), url_path="merge", icon="merge", permissions=["merge"]
    )
    def merge(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        user, back = _account(object_id)
        return merging.page(self, request, user, back)

    @action(  # type: ignore[untyped-decorator]
        description=_("Change the address"), url_path="readdress", icon="swap_horiz", permissions=["readdress"]
    )
    def readdress(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        user, back = _account(object_id)
        form = AddressForm(request.POST or None)

        def ask() -> Sentence:
            wanted, reason = form.cleaned_data["address"], form.cleaned_data["reason"]
            addresses.ask(user, wanted, person(request), reason, clock.now())
            return _("Both mailboxes were written to. The account moves when the new one agrees.")

        if request.method == "POST" and form.is_valid() and attempt(request, form, ask, AddressRefused):
            return HttpResponseRedirect(back)
        points = [
            _("The new mailbox gets a link. Nothing is changed until it is opened and agreed to."),
            _("The old mailbox is told, and can take the change back for three days."),
            _("When it is changed, they are signed out everywhere; newsletters and Stripe write to the new address."),
        ]
        title = format_html("{}: {}", gettext("Change the address"), user.email_as_typed)
        return act_page(self, request, form, title=title, button=_("Write to both"), back=back, points=points)

    @action(  # type: ignore[untyped-decorator]
        description=_("Pack their data"), url_path="pack", icon="folder_zip", permissions=["pack"]
    )
    def pack(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        user, back = _account(object_id)
        if request.method == "POST":
            exporting.ask(user, person(request), clock.now())
            transaction.on_commit(tasks.make_exports.delay, robust=True)
            self.message_user(request, gettext("It is packed now. They get a message when it is ready."))
            return HttpResponseRedirect(back)
        points = [
            _("Everything we hold about them is packed into one file, to read and for programs."),
            _("They get a message with its address. It opens for them alone, once they are signed in, for seven days."),
            _("Nobody at the desk can open it."),
        ]
        title = format_html("{}: {}", gettext("Pack their data"), user)
        return act_page(self, request, NothingForm(), title=title, button=_("Pack it"), back=back, points=points)

    @action(description=_("Erase"), url_path="erase", icon="person_remove", permissions=["erase"])  # type: ignore[untyped-decorator]
    def erase(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        user, back = _account(object_id)
        form = ReasonForm(request.POST or None)

        def begin() -> Sentence:
            erasing.ask(user, person(request), form.cleaned_data["reason"], clock.now())
            transaction.on_commit(tasks.go_on_erasing.delay, robust=True)
            return _("The erasure has begun. In about a quarter of an hour nothing here names them.")

        if request.method == "POST" and form.is_valid() and attempt(request, form, begin, ErasureRefused):
            return HttpResponseRedirect(back)
        title = format_html("{}: {}", gettext("Erase"), user)
        points = _what_an_erasure_does(user)
        return act_page(
            self, request, form, title=title, button=_("Erase for ever"), back=back, is_grave=True, points=points
        )


def _account(object_id: str) -> tuple[User, str]:
    user = get_object_or_404(User, pk=object_id)
    return user, reverse("admin:memberships_user_change", args=[user.pk])


def _what_an_erasure_does(user: User) -> list[Sentence]:
    running = Subscription.objects.running().filter(customer__user=user).count()
    ends = ngettext(
        "%(count)d running subscription ends at Stripe at once. Nothing is given back for the days that are left: "
        "where money is due to them, give it back first.",
        "%(count)d running subscriptions end at Stripe at once. Nothing is given back for the days that are left: "
        "where money is due to them, give it back first.",
        running,
    )
    return [
        *([ends % {"count": running}] if running else []),
        _("The account is closed at once, they are signed out everywhere, and a last message goes to them."),
        _("Their cards and their address are deleted at Stripe, unless an invoice is still open there."),
        _("Name, addresses, sign-ups, messages, history, saved stories, gifts and devices go; seats are free."),
        _("Invoices, refunds, consents and marks of trials stay without a name; so does the audit log."),
        _("It cannot be undone."),
    ]
