"""Addresses, what they signed up to, and what must not be sent to them."""

from __future__ import annotations

from typing import Any, TypeVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action

from memberships import audit, clock, passes
from memberships.admin.desk import act_page, person
from memberships.admin.forms import ReasonForm
from memberships.models import User
from newsletters.admin.bounded import FoundByAddress
from newsletters.models import Recipient, Signup, SignupAct, Suppression


class ReadOnly:
    """Shown and never changed here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


Row = TypeVar("Row", Signup, SignupAct)


def _with_names(rows: QuerySet[Row]) -> QuerySet[Row]:
    """What each row is called by."""
    return rows.select_related("recipient", "newsletter")


class SignupInline(ReadOnly, TabularInline):  # type: ignore[misc]
    model = Signup
    fields = ["newsletter", "state", "requested_at", "confirmed_at", "left_at", "source"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Signup]:
        return _with_names(super().get_queryset(request))


class SignupActInline(ReadOnly, TabularInline):  # type: ignore[misc]
    model = SignupAct
    fields = ["at", "kind", "newsletter", "source", "words", "kept"]
    readonly_fields = ["kept"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[SignupAct]:
        return _with_names(super().get_queryset(request))

    @admin.display(description=_("what the other system kept"))
    def kept(self, act: SignupAct) -> SafeString:
        return format_html_join(" · ", "<bdi>{}: {}</bdi>", act.proof.items()) or SafeString("–")


class SuppressionInline(ReadOnly, TabularInline):  # type: ignore[misc]
    model = Suppression
    fields = ["stream", "reason", "detail", "suppressed_at"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Suppression]:
        rows: QuerySet[Suppression] = super().get_queryset(request)
        return rows.select_related("recipient")


@admin.register(Recipient)
class RecipientAdmin(FoundByAddress, ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ["email", "user", "language", "created_at"]
    list_select_related = ["user"]
    search_fields = ["email__startswith"]
    fields = ["email_as_typed", "user", "language", "created_at", "is_counted"]
    inlines = [SignupInline, SignupActInline, SuppressionInline]
    actions_detail = ["revoke_passes"]

    def has_revoke_passes_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return person(request).has_perm("memberships.add_revokedpass")

    @action(  # type: ignore[untyped-decorator]
        description=_("Revoke their passes"), url_path="revoke-passes", icon="link_off", permissions=["revoke_passes"]
    )
    def revoke_passes(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What they were sent so far opens metered texts no longer; the next edition carries new passes."""
        recipient, at = get_object_or_404(Recipient, pk=object_id), clock.now()
        back = reverse("admin:newsletters_recipient_change", args=[recipient.pk])
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            passes.revoke(recipient.public_id, at, reason=form.cleaned_data["reason"])
            audit.record(
                "passes revoked",
                actor=person(request),
                subject_kind="recipient",
                subject_id=recipient.public_id,
                subject_label=recipient.email,
                at=at,
                reason=form.cleaned_data["reason"],
            )
            self.message_user(request, gettext("Revoked. Links sent until now open nothing any more."))
            return HttpResponseRedirect(back)
        return act_page(self, request, form, title=_("Revoke their passes"), button=_("Revoke them"), back=back)


@admin.register(Signup)
class SignupAdmin(FoundByAddress, ReadOnly, ModelAdmin):  # type: ignore[misc]
    list_display = ["recipient", "newsletter", "state", "requested_at", "confirmed_at"]
    list_filter = ["state", "newsletter"]
    list_select_related = ["recipient", "newsletter"]
    search_fields = ["recipient__email__startswith"]
    fields = [
        "recipient", "newsletter", "state", "source", "consent_text", "requested_at", "confirmed_at", "left_at",
    ]  # fmt: skip


@admin.register(Suppression)
class SuppressionAdmin(FoundByAddress, ModelAdmin):  # type: ignore[misc]
    """Staff may stop a stream and let it run again; both are written down."""

    when_empty = _("Addresses that bounce, complain or ask not to be written to come here by themselves.")
    list_display = ["recipient", "stream", "reason", "suppressed_at"]
    list_filter = ["stream", "reason"]
    list_select_related = ["recipient"]
    search_fields = ["recipient__email__startswith"]
    autocomplete_fields = ["recipient"]
    fields = ["recipient", "stream", "detail"]

    def has_change_permission(self, request: HttpRequest, obj: Suppression | None = None) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: Suppression, form: forms.ModelForm[Suppression], change: bool
    ) -> None:
        obj.reason, obj.suppressed_at = Suppression.Reason.STAFF, clock.now()
        super().save_model(request, obj, form, change)
        _note(request, "suppression.added", obj)

    def delete_model(self, request: HttpRequest, obj: Suppression) -> None:
        _note(request, "suppression.lifted", obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for suppression in queryset.select_related("recipient"):
            _note(request, "suppression.lifted", suppression)
        super().delete_queryset(request, queryset)


def _note(request: HttpRequest, verb: str, suppression: Suppression) -> None:
    assert isinstance(request.user, User)  # noqa: S101 - the desk lets nobody else in.
    audit.record(
        verb,
        actor=request.user,
        subject_kind="recipient",
        subject_id=suppression.recipient.public_id,
        at=clock.now(),
        subject_label=suppression.recipient.email,
        stream=suppression.stream,
        reason=suppression.reason,
    )
