"""What a replay has to know of texts and people, fetched as the readings come by: each text once, people in batches."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from articles.models import AccessRule, Article
from articles.publishing import levels
from articles.publishing.levels import Level
from memberships.access import Item

_COLUMNS = ("public_id", "access", "is_level_chosen", "language", "section", "country", "format", "product")


class Texts:
    """Texts by primary key: where they are filed, and what they are to the decision under each of the sets of rules."""

    def __init__(self, *rules: Sequence[AccessRule]) -> None:
        self._rules = rules
        self.items: list[dict[int, Item]] = [{} for _set in rules]
        self.filed: dict[int, tuple[int | None, int | None]] = {}

    def learn(self, keys: Collection[int]) -> None:
        """Fetch those that are not known yet, in one query."""
        missing = set(keys) - self.filed.keys()
        if not missing:
            return
        rows = Article.objects.filter(pk__in=missing).select_related("format__product", "product", "section")
        shown = (*_COLUMNS, "format__access", "format__product__slug", "product__slug", "section__slug")
        for article in rows.only(*shown):
            self.filed[article.pk] = (article.section_id, article.format_id)
            for items, rules in zip(self.items, self._rules, strict=True):
                items[article.pk] = _item(article, levels.level_now(article, rules))


def _item(article: Article, level: Level) -> Item:
    product = level.product.slug if level.product and level.access in levels.SOLD else None
    section = article.section.slug if article.section else ""
    return Item(level.access, product, str(article.public_id), section)
