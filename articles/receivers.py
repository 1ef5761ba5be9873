"""What happens once a text went out or changed, or somebody left.

The signals come after commit; a queue that is away stops nothing.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.dispatch import receiver

from articles import people, reading_log, signals, tasks
from articles.models import Article
from articles.sitemaps import NEWS_FOR
from memberships.models import User
from memberships.people import holdings
from memberships.signals import account_closed

holdings.declare("articles", people.HOLDINGS)


@receiver([signals.article_published, signals.article_updated])
def draw_its_pictures(article: Article, at: datetime, **_facts: Any) -> None:
    """For news. What is brought in from an archive, by the thousand, is drawn when somebody asks."""
    if _is_news(article, at):
        transaction.on_commit(partial(tasks.draw_share_pictures.delay, article.pk), robust=True)


@receiver([signals.article_published, signals.article_updated, signals.article_withdrawn])
def tell_the_world(article: Article, at: datetime, **_facts: Any) -> None:
    """Where there is somebody to tell."""
    if not is_worth_telling(article, at):
        return
    if settings.WEBSUB_HUB:
        transaction.on_commit(partial(tasks.tell_hub.delay, article.pk), robust=True)
    if settings.INDEXNOW_KEY:
        transaction.on_commit(partial(tasks.tell_search_engines.delay, article.pk), robust=True)


@receiver(account_closed)
def forget_what_they_read(user: User, **_facts: Any) -> None:
    """The log of readings is nobody's history; whoever leaves is taken out of it at once."""
    reading_log.forget(user)


def is_worth_telling(article: Article, at: datetime) -> bool:
    """An archive that is brought in is no news; what changed or was taken back is, however old."""
    return _is_news(article, at) or article.updated_at == at or article.state != Article.State.PUBLISHED


def _is_news(article: Article, at: datetime) -> bool:
    return article.first_published_at is not None and article.first_published_at > at - NEWS_FOR
