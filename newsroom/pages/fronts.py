"""A front page: what editors placed, then what was published, band by band."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

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


# From primary keys to cards in the same order.
Cards = Callable[[Sequence[int]], list[CardView]]


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
    plan = _plan(published, _placed(language, at))
    cards = _cards(plan.everything)
    top = cards(plan.top)
    return FrontPage(
        lead=top[0] if top else None,
        top=top[1:],
        latest=cards(plan.latest),
        bands=_bands(plan.filed, language, cards),
        memos=cards(plan.memos),
        reports=cards(plan.reports),
        newsletters=list(Newsletter.objects.offered().free().filter(language=language)[:LETTERS]),
        event=Event.objects.upcoming(at).first(),
    )


@dataclass(frozen=True)
class _Plan:
    """Which story stands where, by primary key."""

    top: list[int]
    latest: list[int]
    memos: list[int]
    reports: list[int]
    filed: dict[Section, list[int]]

    @property
    def everything(self) -> list[int]:
        filed = chain.from_iterable(self.filed.values())
        return [*self.top, *self.latest, *self.memos, *self.reports, *filed]


def _plan(published: ArticleQuerySet, placed: list[int]) -> _Plan:
    unplaced = published.exclude(pk__in=placed)
    formats = list(Format.objects.filter(kind__in=[Format.Kind.MEMO, Format.Kind.TREND_REPORT]))
    memos = _keys(_in_formats(unplaced, formats, Format.Kind.MEMO), MEMOS)
    reports = _keys(_in_formats(unplaced, formats, Format.Kind.TREND_REPORT), REPORTS)
    news = unplaced.exclude(pk__in=[*memos, *reports])
    recent = [*placed, *_keys(news, TOP_STORIES - len(placed) + RAIL_STORIES)]
    top, latest = recent[:TOP_STORIES], recent[TOP_STORIES:]
    if not top:
        top, memos, reports = [*reports, *memos], [], []
    filed = _filed(published.exclude(pk__in=[*recent, *memos, *reports]))
    return _Plan(top, latest, memos, reports, filed)


def _in_formats(articles: ArticleQuerySet, formats: list[Format], kind: str) -> ArticleQuerySet:
    """Named by their keys: joined by kind, the planner would read the whole archive for a memo that there is not."""
    return articles.filter(format__in=[row.pk for row in formats if row.kind == kind])


def _placed(language: str, at: datetime) -> list[int]:
    """What editors put at the top; places whose article is gone close up."""
    places = FrontSlot.objects.filter(language=language, article__in=Article.objects.published(at))
    return list(places.order_by("position").values_list("article_id", flat=True)[:TOP_STORIES])


def _filed(articles: ArticleQuerySet) -> dict[Section, list[int]]:
    """The newest stories of every section in the navigation; all of them asked for in one query."""
    sections = list(Section.objects.filter(is_in_navigation=True))
    newest = [articles.filter(section=row).values_list("section_id", "pk")[:BAND_STORIES] for row in sections]
    if not newest:
        return {}
    pairs = list(newest[0].union(*newest[1:], all=True))
    return {section: [pk for owner, pk in pairs if owner == section.pk] for section in sections}


def _bands(filed: dict[Section, list[int]], language: str, cards: Cards) -> list[Band]:
    """A band for every section that has at least two stories left."""
    bands: list[Band] = []
    for section, numbers in filed.items():
        if len(numbers) >= 2:
            style, size = BAND_STYLES[len(bands) % len(BAND_STYLES)]
            bands.append(Band(section.label, address_in(section, language), style, cards(numbers[:size])))
    return bands


def _cards(numbers: list[int]) -> Cards:
    """Fetches the stories of a whole page at once and answers their cards in any order asked for."""
    rows = Article.objects.for_cards().in_bulk(numbers)
    return lambda wanted: cards_of(rows[number] for number in wanted if number in rows)


def _keys(articles: ArticleQuerySet, most: int) -> list[int]:
    return list(articles.values_list("pk", flat=True)[:most])
