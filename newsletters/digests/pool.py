"""The stories a week's reviews are chosen from: the edition's own, in the editors' order."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from articles.models import Article, Industry
from newsletters.digests.allocating import Candidate, Slate, slate_of
from newsletters.models import Edition


def slate_for(edition: Edition, at: datetime) -> Slate:
    """What the editors left in it and is published at the moment.

    Within an industry what stands further up comes first; a pinned story has its place in every review.
    """
    published = Article.objects.published(at).filter(edition_items__edition=edition)
    items = edition.items.shown().filter(article__in=published.values("pk"))
    found = list(items.values_list("article", "article__first_published_at", "position", "is_pinned"))
    industries_of = _industries_of([article for article, *_facts in found])
    candidates = [
        Candidate(
            article=article,
            industries=frozenset(industries_of[article]),
            published_at=published_at or at,
            pinned_to=position if is_pinned else None,
            weight=-position,
        )
        for article, published_at, position, is_pinned in found
    ]
    order = list(Industry.objects.values_list("pk", flat=True))
    return slate_of(candidates, order, edition.newsletter.most_items)


def _industries_of(articles: list[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    pairs = Article.industries.through.objects.filter(article__in=articles)
    for article, industry in pairs.values_list("article_id", "industry_id"):
        found[article].add(industry)
    return found
