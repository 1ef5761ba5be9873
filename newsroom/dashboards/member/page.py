"""The page of a member, and its two acts: to write a note, and to sign them out everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from unfold.widgets import UnfoldAdminTextareaWidget

from memberships import clock, notes, sessions
from memberships.admin.desk import act_page, person
from memberships.admin.forms import ReasonForm
from memberships.models import User
from memberships.models.notes import LONGEST_NOTE
from memberships.standing import standing_of
from newsroom.dashboards.member.sections import Look, sections_of


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("New note"), max_length=LONGEST_NOTE, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3, "dir": "auto"})
    )


@require_safe
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one person that whoever looks may see. Looking changes nothing."""
    return _shown(request, _found(request, pk, "memberships.view_user"), NoteForm())


@require_POST
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a note about them; it stays as it is."""
    user = _found(request, pk, "memberships.add_membernote")
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _shown(request, user, form)
    notes.write(user, form.cleaned_data["text"], person(request), clock.now())
    messages.success(request, gettext("Noted."))
    return redirect("admin:member", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest, pk: int) -> HttpResponse:
    """End every session they have, with a word why."""
    user = _found(request, pk, "memberships.change_user")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        sessions.end_all(user, form.cleaned_data["reason"], person(request), clock.now())
        messages.success(request, gettext("Signed out everywhere."))
        return redirect("admin:member", pk)
    return act_page(
        admin.site._registry[User],
        request,
        form,
        title=gettext("Sign %(who)s out everywhere") % {"who": user},
        button=_("Sign them out"),
        back=reverse("admin:member", args=[pk]),
        explanation=_(
            "Every device is signed out at once, the desk included. Their password and their passkeys stay; they can "
            "sign in again. The reason is kept in the audit log."
        ),
    )


def _found(request: HttpRequest, pk: int, permission: str) -> User:
    """The person; who changes a colleague's account has to be an operator, as on its own page."""
    staff = person(request)
    user = get_object_or_404(User.objects.defer("password"), pk=pk) if staff.has_perm(permission) else None
    is_change = permission.startswith("memberships.change")
    if user is None or (is_change and user.is_staff and not staff.is_superuser):
        raise PermissionDenied(_("Your account may not do this at the desk. Ask whoever runs it."))
    return user


def _shown(request: HttpRequest, user: User, form: NoteForm) -> HttpResponse:
    staff, at = person(request), clock.now()
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "opts": User._meta,
        "title": str(user),
        "member": user,
        "at": at,
        "standing": standing_of(user, at).sentence,
        "form": form,
        "may_note": staff.has_perm("memberships.add_membernote"),
        "may_change": staff.has_perm("memberships.change_user") and (staff.is_superuser or not user.is_staff),
        "may_ask": staff.has_perm("articles.view_accessrule"),
        **sections_of(Look(user, staff, at, clock.machine_now())),
    }
    return render(request, "admin/member.html", context, status=422 if form.errors else 200)


# By the names under which the desk knows them.
VIEWS: dict[str, tuple[str, Callable[..., HttpResponse]]] = {
    "member": ("members/<int:pk>/", member),
    "member_note": ("members/<int:pk>/notes/", note),
    "member_sign_out": ("members/<int:pk>/sign-out/", sign_out),
}
