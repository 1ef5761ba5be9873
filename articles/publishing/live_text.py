"""From the draft to what readers see: copied, access decided, cut in two."""

from __future__ import annotations

from articles import body_schema
from articles.models import Article, Byline, Draft
from articles.publishing import levels, recutting
from memberships import metering

# What a draft needs loaded so that nothing here asks once more.
RELATIONS = ("article", "format__product", "section", "country", "series", "product", "lead_picture", "recording")
SHARED = (
    "format",
    "headline",
    "standfirst",
    "dateline",
    "section",
    "country",
    "series",
    "lead_picture",
    "lead_caption",
    "recording",
)


def copy_columns(live: Article, draft: Draft) -> None:
    """Set everything on ``live`` that its row holds, its place and state apart. Nothing is saved."""
    for name in SHARED:
        setattr(live, name, getattr(draft, name))
    level = levels.level_of(draft, levels.rules_in_force())
    live.access, live.product, live.is_level_chosen = level.access, level.product, level.is_chosen
    recutting.cut(live, draft.body, metering.terms().opening_words)
    live.word_count = body_schema.word_count(draft.body)


def copy_relations(live: Article, draft: Draft) -> None:
    """Write the bylines, topics and industries of ``live``."""
    live.topics.set(draft.topics.all())
    live.industries.set(draft.industries.all())
    live.bylines.all().delete()
    Byline.objects.bulk_create(bylines_for(live, draft))


def bylines_for(live: Article, draft: Draft) -> list[Byline]:
    return [
        Byline(article=live, author=byline.author, role=byline.role, position=byline.position)
        for byline in draft.bylines.select_related("author")
    ]
