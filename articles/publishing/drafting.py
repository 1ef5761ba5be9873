"""Writing: a draft is begun, saved, taken back to an earlier save. Nothing here changes what readers see."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from articles import body_schema
from articles.models import Article, Author, Draft, DraftByline, Revision
from articles.publishing.errors import DraftConflict
from articles.publishing.snapshots import LINKS, SETS, TEXTS, DraftContent, content_of, snapshot_of
from memberships.models import User

# Of one person's automatic saves about one in so much time stays in the history.
THINNING = timedelta(minutes=5)


@transaction.atomic
def create(
    language: str,
    actor: User | None,
    at: datetime,
    *,
    content: DraftContent | None = None,
    group: uuid.UUID | None = None,
) -> Draft:
    """Begin a text. ``group`` is that of the text it translates."""
    article = Article.objects.create(language=language, group=group or uuid.uuid4(), created_at=at)
    draft = Draft.objects.create(article=article, saved_at=at, saved_by=actor)
    return save(draft, draft.number, content or {}, actor, at)


@transaction.atomic
def save(
    draft: Draft, number: int, content: DraftContent, actor: User | None, at: datetime, *, is_automatic: bool = False
) -> Draft:
    """Write ``content`` over the draft, if it still is the revision ``number`` this person began from.

    The body is cleaned to the schema. The save becomes a revision; answers the draft as it now is.

    Raises:
        DraftConflict: somebody saved in between; nothing was written.
    """
    columns = _columns(content) | {"number": number + 1, "saved_at": at, "saved_by": actor}
    if not Draft.objects.filter(pk=draft.pk, number=number).update(**columns):
        raise DraftConflict(Draft.objects.select_related("saved_by").get(pk=draft.pk))
    fresh = Draft.objects.select_related("article", "saved_by").get(pk=draft.pk)
    for name in SETS:
        if name in content:
            getattr(fresh, name).set(content[name])  # type: ignore[literal-required]
    if "bylines" in content:
        _replace_bylines(fresh, content["bylines"])
    if is_automatic:
        _thin(fresh, actor, at)
    Revision.objects.create(
        article=fresh.article,
        number=fresh.number,
        snapshot=snapshot_of(fresh),
        saved_at=at,
        saved_by=actor,
        is_automatic=is_automatic,
    )
    return fresh


def restore(draft: Draft, number: int, revision: Revision, actor: User | None, at: datetime) -> Draft:
    """Save the content of an earlier revision as a new one; history only grows.

    Raises:
        DraftConflict: somebody saved since ``number``.
    """
    return save(draft, number, content_of(revision.snapshot), actor, at)


def _columns(content: DraftContent) -> dict[str, Any]:
    columns: dict[str, Any] = {
        name: content[name]  # type: ignore[literal-required]
        for name in (*TEXTS, *LINKS, "embargo_until")
        if name in content
    }
    for name in ("headline", "standfirst", "dateline", "lead_caption"):
        if name in columns:
            columns[name] = " ".join(body_schema.storable(columns[name]).split())
    if "body" in columns:
        columns["body"] = body_schema.clean(columns["body"])
    return columns


def _replace_bylines(draft: Draft, bylines: list[tuple[Author, str]] | Any) -> None:
    """The bylines in this order; an author named twice stands once, where first named."""
    draft.bylines.all().delete()
    roles: dict[int, str] = {}
    for author, role in bylines:
        roles.setdefault(author.pk, role)
    DraftByline.objects.bulk_create(
        DraftByline(draft=draft, author_id=author, role=role, position=position)
        for position, (author, role) in enumerate(roles.items())
    )


def _thin(draft: Draft, actor: User | None, at: datetime) -> None:
    """Drop the automatic save right before this one where an earlier revision of the last minutes tells as much.

    Another person's save and what readers see always stay.
    """
    history = Revision.objects.filter(article=draft.article)
    if history.filter(number__lt=draft.number - 1, saved_at__gt=at - THINNING).exists():
        previous = history.filter(number=draft.number - 1, is_automatic=True, saved_by=actor)
        previous.exclude(number=draft.article.live_number or 0).delete()
