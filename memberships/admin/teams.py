from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.dataclasses import UnfoldAction
from unfold.decorators import action
from unfold.enums import ActionVariant

from memberships import audit, clock
from memberships.admin.desk import ReadOnly, Recorded, act_page, attempt, person
from memberships.admin.forms import NothingForm, PasteForm, TeamForm, TermsForm
from memberships.models import Inquiry, Network, Product, Seat, Team
from memberships.teams import contracts, inquiries, seats
from memberships.teams.contracts import SeatError
from memberships.teams.inquiries import InquiryError


@admin.register(Inquiry)
class InquiryAdmin(Recorded):
    list_display = ("company", "name", "email", "seats", "state", "received_at", "team")
    list_filter = ("state",)
    list_select_related = ("team",)
    search_fields = ("company", "name", "email")
    search_help_text = _("Company, name or address")
    date_hierarchy = "received_at"
    readonly_fields = ("company", "name", "email", "seats", "message", "received_at", "team")
    fields = ("state", *readonly_fields)
    actions_detail = ("make_team",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Inquiry | None = None) -> bool:
        return False

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """“Won” is what making the team says; it is not chosen by hand."""
        if db_field.name == "state":
            kwargs["choices"] = [each for each in Inquiry.State.choices if each[0] != Inquiry.State.WON]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Inquiry | None = None) -> bool:
        """One that became a team is closed."""
        return (obj is None or obj.team_id is None) and bool(super().has_change_permission(request, obj))

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[UnfoldAction]:
        waits = Inquiry.objects.filter(pk=object_id, team=None).exists()
        return super().get_actions_detail(request, object_id) if waits else []

    # Not written as "app.codename": Unfold's system check would look that up in the database, which on the first start
    # has no tables yet.
    def has_make_team_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return person(request).has_perm("memberships.add_team")

    @action(  # type: ignore[untyped-decorator]
        description=_("Make it a team"),
        url_path="team",
        icon="diversity_3",
        variant=ActionVariant.PRIMARY,
        permissions=["make_team"],
    )
    def make_team(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The inquiry's answers, to be completed and agreed to."""
        inquiry = get_object_or_404(Inquiry, pk=object_id)
        form = TermsForm(
            request.POST or None,
            initial={"name": inquiry.company, "owner_email": inquiry.email, "owner_name": inquiry.name},
        )
        back = reverse("admin:memberships_inquiry_change", args=[inquiry.pk])
        if request.method == "POST" and form.is_valid():
            made: list[Team] = []

            def win() -> str:
                made.append(inquiries.win(inquiry, form.terms, person(request), clock.now()))
                return gettext("The team reads from its first day. Invite its colleagues now.")

            if attempt(request, form, win, InquiryError):
                return HttpResponseRedirect(reverse("admin:memberships_team_change", args=[made[0].pk]))
        title = format_html("{}: {}", gettext("Make it a team"), inquiry.company)
        asked = gettext("They asked for %(seats)d readers.") % {"seats": inquiry.seats}
        return act_page(self, request, form, title=title, button=_("Make the team"), back=back, explanation=asked)


class SeatInline(ReadOnly, TabularInline):  # type: ignore[misc]
    model = Seat
    verbose_name_plural = _("Seats")
    fields = readonly_fields = (
        "email", "user", "state", "invited_at", "expires_at", "accepted_at", "released_at", "bounced_at",
    )  # fmt: skip
    extra = 0
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Seat]:
        queryset: QuerySet[Seat] = super().get_queryset(request).select_related("user")
        return queryset


class NetworkInline(TabularInline):  # type: ignore[misc]
    model = Network
    verbose_name_plural = _("Networks: whoever comes from these addresses reads")
    fields = ("cidr", "label")
    extra = 0
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Network]:
        queryset: QuerySet[Network] = super().get_queryset(request).filter(ended_at=None)
        return queryset

    def has_change_permission(self, request: HttpRequest, obj: Team | None = None) -> bool:
        """A range is taken away and another added, so that what was open when can still be told."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Team | None = None) -> bool:
        return False


@admin.register(Team)
class TeamAdmin(Recorded):
    form = TeamForm
    list_display = ("name", "owner", "product", "seat_limit", "starts_on", "ends_on")
    list_filter = ("product",)
    list_select_related = ("owner", "product")
    search_fields = ("name", "owner__email")
    search_help_text = _("Team or its owner's address")
    readonly_fields = ("owner", "product", "occupancy")
    fields = ("name", "owner", "product", "occupancy", "seat_limit", "starts_on", "ends_on", "notes")
    inlines = (SeatInline, NetworkInline)
    actions_detail = ("invite",)

    def has_delete_permission(self, request: HttpRequest, obj: Team | None = None) -> bool:
        return False

    @admin.display(description=_("Taken"))
    def occupancy(self, team: Team) -> str:
        return seats.occupancy(team, clock.now()).sentence

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """A team that nobody inquired for."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = TermsForm(request.POST or None, initial={"product": Product.objects.first()})
        if request.method == "POST" and form.is_valid():
            team = inquiries.found(form.terms, person(request), clock.now())
            return HttpResponseRedirect(reverse("admin:memberships_team_change", args=[team.pk]))
        back = reverse("admin:memberships_team_changelist")
        return act_page(self, request, form, title=_("A new team"), button=_("Make the team"), back=back)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """One team is not the occasion for another."""
        return super().changeform_view(
            request, object_id, form_url, {**(extra_context or {}), "show_save_and_add_another": False}
        )

    def save_model(self, request: HttpRequest, obj: Team, form: ModelForm[Team], change: bool) -> None:
        """Within the transaction of the page, after which the rights follow in :meth:`save_related`."""
        seats.lock(obj)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: ModelForm[Team], formsets: Any, change: bool) -> None:
        """New ranges, and then everybody of the team reads as long as its contract says."""
        super().save_related(request, form, formsets, change)
        team = seats.lock(form.instance)
        for added in (each for formset in formsets for each in formset.new_objects):
            _record(request, "range added", team, range=added.cidr)
        contracts.settle(team, clock.now())

    def has_invite_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return person(request).has_perm("memberships.change_team")

    @action(  # type: ignore[untyped-decorator]
        description=_("Invite colleagues"),
        url_path="invite",
        icon="group_add",
        variant=ActionVariant.PRIMARY,
        permissions=["invite"],
    )
    def invite(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Paste addresses; each is answered with a sentence."""
        team = get_object_or_404(Team, pk=object_id)
        form, results = PasteForm(request.POST or None), []
        if request.method == "POST" and form.is_valid():
            try:
                results = seats.invite(team, form.cleaned_data["addresses"], person(request), clock.now())
                form = PasteForm()
            except SeatError as refusal:
                form.add_error(None, str(refusal))
        return act_page(
            self,
            request,
            form,
            title=format_html("{}: {}", gettext("Invite colleagues"), team.name),
            button=_("Send the invitations"),
            back=reverse("admin:memberships_team_change", args=[team.pk]),
            explanation=seats.occupancy(team, clock.now()).sentence,
            results=results,
        )


@admin.register(Seat)
class SeatAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("email", "team", "user", "state", "invited_at", "expires_at", "bounced_at")
    list_filter = ("state", ("bounced_at", admin.EmptyFieldListFilter))
    list_select_related = ("team", "user")
    search_fields = ("email", "user__email", "team__name")
    search_help_text = _("Address or team")
    show_full_result_count = False
    actions_detail = ("release",)

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[UnfoldAction]:
        is_held = Seat.objects.filter(pk=object_id).exclude(state=Seat.State.RELEASED).exists()
        return super().get_actions_detail(request, object_id) if is_held else []

    def has_release_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return person(request).has_perm("memberships.change_seat")

    @action(  # type: ignore[untyped-decorator]
        description=_("Release the seat"), url_path="release", icon="person_remove", permissions=["release"]
    )
    def release(self, request: HttpRequest, object_id: str) -> HttpResponse:
        seat = get_object_or_404(Seat.objects.select_related("team"), pk=object_id)
        back = reverse("admin:memberships_team_change", args=[seat.team_id])
        if request.method == "POST":
            seats.release(seat, person(request), clock.now())
            self.message_user(request, gettext("The seat of %(address)s is free again.") % {"address": seat.email})
            return HttpResponseRedirect(back)
        title = format_html("{}: {}", gettext("Release the seat"), seat.email)
        explanation = _("Whoever sits there stops reading at once; an invitation no longer opens.")
        return act_page(
            self, request, NothingForm(), title=title, button=_("Release it"), back=back, explanation=explanation
        )


@admin.register(Network)
class NetworkAdmin(ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ("cidr", "team", "label", "ended_at")
    list_select_related = ("team",)
    search_fields = ("team__name", "label")
    search_help_text = _("Team or label")
    fields = readonly_fields = ("team", "cidr", "label", "ended_at")
    actions_detail = ("take_away",)

    def get_actions_detail(self, request: HttpRequest, object_id: str) -> list[UnfoldAction]:
        is_open = Network.objects.filter(pk=object_id, ended_at=None).exists()
        return super().get_actions_detail(request, object_id) if is_open else []

    def has_take_away_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return person(request).has_perm("memberships.delete_network")

    @action(  # type: ignore[untyped-decorator]
        description=_("Take the range away"), url_path="take-away", icon="lan", permissions=["take_away"]
    )
    def take_away(self, request: HttpRequest, object_id: str) -> HttpResponse:
        network = get_object_or_404(Network.objects.select_related("team"), pk=object_id)
        back = reverse("admin:memberships_team_change", args=[network.team_id])
        if request.method == "POST":
            with transaction.atomic():
                team = seats.lock(network.team)
                contracts.end_network(network, clock.now())
                _record(request, "range taken away", team, range=network.cidr)
            self.message_user(request, gettext("Nobody reads from %(range)s any more.") % {"range": network.cidr})
            return HttpResponseRedirect(back)
        title = format_html("{}: {}", gettext("Take the range away"), network.cidr)
        explanation = _("Whoever reads from there stops at once. The range may then be given to another team.")
        return act_page(
            self, request, NothingForm(), title=title, button=_("Take it away"), back=back, explanation=explanation
        )


def _record(request: HttpRequest, verb: str, team: Team, **details: str) -> None:
    audit.record(
        verb,
        actor=person(request),
        subject_kind="team",
        subject_id=team.public_id,
        subject_label=team.name,
        at=clock.now(),
        **details,
    )
