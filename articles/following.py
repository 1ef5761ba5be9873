"""Whom and what readers follow, and what is new from there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from articles.lists import FILINGS, Subject
from articles.models import Article, Follow
from articles.querysets import ArticleQuerySet
from memberships.models import User

# How far back the page of what one follows looks.
FRESH = timedelta(days=60)


@dataclass(frozen=True)
class Followed:
    """What one person follows, as primary keys by kind; ``language`` is the one they read in."""

    language: str
    keys: dict[str, list[int]]

    def __bool__(self) -> bool:
        return any(self.keys.values())

    def stories(self, since: datetime, until: datetime) -> ArticleQuerySet:
        """What was published there after ``since`` and by ``until``, the newest first and each once.

        In the person's language; from an author they follow, in any.
        """
        fresh = Article.objects.published(until).filter(first_published_at__gt=since)
        found = Q(pk__in=[])
        for kind, keys in self.keys.items():
            if keys:
                found |= _filed(fresh, kind, keys, self.language)
        return fresh.filter(found).newest_first()


def followed_by(user: User) -> Followed:
    """Everything somebody follows, in one query."""
    keys: dict[str, list[int]] = {kind: [] for kind in Follow.KINDS}
    for row in Follow.objects.filter(user=user).values(*Follow.KINDS):
        for kind, key in row.items():
            if key is not None:
                keys[kind].append(key)
    return Followed(user.language, keys)


def follow(user: User, subject: Subject, at: datetime) -> None:
    """Follow ``subject``; what is followed already stays as it is."""
    row = Follow(user=user, followed_at=at, **{kind_of(subject): subject})
    Follow.objects.bulk_create([row], ignore_conflicts=True)


def unfollow(user: User, subject: Subject) -> datetime | None:
    """Follow it no more; answers since when it was followed."""
    followed = Follow.objects.filter(user=user, **{kind_of(subject): subject.pk})
    followed_at = followed.values_list("followed_at", flat=True).first()
    followed.delete()
    return followed_at


def is_following(user: User, subject: Subject) -> bool:
    return Follow.objects.filter(user=user, **{kind_of(subject): subject.pk}).exists()


def follows_of(user: User) -> list[Follow]:
    """The rows with what they name, the last followed first."""
    return list(Follow.objects.filter(user=user).select_related(*Follow.KINDS))


def keys_of(user: User) -> set[str]:
    """What somebody follows in the form in which pages name it: ``series:lebanon-pulse``."""
    slugs = Follow.objects.filter(user=user).values(*(f"{kind}__slug" for kind in Follow.KINDS))
    named = (pair for row in slugs for pair in row.items())
    return {f"{column.removesuffix('__slug')}:{slug}" for column, slug in named if slug is not None}


def kind_of(subject: Subject) -> str:
    """``author``, ``topic``, ``series``, ``country`` or ``section``."""
    return next(kind for kind, filing in FILINGS.items() if isinstance(subject, filing.model))


def subject_of(kind: str, slug: str) -> Subject | None:
    """What is followed under this name, ``None`` where there is nothing."""
    if kind not in Follow.KINDS:
        return None
    return FILINGS[kind].model._default_manager.filter(slug=slug).first()


def _filed(fresh: ArticleQuerySet, kind: str, keys: list[int], language: str) -> Q:
    filing = FILINGS[kind]
    # By subquery, since a story may be filed several times and is to be found once; of the fresh ones only, for speed.
    matching = fresh.filter(**{f"{filing.column}__in": keys}).values("pk")
    return Q(pk__in=matching) if filing.mixes_languages else Q(pk__in=matching, language=language)
