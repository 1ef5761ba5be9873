"""A front page: what editors placed, then what was published, band by band."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from articles.cards import CardView, cards_of
from articles.lists import address_in
from articles.models import Article, Event, Format, FrontSlot, Section
from articles.querysets import ArticleQuerySet
from newsletters.models import Newsletter

TOP_STORIES = 6
RAIL_STORIES = 8
BAND_STORIES = 7
MEMOS = 3
REPORTS = 1
LETTERS = 4
# In turn, so that no two neighbouring bands look alike; with how many stories each shows.
BAND_STYLES = (("columns", 4), ("mosaic", 5), ("ledger", 6), ("feature", 4))


@dataclass(frozen=True)
class Band:
    title: str
    url: str
    style: str
    cards: list[CardView]


@dataclass(frozen=True)
class FrontPage:
    """Everything a front shows. ``lead`` is ``None`` only while nothing is published in the language."""

    lead: CardView | None
    top: list[CardView]
    latest: list[CardView]
    bands: list[Band]
    memos: list[CardView]
    reports: list[CardView]
    newsletters: list[Newsletter] = field(default_factory=list)
    event: Event | None = None


def front_page(language: str, at: datetime) -> FrontPage:
    """Compose the front of one language.

    A story stands once: where editors placed it, else with the newest memos and reports, else among the newest at the
    top and in the rail, else in its section's band.
    """
    published = Article.objects.published(at).in_language(language).newest_first()
    placed = _placed(language, at)
    memos, reports = _deep(published.exclude(pk__in=_keys(placed)))
    free = published.exclude(pk__in=_keys([*placed, *memos, *reports]))
    recent = list(free.for_cards()[: TOP_STORIES - len(placed) + RAIL_STORIES])
    top, latest = _parted([*placed, *recent])
    if not top:
        top, memos, reports = [*reports, *memos], [], []
    shown = _keys([*top, *latest, *memos, *reports])
    top_cards = cards_of(top)
    return FrontPage(
        lead=top_cards[0] if top_cards else None,
        top=top_cards[1:],
        latest=cards_of(latest),
        bands=_bands(published.exclude(pk__in=shown), language),
        memos=cards_of(memos),
        reports=cards_of(reports),
        newsletters=list(Newsletter.objects.offered().free().filter(language=language)[:LETTERS]),
        event=Event.objects.upcoming(at).first(),
    )


def _placed(language: str, at: datetime) -> list[Article]:
    """What editors put at the top; places whose article is gone close up."""
    places = FrontSlot.objects.filter(language=language, article__in=Article.objects.published(at))
    numbers = list(places.order_by("position").values_list("article_id", flat=True)[:TOP_STORIES])
    placed = Article.objects.for_cards().in_bulk(numbers)
    return [placed[number] for number in numbers]


def _deep(articles: ArticleQuerySet) -> tuple[list[Article], list[Article]]:
    """The newest memos and trend reports."""
    memos = articles.in_format_kind(Format.Kind.MEMO).values("pk")[:MEMOS]
    reports = articles.in_format_kind(Format.Kind.TREND_REPORT).values("pk")[:REPORTS]
    found = list(_rows_of([memos, reports]))
    kinds = {article.pk: article.format.kind if article.format else "" for article in found}
    return (
        [article for article in found if kinds[article.pk] == Format.Kind.MEMO],
        [article for article in found if kinds[article.pk] == Format.Kind.TREND_REPORT],
    )


def _parted(articles: Sequence[Article]) -> tuple[list[Article], list[Article]]:
    """The top, and the rail beside it."""
    return list(articles[:TOP_STORIES]), list(articles[TOP_STORIES : TOP_STORIES + RAIL_STORIES])


def _bands(articles: ArticleQuerySet, language: str) -> list[Band]:
    """A band for every section of the navigation that has at least two stories left."""
    sections = list(Section.objects.filter(is_in_navigation=True))
    newest = [articles.filter(section=section).values("pk")[:BAND_STORIES] for section in sections]
    stories = list(_rows_of(newest))
    bands: list[Band] = []
    for section in sections:
        own = [story for story in stories if story.section_id == section.pk]
        if len(own) >= 2:
            style, size = BAND_STYLES[len(bands) % len(BAND_STYLES)]
            bands.append(Band(section.label, address_in(section, language), style, cards_of(own[:size])))
    return bands


def _rows_of(choices: list[ArticleQuerySet]) -> ArticleQuerySet:
    """The articles that several queries for keys choose, the newest first; asked in two queries and the bylines."""
    if not choices:
        return Article.objects.none()
    first, *rest = choices
    numbers = [row["pk"] for row in first.union(*rest, all=True)]
    return Article.objects.filter(pk__in=numbers).newest_first().for_cards()


def _keys(articles: Sequence[Article]) -> list[int]:
    return [article.pk for article in articles]
