"""``manage.py index_articles``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from articles import search
from articles.models import Article
from articles.querysets import HEAVY_COLUMNS
from memberships import clock

_TOLD_EVERY = 1000


class Command(BaseCommand):
    help = "Writes the search index of every published text anew. Changes nothing else; may be stopped and run again."

    def handle(self, *args: Any, **options: Any) -> None:
        at = clock.now()
        published = Article.objects.published(at).defer(*HEAVY_COLUMNS)
        for number, article in enumerate(published.order_by("pk").iterator(chunk_size=200), 1):
            search.index(article, at)
            if number % _TOLD_EVERY == 0:
                self.stdout.write(f"{number} texts")
        self.stdout.write("The search index is written.")
