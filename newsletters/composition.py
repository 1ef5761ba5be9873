"""Which stories an edition is made of: what the list is about, published since the last edition, in its language."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from articles.models import Article, FrontSlot, Industry
from articles.models.taxonomy import Access
from newsletters.models import Newsletter

MOST_IN_A_POOL = 60


def stories(
    newsletter: Newsletter,
    since: datetime,
    until: datetime,
    at: datetime,
    *,
    kept: Sequence[Article] = (),
    dropped: Collection[int] = (),
) -> list[Article]:
    """The stories of ``[since, until)`` that make an edition beside those that are ``kept`` in it, the lead first, at
    most as many as the list wants.

    What leads the front page leads here, the rest is newest first. A free list invites to one story for members, last.
    Of a review it is the pool from which each member's stories are chosen.
    """
    shut = {*dropped, *(article.pk for article in kept)}
    found = candidates(newsletter, since, until, at).exclude(pk__in=shut)
    if newsletter.kind == Newsletter.Kind.REVIEW:
        return _lead_first(_pool(found), newsletter.language)
    most = max(newsletter.most_items - len(kept), 0)
    if newsletter.product_id is not None:
        return _lead_first(found[:most], newsletter.language)
    invites = most > 0 and newsletter.most_items > 1 and all(article.access != Access.PRODUCT for article in kept)
    for_members = list(found.filter(access=Access.PRODUCT)[: int(invites)])
    most -= len(for_members)
    return _lead_first(found.exclude(access=Access.PRODUCT)[:most], newsletter.language) + for_members


def _pool(found: QuerySet[Article]) -> list[Article]:
    """What a week's reviews are chosen from, newest first: the newest story of every industry, then every second one,
    and so on, so that a busy industry leaves room for the others."""
    rank_of: dict[int, int] = {}
    for industry in Industry.objects.all():
        of_it = found.filter(industries=industry).values_list("pk", flat=True)[:MOST_IN_A_POOL]
        for rank, article in enumerate(of_it):
            rank_of[article] = min(rank, rank_of.get(article, rank))
    newest_first = list(found.filter(pk__in=rank_of))
    chosen = sorted(newest_first, key=lambda article: rank_of[article.pk])[:MOST_IN_A_POOL]
    return [article for article in newest_first if article in chosen]


def candidates(newsletter: Newsletter, since: datetime, until: datetime, at: datetime) -> QuerySet[Article]:
    """Everything published in ``[since, until)`` that the list is about, newest first."""
    published = Article.objects.published(at).in_language(newsletter.language)
    window = published.filter(first_published_at__gte=since, first_published_at__lt=until)
    sources = _sources(newsletter)
    return (window.filter(sources).distinct() if sources else window).for_cards().newest_first()


def _sources(newsletter: Newsletter) -> Q:
    """Any of the named sections, countries, topics and formats, or the industry; an empty condition if none is."""
    condition = Q()
    for column, chosen in (
        ("section", newsletter.sections),
        ("country", newsletter.countries),
        ("topics", newsletter.topics),
        ("format", newsletter.formats),
    ):
        keys = list(chosen.values_list("pk", flat=True))
        if keys:
            condition |= Q(**{f"{column}__in": keys})
    return condition | Q(industries=newsletter.industry_id) if newsletter.industry_id else condition


def _lead_first(found: Sequence[Article] | QuerySet[Article], language: str) -> list[Article]:
    places = dict(FrontSlot.objects.filter(language=language).values_list("article_id", "position"))
    behind = len(places) + max(places.values(), default=0)
    return sorted(found, key=lambda article: places.get(article.pk, behind))
