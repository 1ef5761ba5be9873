"""What stands above an edition at the desk: its state, what became of every copy, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from memberships import clock
from memberships.admin.desk import Sentence, act_page, attempt, person
from memberships.models import User
from newsletters import editions
from newsletters.admin import subject_tests
from newsletters.editions import EditionError
from newsletters.models import Edition, SendState

# How often the page of an edition that is being sent asks again, in seconds.
AGAIN = 5
State = Edition.State
Doing = Callable[[Edition, User, datetime], object]


@dataclass(frozen=True)
class Act:
    """Something an editor can do with an edition by one press. It leads back to the edition, or to what it made."""

    name: str
    label: Sentence
    done: Sentence
    do: Doing
    states: frozenset[str]
    look: str = ""
    fits: Callable[[Edition], bool] = lambda _edition: True


ACTS = {
    act.name: act
    for act in (
        Act(
            "halt",
            _("Stop the presses"),
            _("Halted. No further copy is begun."),
            editions.halt,
            frozenset({State.SENDING}),
            "danger",
        ),
        Act(
            "leave_out",
            _("Leave it out"),
            _("It does not go out. If it was the edition of a day, the next one takes its stories."),
            editions.leave_out,
            frozenset({State.COMPOSED, State.APPROVED, State.HELD}),
        ),
        Act(
            "resume",
            _("Go on as it was"),
            _("It goes on where it stopped."),
            editions.resume,
            frozenset({State.HALTED}),
        ),
        Act(
            "correct",
            _("Correct those who have it"),
            _("Say in the introduction what was wrong, then approve it. It goes to those who have the wrong one."),
            editions.correct,
            frozenset({State.SENDING, State.HALTED, State.SENT}),
        ),
        Act(
            "resend",
            _("Send it once more to those who did not open it"),
            _("Write another subject, then approve it. It goes to those who have it and did not open it."),
            editions.resend,
            frozenset({State.SENT}),
            fits=editions.may_be_resent,
        ),
    )
}


@dataclass(frozen=True)
class Sum:
    """How many copies are in a state, and where they are listed by name, for whoever may see that."""

    label: str
    copies: int
    url: str


@dataclass(frozen=True)
class Presses:
    """The edition as the box above its form shows it."""

    edition: Edition
    sums: tuple[Sum, ...]
    acts: tuple[Act, ...]
    corrections: tuple[Edition, ...]
    is_halted: bool
    is_composable: bool
    follows_until: str
    late: str
    subjects: tuple[str, ...]
    again: int

    @property
    def counted(self) -> int:
        return sum(each.copies for each in self.sums)

    @property
    def adds_up(self) -> bool:
        return self.edition.audience_size in {None, self.counted}


def presses(edition: Edition, user: User) -> Presses:
    """What stands above the edition for this colleague."""
    may_act = user.has_perm("newsletters.change_edition")
    is_halted = edition.state == State.HALTED
    return Presses(
        edition,
        _sums(edition, user),
        tuple(act for act in ACTS.values() if may_act and edition.state in act.states and act.fits(edition)),
        tuple(edition.corrections.order_by("pk")),
        is_halted and may_act,
        editions.is_composable(edition) and may_act,
        _follows_until(edition),
        editions.lateness_in_words(edition) if is_overdue(edition) else "",
        tuple(subject_tests.in_words(edition)),
        AGAIN if edition.state == State.SENDING else 0,
    )


def is_overdue(edition: Edition) -> bool:
    """Whether it waits for an editor who says that it goes out though it is late."""
    return edition.state in {State.COMPOSED, State.HELD} and editions.is_late(edition, clock.now())


def _follows_until(edition: Edition) -> str:
    """Until when new stories come by themselves into an edition that was composed ahead of its moment."""
    if edition.state != State.COMPOSED or edition.covers_until >= edition.due_at:
        return ""
    zone = edition.newsletter.time_zone
    return f"{date_format(edition.due_at.astimezone(ZoneInfo(zone)), 'H:i')} ({zone})"


def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One press. What it refuses is said on the edition's page."""
    edition = _to_be_changed(request, pk)
    chosen = ACTS[name]
    try:
        made = chosen.do(edition, person(request), clock.now())
    except EditionError as refusal:
        messages.error(request, str(refusal))
        made = None
    else:
        messages.success(request, str(chosen.done))
    return HttpResponseRedirect(page_of(made if isinstance(made, Edition) else edition))


def leave_rest_out(request: HttpRequest, model_admin: ModelAdmin, pk: int) -> HttpResponse:
    """The one act that nothing takes back, so it is asked for on a page of its own."""
    edition = _to_be_changed(request, pk)
    form = forms.Form(request.POST if request.method == "POST" else None)

    def leave_out() -> Sentence:
        number = editions.leave_rest_out(edition, person(request), clock.now())
        return _("The edition is over. Copies left out: %(number)s") % {"number": number}

    if request.method == "POST" and attempt(request, form, leave_out, EditionError):
        return HttpResponseRedirect(page_of(edition))
    points = (
        _("Whoever has not got it yet will not get it. Nothing brings that back."),
        _("Who has it keeps it, and can still be sent a correction."),
    )
    title, button = _("Leave the rest out"), _("Leave the rest out")
    return act_page(
        model_admin, request, form, title=title, button=button, back=page_of(edition), is_grave=True, points=points
    )


def compose_again(request: HttpRequest, model_admin: ModelAdmin, pk: int) -> HttpResponse:
    """What would come in and what would go, before anything does."""
    edition = _to_be_changed(request, pk)
    form = forms.Form(request.POST if request.method == "POST" else None)

    def compose() -> Sentence:
        editions.compose_again(edition, person(request), clock.now())
        return _("Composed again.")

    if request.method == "POST" and attempt(request, form, compose, EditionError):
        return HttpResponseRedirect(page_of(edition))
    plan = editions.again(edition, clock.now())
    points: list[Sentence] = [_("Comes in: %(headline)s") % {"headline": story.headline} for story in plan.came]
    points += [_("Falls out: %(headline)s") % {"headline": row.article.headline} for row in plan.gone]
    explanation = _("It is made of what is published by now. Pinned stories keep their place, dropped ones stay out.")
    return act_page(
        model_admin, request, form, title=_("Compose it again"), button=_("Compose it again"), back=page_of(edition),
        explanation=explanation, points=points or [_("No story comes in, and none falls out.")],
    )  # fmt: skip


def page_of(edition: Edition) -> str:
    return reverse("admin:newsletters_edition_change", args=[edition.pk])


def _sums(edition: Edition, user: User) -> tuple[Sum, ...]:
    if edition.frozen_at is None:
        return ()
    counted = dict(edition.tallies.filter(copies__gt=0).values_list("state", "copies"))
    listed = reverse("admin:newsletters_edition_copies", args=[edition.pk])
    may_see = user.has_perm("newsletters.view_delivery")
    return tuple(
        Sum(str(state.label), counted[state], f"{listed}?state={state}" if may_see else "")
        for state in SendState
        if state in counted
    )


def _to_be_changed(request: HttpRequest, pk: int) -> Edition:
    if not person(request).has_perm("newsletters.change_edition"):
        raise PermissionDenied
    return get_object_or_404(Edition.objects.select_related("newsletter"), pk=pk)
