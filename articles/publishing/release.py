"""Putting a text out, now or at its moment."""

from __future__ import annotations

import logging
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils.translation import gettext as _

from articles import search, signals
from articles.models import Article, Draft
from articles.publishing import addresses, former_texts, live_text
from articles.publishing.checklist import complaints
from articles.publishing.errors import PublishingError
from articles.publishing.workflow import ON_THE_DESK, State, note, refuse_wrong_state
from memberships.models import User

logger = logging.getLogger(__name__)

# What a tick of the clock takes on at most; the rest is due again at the next.
MOST_PER_TICK = 50


@transaction.atomic
def publish(article: Article, actor: User | None, at: datetime, *, dated: datetime | None = None) -> Article:
    """Show readers the draft as it stands; answers the live article.

    The first time it gets its address and its date, which is ``at``, or ``dated`` for a text that was published
    elsewhere before. Later it replaces the live text under the same address.

    Raises:
        PublishingError: with everything that stands in the way; readers see what they saw before.
    """
    live = _locked(article)
    refuse_wrong_state(live, [*ON_THE_DESK, State.SCHEDULED, State.UNPUBLISHED, State.PUBLISHED])
    draft = Draft.objects.select_for_update(of=("self",)).select_related(*live_text.RELATIONS).get(article=live)
    if missing := complaints(draft, at):
        raise PublishingError(missing)
    is_first = live.first_published_at is None
    before = None if is_first else former_texts.text_of(live)
    live_text.copy_columns(live, draft)
    addresses.settle(live, draft, dated or at)
    live.live_number = draft.number
    live.first_published_at = live.first_published_at or dated or at
    live.updated_at = None if is_first else at
    live.state, live.scheduled_for, live.schedule_error = State.PUBLISHED, None, ""
    live.save()
    if before is not None:
        former_texts.keep(before, live, at)
    addresses.forget_own_redirect(live)
    live_text.copy_relations(live, draft)
    search.index(live, at)
    note("article.published" if is_first else "article.updated", live, actor, at, revision=draft.number)
    announce = signals.article_published if is_first else signals.article_updated
    transaction.on_commit(partial(announce.send_robust, sender=__name__, article=live, at=at))
    return live


@transaction.atomic
def schedule(article: Article, for_at: datetime, actor: User | None, at: datetime) -> None:
    """Let it go out by itself at ``for_at``, as the draft then stands.

    Raises:
        PublishingError: the moment has passed, lies under the embargo, or the draft would not be fit to go out.
    """
    live = _locked(article)
    refuse_wrong_state(live, [*ON_THE_DESK, State.SCHEDULED, State.UNPUBLISHED])
    if for_at <= at:
        raise PublishingError([_("That moment has passed. Publish it now, or choose a later one.")])
    draft = Draft.objects.select_related(*live_text.RELATIONS).get(article=live)
    if missing := complaints(draft, for_at):
        raise PublishingError(missing)
    live.state, live.scheduled_for, live.schedule_error = State.SCHEDULED, for_at, ""
    live.save(update_fields=["state", "scheduled_for", "schedule_error"])
    note("article.scheduled", live, actor, at, goes_out_at=for_at.isoformat())


@transaction.atomic
def unschedule(article: Article, actor: User | None, at: datetime) -> None:
    """Take it off the schedule; it stays ready."""
    live = _locked(article)
    if live.state != State.SCHEDULED:
        raise PublishingError([_("It is not scheduled any more. Reload the page to see where it stands.")])
    live.state, live.scheduled_for, live.schedule_error = State.READY, None, ""
    live.save(update_fields=["state", "scheduled_for", "schedule_error"])
    note("article.unscheduled", live, actor, at)


def release_due(at: datetime) -> int:
    """Publish what is due; answers how many went out.

    Each goes out in a transaction of its own and several workers may run this at once: a row is released by one. What
    cannot go out says why in ``schedule_error``, is tried again at the next tick and holds up nothing else.
    """
    # What failed before waits behind what has not been tried: however much is stuck, the rest goes out.
    stuck = ExpressionWrapper(~Q(schedule_error=""), output_field=BooleanField())
    due = Article.objects.due(at).order_by(stuck, "scheduled_for").values_list("pk", flat=True)
    return sum(_release(pk, at) for pk in list(due[:MOST_PER_TICK]))


def _release(pk: int, at: datetime) -> bool:
    with transaction.atomic():
        article = Article.objects.select_for_update(skip_locked=True).due(at).filter(pk=pk).first()
        if article is None:
            return False
        problem = _problem_with(article, at)
        if problem and problem != article.schedule_error:
            Article.objects.filter(pk=pk).update(schedule_error=problem)
        return not problem


def _problem_with(article: Article, at: datetime) -> str:
    try:
        publish(article, None, at)
    except PublishingError as refusal:
        return str(refusal)
    except Exception:  # whatever breaks on one text must not keep the others from going out
        logger.exception("A scheduled article could not be published.", extra={"article": str(article.public_id)})
        return _("Something went wrong inside the system. It is tried again; please tell whoever runs it.")
    return ""


def _locked(article: Article) -> Article:
    return Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
