"""A story as it stands on a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, prefetch_related_objects

from articles.lists import address_in
from articles.media.pictures import PictureView, picture_view
from articles.models import Article, Byline
from articles.models.taxonomy import Access


@dataclass(frozen=True)
class CardView:
    """What ``partials/card.html`` shows. Names stand in the language of the story, ``authors`` are (name, address).

    ``marked_headline`` is the headline as safe HTML with the words marked that were searched for; empty elsewhere.
    """

    url: str
    label: str
    headline: str
    standfirst: str
    authors: tuple[tuple[str, str], ...]
    picture: PictureView | None
    published_at: datetime | None
    is_pro: bool
    series_name: str
    series_url: str
    reading_minutes: int
    language: str
    dir: str
    marked_headline: str = ""


def cards_of(articles: Iterable[Article]) -> list[CardView]:
    """Cards in the same order. Asks the database nothing if the articles came from ``ArticleQuerySet.for_cards()``."""
    return [card_of(article) for article in articles]


def card_of(article: Article) -> CardView:
    series = article.series
    return CardView(
        url=article.get_absolute_url(),
        label=article.format.name_in(article.language) if article.format else "",
        headline=article.headline,
        standfirst=article.standfirst,
        authors=tuple((name, url) for name, url, _role in bylines_of(article.bylines.all(), article.language)),
        picture=picture_view(article.lead_picture, article.lead_caption) if article.lead_picture else None,
        published_at=article.first_published_at,
        is_pro=article.access == Access.PRODUCT,
        series_name=series.name_in(article.language) if series else "",
        series_url=address_in(series, article.language) if series else "",
        reading_minutes=article.reading_minutes,
        language=article.language,
        dir=article.direction,
    )


def load_bylines(articles: Sequence[Article]) -> None:
    """Read who wrote them, in one query for all of whom it is not known yet."""
    prefetch_related_objects(articles, Prefetch("bylines", Byline.objects.select_related("author")))


def bylines_of(bylines: Iterable[Byline], language: str) -> list[tuple[str, str, str]]:
    """(name, address, role) in order, names in the language of the story, as ``partials/byline.html`` wants them."""
    return [(byline.author.name_in(language), byline.author.get_absolute_url(), byline.role) for byline in bylines]
