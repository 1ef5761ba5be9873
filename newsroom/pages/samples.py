"""What the PRO page lets everybody read: the openings of the newest texts that are sold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from articles.cards import CardView, card_of
from articles.models import Article
from articles.reading import open_all
from memberships.access import Reader

MOST = 3
# A paragraph or two: enough to judge by, less than a page.
WORDS = 70
# Some texts are all closed; those are passed over.
_LOOKED_AT = 12

# Whoever asks: an opening is what a stranger may read.
_STRANGER = Reader()


@dataclass(frozen=True)
class Sample:
    """A story with the first words of its opening as plain text."""

    card: CardView
    opening: str


def samples(language: str, at: datetime) -> list[Sample]:
    """Openings of what is sold, the newest first: in the language of the page, or else in the first one."""
    found = _in(language, at)
    return found if found or language == settings.LANGUAGE_CODE else _in(settings.LANGUAGE_CODE, at)


def _in(language: str, at: datetime) -> list[Sample]:
    sold = Article.objects.published(at).filter(access="product", language=language)
    articles = list(sold.newest_first().for_cards().select_related("product")[:_LOOKED_AT])
    openings = [reading.excerpt(WORDS) for reading in open_all(articles, _STRANGER, at)]
    shown = [(article, opening) for article, opening in zip(articles, openings, strict=True) if opening][:MOST]
    return [Sample(card_of(article), opening) for article, opening in shown]
