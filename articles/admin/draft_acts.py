"""The buttons beside a text: who may press which, and what each does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from articles import publishing
from articles.admin.colleagues import colleague, may_publish, require_publishing
from articles.models import Article, Draft
from articles.publishing import PublishingError
from memberships.models import User

State = Article.State
DESK = (State.DRAFT, State.SUBMITTED, State.IN_EDIT, State.READY)
Doing = Callable[[Article, User, datetime], object]


@dataclass(frozen=True)
class Act:
    """``name`` is the button's, ``look`` is ``main`` or ``quiet``, ``states`` are those in which it makes sense."""

    name: str
    label: str | Promise
    done: str | Promise
    states: tuple[str, ...]
    do: Doing
    needs_publishing: bool = False
    look: str = "quiet"


ACTS = (
    Act("_submit", _("Submit to the desk"), _("Submitted."), (State.DRAFT,), publishing.submit),
    Act("_take_up", _("Take it up"), _("You are editing it."), (State.SUBMITTED,), publishing.take_up),
    Act("_ready", _("It is ready"), _("Ready to go out."), (State.SUBMITTED, State.IN_EDIT), publishing.mark_ready),
    Act(
        "_send_back",
        _("Send it back"),
        _("Sent back to its writer."),
        (State.SUBMITTED, State.IN_EDIT, State.READY),
        publishing.send_back,
    ),
    Act(
        "_unschedule",
        _("Take it off the schedule"),
        _("It will not go out by itself any more."),
        (State.SCHEDULED,),
        publishing.unschedule,
        needs_publishing=True,
    ),
    Act(
        "_publish",
        _("Publish now"),
        _("Published."),
        (*DESK, State.SCHEDULED, State.UNPUBLISHED),
        publishing.publish,
        needs_publishing=True,
        look="main",
    ),
    Act(
        "_update",
        _("Publish the changes"),
        _("Readers see the changes now."),
        (State.PUBLISHED,),
        publishing.publish,
        needs_publishing=True,
        look="main",
    ),
)
SCHEDULE = "_schedule"


@dataclass(frozen=True)
class Step:
    """An act asked for once more on a page of its own, with words where readers are told something."""

    label: str | Promise
    meaning: str | Promise
    done: str | Promise
    do: Callable[[Article, str, User, datetime], object]
    asks: str | Promise = ""
    is_grave: bool = True


EXPLAINED = {
    "correct": Step(
        _("Correct it"),
        _("The correction stands on the article and in the corrections log. Publish the mended text beside it."),
        _("The correction stands on the article."),
        publishing.correct,
        asks=_("What was wrong, and what is right now"),
        is_grave=False,
    ),
    "retract": Step(
        _("Retract it"),
        _("The text disappears for good. Its address goes on saying that it was retracted, and why."),
        _("It is retracted."),
        publishing.retract,
        asks=_("Why, for readers"),
    ),
    "unpublish": Step(
        _("Take it off the site"),
        _("The address answers that there is nothing. It can be published again under the same address."),
        _("It is off the site."),
        lambda article, _text, user, at: publishing.unpublish(article, user, at),
    ),
}


def acts_for(draft: Draft, user: User) -> list[Act]:
    """The buttons this person gets for this text, as it stands."""
    permitted = may_publish(user)
    return [act for act in ACTS if draft.article.state in act.states and (permitted or not act.needs_publishing)]


def refuse_unless_permitted(request: HttpRequest) -> None:
    """Before anything is saved: a button that this person does not have is not pressed.

    Raises:
        PermissionDenied: with a sentence for the 403 page.
    """
    pressed = {act.name for act in ACTS if act.needs_publishing} | {SCHEDULE}
    if pressed & request.POST.keys():
        require_publishing(request)


def perform(request: HttpRequest, draft: Draft, at: datetime) -> None:
    """Do what the pressed button says, after the save; say how it went in messages. Plain saving says so too."""
    if SCHEDULE in request.POST:
        _attempt(request, _("It goes out by itself at that time."), partial(_schedule, request, draft, at))
        return
    act = next((act for act in ACTS if act.name in request.POST), None)
    if act is None:
        messages.success(request, gettext("Saved."))
        return
    _attempt(request, act.done, lambda: act.do(draft.article, colleague(request), at))


def _schedule(request: HttpRequest, draft: Draft, at: datetime) -> None:
    try:
        moment = forms.DateTimeField(required=True).clean(request.POST.get("schedule_for", ""))
    except ValidationError as error:
        raise PublishingError([gettext("Say on which day and at what time it goes out.")]) from error
    publishing.schedule(draft.article, moment, colleague(request), at)


def _attempt(request: HttpRequest, done: str | Promise, act: Callable[[], object]) -> None:
    try:
        act()
    except PublishingError as refusal:
        complaints = format_html_join("", "<li>{}</li>", ((sentence,) for sentence in refusal.messages))
        told = gettext("Your text is saved, but this was not done:")
        messages.error(request, format_html('{}<ul class="desk-complaints">{}</ul>', told, complaints))
    else:
        messages.success(request, str(done))
