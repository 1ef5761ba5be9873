"""What happens once a text went out or changed. The signals come after commit; a queue that is away stops nothing."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import receiver

from articles import signals, tasks
from articles.models import Article
from articles.sitemaps import NEWS_FOR


@receiver([signals.article_published, signals.article_updated])
def draw_its_pictures(article: Article, at: datetime, **_facts: Any) -> None:
    """For news. What is brought in from an archive, by the thousand, is drawn when somebody asks."""
    if article.first_published_at is not None and article.first_published_at > at - NEWS_FOR:
        transaction.on_commit(partial(tasks.draw_share_pictures.delay, article.pk), robust=True)
