"""From the draft to what readers see: copied, access decided, cut in two."""

from __future__ import annotations

from django.conf import settings

from articles import body_schema
from articles.models import Article, Byline, Draft
from articles.models.taxonomy import Access
from articles.publishing.checklist import access_of

# What a draft needs loaded so that nothing here asks once more.
RELATIONS = ("article", "format__product", "section", "country", "series", "product", "lead_picture")
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
)


def copy_columns(live: Article, draft: Draft) -> None:
    """Set everything on ``live`` that its row holds, its place and state apart. Nothing is saved."""
    for name in SHARED:
        setattr(live, name, getattr(draft, name))
    live.access = access_of(draft)
    is_sold = live.access == Access.PRODUCT
    live.product = (draft.product or (draft.format.product if draft.format else None)) if is_sold else None
    first_words = None if live.access == Access.FREE else settings.OPENING_WORDS
    live.opening_html, live.paid_html = body_schema.split(draft.body, first_words)
    live.opening_words = None if body_schema.has_paywall_break(draft.body) else first_words
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
