"""What somebody may be about to type."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Expression, F, Func, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat, NullIf

from articles.lists import FILINGS, address_in
from articles.models import Article, Author
from articles.search import asking, labels
from articles.search.finding import newest
from articles.snippets import words_of

MOST = 8
MOST_NAMES = 3
# One letter begins everything.
SHORTEST = 2
_MOST_WORDS = 6
# Languages that have a column of their own for names.
_OWN_NAMES = ("ar", "tr")
_NAME_COLUMNS = ("name", "name_ar", "name_tr")
_MOST_AUTHORS = 20
_ADDRESS_COLUMNS = ("headline", "year", "month", "slug", "first_published_at")


@dataclass(frozen=True)
class Suggestion:
    """A page to go to. ``kind`` is ``story`` or one of ``articles.lists.FILINGS``."""

    kind: str
    text: str
    url: str


def suggestions(typed: str, language: str, at: datetime) -> list[Suggestion]:
    """Names and headlines that hold a word beginning with each of those typed, in one language; at most eight."""
    words = words_of(typed)[:_MOST_WORDS]
    if max(map(len, words), default=0) < SHORTEST:
        return []
    names = _names(words, language)[:MOST_NAMES]
    return names + _stories(words, language, at)[: MOST - len(names)]


def authors_named(name: str) -> tuple[Author, ...]:
    """Everybody whose address this is, or in whose name, in any language, its words begin; a handful at most."""
    words = words_of(name)[:_MOST_WORDS]
    names = Concat(*[part for column in _NAME_COLUMNS for part in (Value(" "), F(column))], output_field=TextField())
    named = Author.objects.annotate(folded=_folded(names))
    for word in words:
        named = named.filter(folded__contains=f" {word}")
    exact = Author.objects.filter(slug=name)
    return tuple(exact or (named[:_MOST_AUTHORS] if words else ()))


def _stories(words: Iterable[str], language: str, at: datetime) -> list[Suggestion]:
    beginnings = [asking.beginning(labels.headline_word(word)) for word in words]
    query = asking.both([asking.labelled(labels.language(language)), *beginnings])
    rows = Article.objects.only(*_ADDRESS_COLUMNS).in_bulk(newest(query, at, MOST).numbers)
    found = sorted(rows.values(), key=lambda row: (row.first_published_at, row.pk), reverse=True)
    return [Suggestion("story", row.headline, row.get_absolute_url()) for row in found]


def _names(words: list[str], language: str) -> list[Suggestion]:
    """What stories are filed under, of every kind, by its name in the language; one query."""
    first, *rest = [_named(kind, words, language) for kind in FILINGS]
    found = first.union(*rest, all=True).order_by("shown")[:MOST_NAMES]
    return [Suggestion(kind, shown, _address(kind, slug, language)) for kind, slug, shown in found]


def _named(kind: str, words: list[str], language: str) -> QuerySet[Any, tuple[str, str, str]]:
    """(kind, slug, name) of what has a word beginning with each of those typed in its name."""
    own = NullIf(F(f"name_{language}"), Value("")) if language in _OWN_NAMES else None
    shown = Coalesce(own, F("name")) if own else F("name")
    edged = Concat(Value(" "), shown, output_field=TextField())
    named = FILINGS[kind].model._default_manager.annotate(
        kind=Value(kind),
        shown=Cast(shown, TextField()),
        folded=_folded(edged),
    )
    for word in words:
        named = named.filter(folded__contains=f" {word}")
    return named.order_by().values_list("kind", "slug", "shown")


def _address(kind: str, slug: str, language: str) -> str:
    return address_in(FILINGS[kind].model(slug=slug), language)


def _folded(text: Expression) -> Func:
    return Func(text, function="articles_fold", output_field=TextField())
