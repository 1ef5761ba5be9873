"""The search index of free text, and asking it.

A closed text is indexed as far as everybody may read it: searching for a paid sentence finds nothing. Text and query
are both folded (``articles_fold``), so accents and letter variants do not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank, SearchVector
from django.db.models import DurationField, Expression, ExpressionWrapper, F, FloatField, Func, TextField, Value
from django.db.models.functions import Cast, Concat, Extract
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from articles.models import Article
from articles.querysets import ArticleQuerySet
from articles.reading import open_article
from memberships.access import ANONYMOUS

_CONFIGURATIONS = {"en": "english", "ar": "arabic", "tr": "turkish"}
# Ranking reads every match; beyond the newest so many, an older one would not be on the first pages anyway.
MOST_CANDIDATES = 2000
_MARK_START, _MARK_STOP = "\x02", "\x03"


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
    """Published articles that match, the best first: relevance, halved for each year of age.

    Each row carries ``snippet_source``, to be shown through :func:`snippet`.
    """
    query = _query(wanted.text)
    matches = _narrowed(Article.objects.published(at), wanted).filter(search_vector=query)
    candidates = matches.order_by("-first_published_at").values("pk")[:MOST_CANDIDATES]
    age = ExpressionWrapper(Value(at) - F("first_published_at"), output_field=DurationField())
    years = Cast(Extract(age, "epoch"), FloatField()) / (365.25 * 24 * 3600)
    shown = Concat(F("standfirst"), Value(" "), _without_tags(F("opening_html")), output_field=TextField())
    return (
        Article.objects.filter(pk__in=candidates)
        .annotate(relevance=SearchRank(F("search_vector"), query) / (1.0 + years))
        .annotate(snippet_source=_headline(shown, wanted.text))
        .order_by("-relevance", "-first_published_at", "-id")
        .for_cards()
    )


def snippet(source: str) -> SafeString:
    """A passage as safe HTML, what was looked for in ``<mark>``."""
    marked = escape(source).replace(_MARK_START, "<mark>").replace(_MARK_STOP, "</mark>")
    return mark_safe(marked)  # noqa: S308 - escaped above; the marks are ours


def suggestions(text: str, language: str, at: datetime) -> list[tuple[str, str]]:
    """Up to eight (headline, address) pairs whose headline holds a word that begins with each word typed."""
    words = [word for word in "".join(c if c.isalnum() else " " for c in text).split() if word][:6]
    if not words:
        return []
    configuration = _CONFIGURATIONS.get(language, "simple")
    query = SearchQuery(_fold(" & ".join(f"{word}:*" for word in words)), config=configuration, search_type="raw")
    found = Article.objects.published(at).in_language(language).filter(search_vector=query).newest_first()[:8]
    return [(article.headline, article.get_absolute_url()) for article in found.only(*_ADDRESS_COLUMNS)]


_ADDRESS_COLUMNS = ("headline", "year", "month", "slug", "first_published_at")


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


def _query(text: str) -> SearchQuery:
    """The query in every language at once: nobody says in which language they type."""
    first, *rest = [
        SearchQuery(_fold(text), config=configuration, search_type="websearch")
        for configuration in _CONFIGURATIONS.values()
    ]
    query = first
    for other in rest:
        query = query | other
    return query


def _headline(shown: Expression, text: str) -> SearchHeadline:
    return SearchHeadline(
        shown,
        SearchQuery(text, config="english", search_type="websearch"),
        config="english",
        start_sel=_MARK_START,
        stop_sel=_MARK_STOP,
        max_words=34,
        min_words=20,
    )


def _fold(text: str) -> Func:
    return Func(Value(text, output_field=TextField()), function="articles_fold", output_field=TextField())


def _without_tags(column: Expression | F) -> Func:
    return Func(column, Value("<[^>]+>"), Value(" "), Value("g"), function="regexp_replace", output_field=TextField())
