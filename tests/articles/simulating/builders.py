"""Readings of the log, made by one plain call each."""

from __future__ import annotations

from datetime import datetime

from articles.models import Article, NotedReading
from articles.reading_log.keys import key_at
from memberships.models import User


def noted(article: Article, at: datetime, by: User | str = "somebody") -> NotedReading:
    person = {"visitor": by} if isinstance(by, str) else {"user": by}
    return NotedReading.objects.create(id=key_at(at), at=at, article=article, **person)
