"""What somebody typed, as the index is asked for it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from django.contrib.postgres.search import SearchQueryField
from django.db import connection
from django.db.models import BooleanField, Expression, F, Func, Value
from django.db.models.functions import Cast

from articles.search import labels

CONFIGURATIONS = {"en": "english", "ar": "arabic", "tr": "turkish"}
# A minus before nothing. PostgreSQL stacks them all up until the stack is full, and then fails.
_IDLE_MINUS = re.compile(r'-(?![\w"])')
# One word right after another, or so many words later.
_IN_ORDER = re.compile(r" <(?:-|\d+)> ")
_PARSED = ", ".join("websearch_to_tsquery(%s, folded)::text" for _language in CONFIGURATIONS)


def parsed(text: str) -> dict[str, str]:
    """A query by language of text, in PostgreSQL's notation; without those in which nothing is left to look for.

    Each text is asked in its own language: nobody says in which language they type, and a word that is left out must be
    left out as that language forms it.
    """
    plain = _IDLE_MINUS.sub(" ", unicodedata.normalize("NFKC", text))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_PARSED} FROM articles_fold(%s) AS folded", [*CONFIGURATIONS.values(), plain])  # noqa: S608 - nothing but placeholders
        queries = cursor.fetchone() or ()
    return {language: query for language, query in zip(CONFIGURATIONS, queries, strict=True) if query}


def in_their_languages(queries: Mapping[str, str]) -> str:
    """One query that holds of a text if that of its language does."""
    return either(f"({query}) & {_quoted(labels.language(language))}" for language, query in queries.items())


def either(queries: Iterable[str]) -> str:
    return " | ".join(f"({query})" for query in queries)


def both(queries: Iterable[str]) -> str:
    return " & ".join(f"({query})" for query in queries if query)


def without_order(query: str) -> str:
    """The same words wherever they stand: phrases taken apart."""
    return _IN_ORDER.sub(" & ", query)


def labelled(*wanted: str) -> str:
    """Texts with any of these labels."""
    return either(_quoted(label) for label in wanted)


def beginning(label: str) -> str:
    """Texts with a label that begins so."""
    return f"{_quoted(label)}:*"


def ready(query: str) -> Cast:
    """A query in PostgreSQL's notation as an expression."""
    return Cast(Value(query), SearchQueryField())


def holds(query: str) -> Expression:
    """The condition that a text answers a query."""
    return Func(
        F("search_vector"), ready(query), template="%(expressions)s", arg_joiner=" @@ ", output_field=BooleanField()
    )


def _quoted(lexeme: str) -> str:
    escaped = lexeme.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
