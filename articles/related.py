"""What to read next."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, Q

from articles.models import Article


def related(article: Article, at: datetime, most: int = 4) -> list[Article]:
    """Published articles in the same language that share the most topics, its series first, the newest first.

    Two queries and the bylines, however many there are.
    """
    topics = list(article.topics.values_list("pk", flat=True))
    near = Q(topics__in=topics)
    if article.series_id:
        near |= Q(series=article.series_id)
    if article.country_id:
        near |= Q(country=article.country_id)
    others = Article.objects.published(at).in_language(article.language).exclude(pk=article.pk)
    shared = Count("topics", filter=Q(topics__in=topics), distinct=True)
    ranked = others.filter(near).annotate(shared=shared).order_by("-shared", "-first_published_at", "-id")
    return list(ranked.for_cards()[:most])


def translations(article: Article, at: datetime) -> list[Article]:
    """The same text in other languages."""
    others = Article.objects.published(at).filter(group=article.group).exclude(pk=article.pk)
    return list(others.only("language", "headline", "year", "month", "slug", "first_published_at").order_by("language"))
