"""Taking one account into another, in two looks: which one, then what exactly moves."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from memberships import clock, tasks
from memberships.admin.desk import Sentence, act_page, attempt, person
from memberships.admin.forms import MergerForm, OtherAccountForm
from memberships.models import Subscription, User
from memberships.people import merging
from memberships.people.merging import MergerRefused, Outlook
from memberships.stripe.client import BillingError
from memberships.stripe.payload import Unusable


def page(model_admin: ModelAdmin, request: HttpRequest, kept: User, back: str) -> HttpResponse:
    """The first look asks for the other account, the second says what moves and does it."""
    first = OtherAccountForm(request.POST or None)
    if request.method != "POST" or not first.is_valid():
        return _first_look(model_admin, request, first, kept, back)
    gone: User = first.cleaned_data["other"]
    try:
        seen = merging.outlook(kept, gone)
    except MergerRefused as refusal:
        first.add_error(None, str(refusal))
        return _first_look(model_admin, request, first, kept, back)
    is_second = "reason" in request.POST
    form = MergerForm(_choices(seen), request.POST if is_second else None, initial={"other": gone.email})

    def merge() -> Sentence:
        end = {"kept": kept, "gone": gone}.get(form.cleaned_data.get("end", ""))
        merging.merge(kept, gone, person(request), form.cleaned_data["reason"], clock.now(), end=end)
        transaction.on_commit(tasks.tell_stripe_addresses.delay, robust=True)
        return _("The two are one account now.")

    refusals = (MergerRefused, BillingError, Unusable)
    if is_second and form.is_valid() and attempt(request, form, merge, *refusals):
        return HttpResponseRedirect(back)
    title = format_html("{}: {} ← {}", gettext("Take another account in"), kept.email, gone.email)
    button = _("Take it in for ever")
    points = _points(kept, gone, seen)
    return act_page(model_admin, request, form, title=title, button=button, back=back, is_grave=True, points=points)


def _first_look(
    model_admin: ModelAdmin, request: HttpRequest, form: OtherAccountForm, kept: User, back: str
) -> HttpResponse:
    title = format_html("{}: {}", gettext("Take another account in"), kept.email)
    explanation = _(
        "This account stays. Name the one that is to be taken into it; nothing happens before you have seen what moves."
    )
    return act_page(model_admin, request, form, title=title, button=_("Look"), back=back, explanation=explanation)


def _choices(seen: Outlook) -> list[tuple[str, str]]:
    if not seen.must_choose:
        return []
    return [("kept", _named(seen.of_kept)), ("gone", _named(seen.of_gone))]


def _named(rows: list[Subscription]) -> str:
    return ", ".join(f"{row.customer}: {row.plan.name}, {row.status}" for row in rows)


def _points(kept: User, gone: User, seen: Outlook) -> list[Sentence]:
    moved = ", ".join(f"{title} ({count})" for title, count in seen.moves) or gettext("nothing")
    return [
        gettext("Moves: %(what)s") % {"what": moved},
        gettext("%(gone)s is closed and signed out; its confirmed addresses sign in to %(kept)s.")
        % {"gone": gone.email, "kept": kept.email},
        _("Passkeys, code generators and sessions of the other account end. Two seats in one team become one."),
        _("What must not be written to stays so. They get a message."),
        _("It cannot be undone."),
    ]
