"""What the pages of this desk share: rows nobody edits by hand, changes that are written down, pages with one act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from unfold.admin import ModelAdmin

from memberships import audit, clock
from memberships.models import User

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Sentence = str | Promise


class ReadOnly:
    """Rows that the product writes itself: staff look at them, nobody adds, changes or deletes them by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class Recorded(ModelAdmin):  # type: ignore[misc]
    """What staff change by form is written to the audit log, with the names of the fields."""

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm[Any], change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and not form.changed_data:
            return
        label = obj._meta.model_name or ""
        audit.record(
            f"{label} {'changed' if change else 'added'}",
            actor=person(request),
            subject_kind=label,
            subject_id=getattr(obj, "public_id", obj.pk),
            subject_label=str(obj),
            at=clock.now(),
            fields=sorted(form.changed_data),
        )


def person(request: HttpRequest) -> User:
    """Who is at the desk; it lets nobody else in."""
    return cast(User, request.user)


def act_page(
    model_admin: ModelAdmin,
    request: HttpRequest,
    form: forms.Form,
    *,
    title: Sentence,
    button: Sentence,
    back: str,
    is_grave: bool = False,
    explanation: Sentence = "",
    points: Sequence[Sentence] = (),
    results: Sequence[object] = (),
) -> HttpResponse:
    """One act on a page of its own: what it does, what it needs to know, and its button. Looking changes nothing.

    What cannot be taken back ``is_grave``, and its button says so by its colour too.
    """
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": title,
        "form": form,
        "media": form.media,
        "button": button,
        "is_grave": is_grave,
        "back": back,
        "explanation": explanation,
        "points": points,
        "results": results,
    }
    return render(request, "admin/memberships/act.html", context, status=422 if form.errors else 200)


def evidence_page(pk: int | str, *, is_gift: bool = False) -> HttpResponseRedirect:
    """To where the evidence of a subscription or a gift is packed; it spans the apps, so it stands above this one."""
    return HttpResponseRedirect(reverse("admin:evidence_of_gift" if is_gift else "admin:evidence", args=[pk]))


def attempt(request: HttpRequest, form: forms.Form, act: Callable[[], Sentence], *refusals: type[Exception]) -> bool:
    """Do the act and say what was done; a refusal goes to the form instead. Whether it was done."""
    if not form.is_valid():
        return False
    try:
        done = act()
    except refusals as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, str(done))
    return True
