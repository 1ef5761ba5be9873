"""What happens after publication: a correction, a retraction, taking it off the site."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from articles import search, signals
from articles.models import Article, Correction
from articles.publishing.errors import PublishingError
from articles.publishing.workflow import State, note
from memberships.models import User


@transaction.atomic
def correct(article: Article, text: str, actor: User | None, at: datetime) -> Correction:
    """Tell readers what was wrong and is right now. The text itself is mended by publishing the changed draft."""
    live = _published(article)
    said = _said(text, _("Say what was wrong and what is right now."))
    correction = Correction.objects.create(article=live, text=said, corrected_at=at, corrected_by=actor)
    note("article.corrected", live, actor, at, correction=correction.pk)
    transaction.on_commit(partial(signals.article_updated.send_robust, sender=__name__, article=live, at=at))
    return correction


@transaction.atomic
def retract(article: Article, why: str, actor: User | None, at: datetime) -> None:
    """Withdraw the text for good. Its address goes on saying that it was, and why."""
    live = _published(article)
    live.retraction_note = _said(why, _("Tell readers why it is retracted."))
    live.state, live.retracted_at = State.RETRACTED, at
    live.save(update_fields=["state", "retracted_at", "retraction_note"])
    _withdrawn("article.retracted", live, actor, at)


@transaction.atomic
def unpublish(article: Article, actor: User | None, at: datetime) -> None:
    """Take it off the site without a trace for readers. It can be published again under the same address."""
    live = _published(article)
    live.state = State.UNPUBLISHED
    live.save(update_fields=["state"])
    _withdrawn("article.unpublished", live, actor, at)


def _withdrawn(verb: str, live: Article, actor: User | None, at: datetime) -> None:
    search.index(live, at)
    note(verb, live, actor, at)
    transaction.on_commit(partial(signals.article_withdrawn.send_robust, sender=__name__, article=live, at=at))


def _published(article: Article) -> Article:
    live = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
    if live.state != State.PUBLISHED:
        raise PublishingError([_("Only a published article can be corrected, retracted or taken off the site.")])
    return live


def _said(text: str, complaint: str) -> str:
    if not text.strip():
        raise PublishingError([complaint])
    return text.strip()
