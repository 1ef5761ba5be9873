"""The way to the editor's desk: submitted, taken up, ready, or sent back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from articles.models import Article
from articles.publishing.errors import PublishingError
from memberships import audit
from memberships.models import User

State = Article.State
ON_THE_DESK = (State.DRAFT, State.SUBMITTED, State.IN_EDIT, State.READY)


def submit(article: Article, actor: User | None, at: datetime) -> None:
    """The writer hands it in."""
    _move(article, {State.DRAFT}, State.SUBMITTED, actor, at)


def take_up(article: Article, actor: User | None, at: datetime) -> None:
    """An editor starts on it."""
    _move(article, {State.DRAFT, State.SUBMITTED}, State.IN_EDIT, actor, at)


def mark_ready(article: Article, actor: User | None, at: datetime) -> None:
    """It may go out."""
    _move(article, {State.DRAFT, State.SUBMITTED, State.IN_EDIT}, State.READY, actor, at)


def send_back(article: Article, actor: User | None, at: datetime) -> None:
    """It returns to the writer."""
    _move(article, {State.SUBMITTED, State.IN_EDIT, State.READY}, State.DRAFT, actor, at)


def refuse_wrong_state(article: Article, allowed: Iterable[str]) -> None:
    """Raise PublishingError unless the article stands in one of the states."""
    if article.state not in set(allowed):
        raise PublishingError([_wrong_state(article)])


def _move(article: Article, allowed: set[State], state: State, actor: User | None, at: datetime) -> None:
    """Compare and swap: of two people who move it at once, one moves it and the other is told where it stands."""
    with transaction.atomic():
        moved = Article.objects.filter(pk=article.pk, state__in=allowed).update(state=state)
        if not moved:
            article.refresh_from_db(fields=["state"])
            raise PublishingError([_wrong_state(article)])
        article.state = state
        note(f"article.{state}", article, actor, at)


def note(verb: str, article: Article, actor: User | None, at: datetime, **details: object) -> None:
    """Write the act into the audit log."""
    audit.record(
        verb,
        actor=actor,
        subject_kind="article",
        subject_id=article.public_id,
        subject_label=article.headline or article.draft.headline,
        at=at,
        **details,
    )


def _wrong_state(article: Article) -> str:
    sentences = {
        State.SCHEDULED: _("It is scheduled. Take it off the schedule first."),
        State.PUBLISHED: _("It is published already."),
        State.RETRACTED: _("It was retracted: its address keeps the note for good. Begin a new article instead."),
    }
    default = _("It is in the state “%(state)s”, where this cannot be done. Reload the page to see where it stands.")
    return sentences.get(State(article.state), default % {"state": article.get_state_display()})
