"""What readers have read: kept only for those who wish it, and a year at most."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from articles.models import Article, HistoryEntry
from articles.querysets import OwnQuerySet
from memberships.models import User

KEPT_FOR = timedelta(days=365)


def begin(user: User, at: datetime) -> None:
    """Keep a history from now on; one that is kept already goes on."""
    User.objects.filter(pk=user.pk, history_since=None).update(history_since=at)


def end(user: User) -> None:
    """Write nothing more. What is there stays until it is cleared or too old."""
    User.objects.filter(pk=user.pk).update(history_since=None)


@transaction.atomic
def record(user: User, article: Article, furthest: int, at: datetime) -> bool:
    """Note that ``user`` read ``article``, down to ``furthest`` per cent; answers whether it was noted.

    Who keeps no history has nothing written. The account's row is locked first, so that switching off or clearing waits
    for this, or this sees it.
    """
    keeping = User.objects.select_for_update(no_key=True).filter(pk=user.pk, history_since__isnull=False)
    if keeping.values_list("pk", flat=True).first() is None:
        return False
    read = min(max(furthest, 0), 100)
    known = HistoryEntry.objects.filter(user=user, article=article)
    if not known.update(last_read_at=at, furthest=Greatest(F("furthest"), Value(read))):
        HistoryEntry.objects.create(user=user, article=article, last_read_at=at, furthest=read)
    return True


def remove(user: User, article: Article) -> None:
    HistoryEntry.objects.filter(user=user, article=article).delete()


@transaction.atomic
def clear(user: User) -> int:
    """Delete all of it; answers how many stories it held. Under the lock that writing takes, so that none slips by."""
    User.objects.select_for_update(no_key=True).values_list("pk", flat=True).get(pk=user.pk)
    return HistoryEntry.objects.filter(user=user).delete()[0]


def history_of(user: User, at: datetime) -> OwnQuerySet:
    """What somebody read, the last first; what was taken off the site since is left out."""
    return HistoryEntry.objects.filter(user=user).listed(at)


def forget_old(at: datetime) -> int:
    """Delete what is older than a year; answers how much that was."""
    return HistoryEntry.objects.filter(last_read_at__lt=at - KEPT_FOR).delete()[0]
