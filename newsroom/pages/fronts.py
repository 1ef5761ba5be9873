"""A front page: what editors placed, then what was published, band by band."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from articles.cards import CardView, cards_of

from articles.models import Article, Event, Format, FrontSlot, Section
from newsletters.models import Newsletter

TOP_STORIES = 6
RAIL_STORIES = 8
BAND_STORIES = 7
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
    """Compose the front of one language. A story stands once: placed, then in the rail, then in its section's band."""
    published = Article.objects.published(at).in_language(language)
    recent = list(published.newest_first().for_cards()[: TOP_STORIES + RAIL_STORIES])
    top = _placed(language, at, recent)
    used = {article.pk for article in top}
    latest = [article for article in recent if article.pk not in used][:RAIL_STORIES]
    pro = _newest_of_kinds(language, at, [Format.Kind.MEMO, Format.Kind.TREND_REPORT])
    used |= {article.pk for article in pro}
    top_cards = cards_of(top)
    return FrontPage(
        lead=top_cards[0] if top_cards else None,
        top=top_cards[1:],
        latest=cards_of(latest),
        bands=_bands(language, at, used),
        memos=cards_of([article for article in pro if article.format and article.format.kind == Format.Kind.MEMO]),
        reports=cards_of(
            [article for article in pro if article.format and article.format.kind == Format.Kind.TREND_REPORT]
        ),
        newsletters=list(Newsletter.objects.offered().free().filter(language="en")[:4]) if language == "en" else [],
        event=Event.objects.upcoming(at).select_related("picture").first(),
    )


def _placed(language: str, at: datetime, recent: list[Article]) -> list[Article]:
    """What editors put at the top, filled up with the newest; places whose article is gone close up."""
    places = FrontSlot.objects.filter(language=language, article__in=Article.objects.published(at))
    numbers = list(places.order_by("position").values_list("article_id", flat=True)[:TOP_STORIES])
    by_number = {article.pk: article for article in Article.objects.filter(pk__in=numbers).for_cards()}
    chosen = [by_number[number] for number in numbers if number in by_number]
    fill = [article for article in recent if article.pk not in by_number]
    return (chosen + fill)[:TOP_STORIES]


def _newest_of_kinds(language: str, at: datetime, kinds: list[Format.Kind]) -> list[Article]:
    newest = Article.objects.published(at).in_language(language).newest_first()
    numbers = [pk for kind in kinds for pk in newest.in_format_kind(kind).values_list("pk", flat=True)[:3]]
    return list(Article.objects.filter(pk__in=numbers).newest_first().for_cards())


def _bands(language: str, at: datetime, used: set[int]) -> list[Band]:
    sections = list(Section.objects.filter(is_in_navigation=True))
    newest = Article.objects.published(at).in_language(language).newest_first().exclude(pk__in=used)
    parts = [
        newest.filter(section=section).order_by("-first_published_at", "-id").values("pk")[:BAND_STORIES]
        for section in sections
    ]
    if not parts:
        return []
    numbers = [row["pk"] for row in parts[0].union(*parts[1:], all=True)]
    stories = list(Article.objects.filter(pk__in=numbers).newest_first().for_cards())
    filed = [(section, [story for story in stories if story.section_id == section.pk]) for section in sections]
    bands: list[Band] = []
    for section, own in filed:
        if len(own) < 2:
            continue
        style, size = BAND_STYLES[len(bands) % len(BAND_STYLES)]
        bands.append(Band(section.label, section.get_absolute_url(), style, cards_of(own[:size])))
    return bands
