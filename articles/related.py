"""What to read next."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Case, Count, IntegerField, Q, Value, When

from articles.models import Article

# Of the newest so many that have anything to do with it, the nearest are shown.
MOST_CANDIDATES = 200
# Being of one series counts as much as sharing so many topics.
SERIES_WEIGHT = 2


def related(article: Article, at: datetime, most: int = 4) -> list[Article]:
    """Published articles in the same language that share the most with it, the newest first among equals.

    With what their cards show but the bylines, in two queries if the article's topics are loaded: which, and those. In
    one the planner would weigh every order of all the tables, which took it 11 ms.
    """
    topics = [topic.pk for topic in article.topics.all()]
    of_topics = Article.topics.through.objects.filter(topic__in=topics).values("article")
    near = Q(pk__in=of_topics)
    if article.series_id:
        near |= Q(series=article.series_id)
    if article.country_id:
        near |= Q(country=article.country_id)
    others = Article.objects.published(at).in_language(article.language).exclude(pk=article.pk).filter(near)
    shared = Count("topics", filter=Q(topics__in=topics))
    ranked = (
        Article.objects.filter(pk__in=others.newest_first().values("pk")[:MOST_CANDIDATES])
        .annotate(nearness=shared + _series_weight(article))
        .order_by("-nearness", "-first_published_at", "-id")
    )
    nearest = list(ranked.values_list("pk", flat=True)[:most])
    found = Article.objects.with_card_columns().in_bulk(nearest)
    return [found[pk] for pk in nearest if pk in found]


def translations(article: Article, at: datetime) -> list[Article]:
    """The same text in other languages."""
    others = Article.objects.published(at).filter(group=article.group).exclude(pk=article.pk)
    return list(others.only("language", "headline", "year", "month", "slug", "first_published_at").order_by("language"))


def _series_weight(article: Article) -> Case | Value:
    if article.series_id is None:
        return Value(0)
    same = When(series=article.series_id, then=Value(SERIES_WEIGHT))
    return Case(same, default=Value(0), output_field=IntegerField())
