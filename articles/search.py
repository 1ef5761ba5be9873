"""The search index of free text, and asking it.

A closed text is indexed as far as everybody may read it: searching for a paid sentence finds nothing. Text and query
are both folded (``articles_fold``), so accents and letter variants do not matter.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db.models import (
    Case,
    DurationField,
    Expression,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    Q,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Extract

from articles.models import Article
from articles.querysets import ArticleQuerySet
from articles.reading import open_article
from articles.snippets import words_of
from memberships.access import ANONYMOUS

_CONFIGURATIONS = {"en": "english", "ar": "arabic", "tr": "turkish"}
# Ranking reads every match; beyond the newest so many, an older one would not be on the first pages anyway.
MOST_CANDIDATES = 2000
MOST_SUGGESTIONS = 8
# A minus before nothing. PostgreSQL stacks them all up until the stack is full, and then fails.
_IDLE_MINUS = re.compile(r'-(?![\w"])')
_ADDRESS_COLUMNS = ("headline", "year", "month", "slug", "first_published_at")


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for. Empty fields do not narrow; ``pro`` is ``only``, ``none`` or empty."""

    text: str
    section: str = ""
    country: str = ""
    format: str = ""
    language: str = ""
    pro: str = ""


def index(article: Article, at: datetime) -> None:
    """Write the search vector: headline over standfirst over what everybody may read."""
    reading = open_article(article, ANONYMOUS, at)
    configuration = _CONFIGURATIONS.get(article.language, "simple")
    parts = [("A", article.headline), ("B", article.standfirst), ("C", reading.plain_text)]
    first, *rest = [SearchVector(_fold(text), config=configuration, weight=weight) for weight, text in parts]
    vector: Expression = first
    for part in rest:
        vector = vector + part
    Article.objects.filter(pk=article.pk).update(search_vector=vector)


def find(wanted: Wanted, at: datetime) -> ArticleQuerySet:
    """Published articles that match, the best first: relevance, halved when a year old."""
    matches = _narrowed(Article.objects.published(at), wanted).filter(_matching(wanted.text))
    candidates = matches.newest_first().values("pk")[:MOST_CANDIDATES]
    age = ExpressionWrapper(Value(at) - F("first_published_at"), output_field=DurationField())
    years = Cast(Extract(age, "epoch"), FloatField()) / (365.25 * 24 * 3600)
    return (
        Article.objects.filter(pk__in=candidates)
        .annotate(relevance=_rank(wanted.text) / (1.0 + years))
        .order_by("-relevance", "-first_published_at", "-id")
        .for_cards()
    )


def suggestions(text: str, language: str, at: datetime) -> list[tuple[str, str]]:
    """Up to eight (headline, address) pairs whose headline holds a word that begins with each word typed."""
    words = words_of(text)[:6]
    if not words:
        return []
    # Weight A is the headline's.
    beginnings = " & ".join(f"{word}:*A" for word in words)
    query = SearchQuery(_fold(beginnings), config=_CONFIGURATIONS.get(language, "simple"), search_type="raw")
    found = Article.objects.published(at).in_language(language).filter(search_vector=query).newest_first()
    return [(row.headline, row.get_absolute_url()) for row in found.only(*_ADDRESS_COLUMNS)[:MOST_SUGGESTIONS]]


def _narrowed(articles: ArticleQuerySet, wanted: Wanted) -> ArticleQuerySet:
    columns = {
        "section__slug": wanted.section,
        "country__slug": wanted.country,
        "format__slug": wanted.format,
        "language": wanted.language,
    }
    articles = articles.filter(**{column: value for column, value in columns.items() if value})
    if wanted.pro == "only":
        return articles.filter(access="product")
    return articles.exclude(access="product") if wanted.pro == "none" else articles


def _matching(text: str) -> Q:
    """Each text is asked in its own language: nobody says in which language they type, and a word that is left out
    must be left out as that language forms it."""
    matches = Q()
    for language in _CONFIGURATIONS:
        matches |= Q(language=language, search_vector=_query(text, language))
    return matches


def _rank(text: str) -> Case:
    ranks = [
        When(language=language, then=SearchRank(F("search_vector"), _query(text, language)))
        for language in _CONFIGURATIONS
    ]
    return Case(*ranks, default=Value(0.0), output_field=FloatField())


def _query(text: str, language: str) -> SearchQuery:
    plain = _IDLE_MINUS.sub(" ", unicodedata.normalize("NFKC", text))
    return SearchQuery(_fold(plain), config=_CONFIGURATIONS[language], search_type="websearch")


def _fold(text: str) -> Func:
    return Func(Value(text, output_field=TextField()), function="articles_fold", output_field=TextField())
