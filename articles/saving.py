"""Stories that readers keep for later."""

from __future__ import annotations

from datetime import datetime

from articles.models import Article, SavedArticle
from articles.querysets import OwnQuerySet
from memberships.models import User


def save(user: User, article: Article, at: datetime) -> None:
    """Keep ``article``; one that is kept already stays where it is on the list."""
    SavedArticle.objects.bulk_create([SavedArticle(user=user, article=article, saved_at=at)], ignore_conflicts=True)


def remove(user: User, article: Article) -> datetime | None:
    """Take it off the list; answers since when it stood there, which is enough to put it back in its place."""
    kept = SavedArticle.objects.filter(user=user, article=article)
    saved_at: datetime | None = kept.values_list("saved_at", flat=True).first()
    kept.delete()
    return saved_at


def is_saved(user: User, article: Article) -> bool:
    return SavedArticle.objects.filter(user=user, article=article).exists()


def saved_by(user: User, at: datetime) -> OwnQuerySet:
    """Somebody's list, the last saved first; what was taken off the site since is left out."""
    return SavedArticle.objects.filter(user=user).listed(at)
