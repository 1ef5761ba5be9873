"""What answers a search, the best first, at a cost that does not grow with the archive.

Matches are looked for among the newest texts first, and then as far back as their number there lets expect enough of
them: a word that stands in every second text is found in the last two months, and one that does not has few matches
before them either.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.search import SearchRank
from django.db.models import Case, DurationField, ExpressionWrapper, F, FloatField, Value, When
from django.db.models.functions import Cast, Extract

from articles.models import Article, Author, Country, Format, Section
from articles.querysets import ArticleQuerySet
from articles.search import asking, labels

# Of the newest so many matches, the best stand first. Older ones are found by narrowing the dates.
MOST_RESULTS = 300
# So many texts are read for a phrase.
MOST_READ = 500
# How many months back one looks first.
_FIRST_LOOK = 2
# So many times as far as it should take, for months differ; and each time at least so many times as far as before.
_MARGIN, _LEAST_STRIDE = 1.3, 2
# Beyond so many months one looks back to the beginning.
_FARTHEST_LOOK = 60
# Beyond so many months their labels spare nothing.
_LONGEST_SPELL = 360
_YEAR = 365.25 * 24 * 3600


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for. Empty fields do not narrow; ``pro`` is ``only``, ``none`` or empty.

    ``authors`` narrows to texts by any of them unless it is None. ``since`` is the first moment, ``until`` the first
    one that is too late.
    """

    text: str
    section: Section | None = None
    country: Country | None = None
    format: Format | None = None
    authors: tuple[Author, ...] | None = None
    language: str = ""
    pro: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Found:
    """Primary keys of texts, and whether there may be more of them, all older than these."""

    numbers: tuple[int, ...]
    is_cut_off: bool = False


def find(wanted: Wanted, at: datetime) -> Found:
    """At most ``MOST_RESULTS`` published texts that match, the best first."""
    queries = asking.parsed(wanted.text)
    if not queries or wanted.authors == ():
        return Found(())
    asked = asking.both([asking.in_their_languages(queries), *_narrowing(wanted)])
    found = newest(asked, at, MOST_RESULTS, wanted.since, wanted.until)
    return Found(_ranked(found.numbers, queries, at), found.is_cut_off)


def _ranked(numbers: tuple[int, ...], queries: dict[str, str], at: datetime) -> tuple[int, ...]:
    """By relevance in the text's own language, halved when it is a year old."""
    ranks = [
        When(language=language, then=SearchRank(F("search_vector"), asking.ready(query)))
        for language, query in queries.items()
    ]
    relevance = Case(*ranks, default=Value(0.0), output_field=FloatField())
    age = ExpressionWrapper(Value(at) - F("first_published_at"), output_field=DurationField())
    years = Cast(Extract(age, "epoch"), FloatField()) / _YEAR
    matches = Article.objects.filter(pk__in=numbers).annotate(relevance=relevance / (1.0 + years))
    best = matches.order_by("-relevance", "-first_published_at", "-id")
    return tuple(best.values_list("pk", flat=True))


def newest(query: str, at: datetime, most: int, since: datetime | None = None, until: datetime | None = None) -> Found:
    """The newest published texts that answer a query of :mod:`articles.search.asking`."""
    articles = Article.objects.published(at)
    if since:
        articles = articles.filter(first_published_at__gte=since)
    if until:
        articles = articles.filter(first_published_at__lt=until)
    if (loose := asking.without_order(query)) == query:
        return _newest(articles, query, most, since, min(until or at, at))
    # The index knows words, not their order: for a phrase, texts with all its words are read one by one.
    read = _newest(articles, loose, MOST_READ, since, min(until or at, at))
    matches = articles.filter(pk__in=read.numbers).filter(asking.holds(query)).newest_first()
    numbers = list(matches.values_list("pk", flat=True)[:most])
    return Found(tuple(numbers), read.is_cut_off or len(numbers) == most)


def _newest(articles: ArticleQuerySet, query: str, most: int, since: datetime | None, until: datetime) -> Found:
    last = labels.month_number(until)
    months_in_all = last - labels.month_number(since) + 1 if since else last
    months = _FIRST_LOOK
    while True:
        months = min(months, months_in_all)
        spell = _spell(last - months + 1, last)
        matches = articles.filter(asking.holds(asking.both([query, spell])))
        numbers = tuple(matches.newest_first().values_list("pk", flat=True)[:most])
        if months == months_in_all or len(numbers) == most:
            return Found(numbers, is_cut_off=len(numbers) == most)
        months = _further(months, len(numbers), most) or months_in_all


def _further(months: int, found: int, most: int) -> int:
    """How many months back to look for ``most`` where so many gave ``found``; 0: to the beginning."""
    if not found:
        return 0
    expected = max(math.ceil(months * most / found * _MARGIN), months * _LEAST_STRIDE)
    return expected if expected <= _FARTHEST_LOOK else 0


def _spell(first: int, last: int) -> str:
    """From one month to another; what is longer than a year in whole years, which are fewer to ask for."""
    if last - first >= _LONGEST_SPELL:
        return ""
    numbers = range(first, last + 1)
    name = labels.month if len(numbers) <= 12 else labels.year
    return asking.labelled(*dict.fromkeys(name(number) for number in numbers))


def _narrowing(wanted: Wanted) -> Iterator[str]:
    if wanted.language:
        yield asking.labelled(labels.language(wanted.language))
    if wanted.section:
        yield asking.labelled(labels.section(wanted.section.pk))
    if wanted.country:
        yield asking.labelled(labels.country(wanted.country.pk))
    if wanted.format:
        yield asking.labelled(labels.format_(wanted.format.pk))
    if wanted.authors:
        yield asking.labelled(*(labels.author(author.pk) for author in wanted.authors))
    if wanted.pro:
        yield asking.labelled(labels.PRO) if wanted.pro == "only" else f"!{asking.labelled(labels.PRO)}"
