"""A generated archive of any size: words whose frequencies follow Zipf's law, ten years of dates, loaded by COPY.

Bodies are short, so that half a million texts fit into minutes; search vectors are made by PostgreSQL as publishing
makes them, labels included. The words need no folding: their letters are plain.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

import psycopg

SECTIONS, COUNTRIES, FORMATS, AUTHORS, TOPICS, SERIES = 8, 20, 5, 200, 500, 30
YEARS = 10
VOCABULARY = 40_000
LANGUAGES = {"en": "english", "ar": "arabic", "tr": "turkish"}
_SHARES = (8, 1, 1)
_SYLLABLES = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in ("a", "e", "i", "o", "u", "ar", "el")]
_FILED = {
    "section": SECTIONS,
    "country": COUNTRIES,
    "format": FORMATS,
    "author": AUTHORS,
    "topic": TOPICS,
    "series": SERIES,
}
_STAGE = """
CREATE TEMPORARY TABLE stage (
    number int, public uuid, language text, config regconfig, published timestamptz, headline text, standfirst text,
    opening text, section int, country int, format int, series int, author int, topic int, labels text[]
)
"""
_ARTICLES = """
INSERT INTO articles_article (
    id, public_id, "group", language, state, headline, standfirst, dateline, lead_caption, slug, schedule_error,
    retraction_note, access, is_level_chosen, opening_html, paid_html, word_count, year, month, first_published_at,
    created_at, section_id, country_id, format_id, series_id, search_vector
)
SELECT
    number, public, public, language, 'published', headline, standfirst, '', '', 'story-' || number, '',
    '', 'free', false, '<p>' || opening || '</p>', '', 90, extract(year FROM published), extract(month FROM published),
    published, published, section, country, format, series,
    array_to_tsvector(labels)
        || setweight(to_tsvector(config, headline), 'A')
        || setweight(to_tsvector(config, standfirst), 'B')
        || setweight(to_tsvector(config, opening), 'C')
FROM stage
"""
_BYLINES = "INSERT INTO articles_byline (article_id, author_id, role, position) SELECT number, author, '', 0 FROM stage"
_TOPICS = "INSERT INTO articles_article_topics (article_id, topic_id) SELECT number, topic FROM stage"


@dataclass(frozen=True)
class Words:
    """Made-up words, the most frequent first, and how often each is said."""

    words: tuple[str, ...]
    weights: tuple[float, ...]

    def some(self, chance: random.Random, count: int) -> str:
        return " ".join(chance.choices(self.words, cum_weights=self.weights, k=count))


def words() -> Words:
    """The same words every time."""
    chance = random.Random(1)
    made: dict[str, None] = {}
    while len(made) < VOCABULARY:
        made["".join(chance.choices(_SYLLABLES, k=chance.choice((2, 2, 3, 3, 4))))] = None
    return Words(tuple(made), tuple(accumulate(1 / (rank + 3) for rank in range(VOCABULARY))))


def file_under(connection: psycopg.Connection) -> None:
    """Sections, authors and the rest, with the primary keys 1, 2, 3 …, and the vocabulary."""
    _learn(connection)
    extra = {
        "section": ("position, is_in_navigation", "n, true"),
        "country": ("code", "chr(64 + 1 + n / 26) || chr(65 + n % 26)"),
        "format": ("kind, access, position", "'news', 'free', n"),
        "author": ("role, city, email", "'', '', ''"),
        "topic": ("", ""),
        "series": ("", ""),
    }
    for kind, count in _FILED.items():
        columns, values = extra[kind]
        more_columns, more_values = (f", {columns}", f", {values}") if columns else ("", "")
        connection.execute(
            f"INSERT INTO articles_{kind} (id, slug, name, name_ar, name_tr, description{more_columns}) "  # noqa: S608
            f"SELECT n, '{kind}-' || n, '{kind} ' || n, '', '', ''{more_values} FROM generate_series(1, {count}) AS n"
        )


def _learn(connection: psycopg.Connection) -> None:
    with connection.cursor().copy("COPY articles_word (language, word, written, trigrams) FROM STDIN") as copy:
        for word in words().words:
            edged = f" {word} "
            copy.write_row(("en", word, word, sorted({edged[at : at + 3] for at in range(len(word))})))


def fill(connection: psycopg.Connection, first: int, last: int, until: datetime) -> None:
    """Articles with the primary keys from ``first`` to ``last``, of the years before ``until``, each step committed."""
    # The rows are made to fit: their references need no check.
    connection.execute("SET session_replication_role = replica")
    connection.execute(_STAGE)
    with connection.cursor().copy("COPY stage FROM STDIN") as copy:
        for row in _rows(first, last, until):
            copy.write_row(row)
    connection.execute("DROP INDEX IF EXISTS article_search")
    for statement in (_ARTICLES, _BYLINES, _TOPICS):
        connection.execute(statement)
    connection.execute("DROP TABLE stage")
    connection.execute("SET maintenance_work_mem = '512MB'")
    connection.execute("CREATE INDEX article_search ON articles_article USING gin (search_vector)")


def _rows(first: int, last: int, until: datetime) -> Iterator[tuple[object, ...]]:
    chance, said = random.Random(first), words()
    span = timedelta(days=365.25 * YEARS).total_seconds()
    moments = sorted(chance.uniform(60, span) for _number in range(first, last + 1))
    for number, ago in zip(range(last, first - 1, -1), moments, strict=True):
        published = until - timedelta(seconds=ago)
        (language,) = chance.choices(tuple(LANGUAGES), _SHARES)
        filed = [chance.randint(1, count) for count in (SECTIONS, COUNTRIES, FORMATS, SERIES, AUTHORS, TOPICS)]
        headline = said.some(chance, 8)
        yield (
            number,
            uuid.UUID(int=chance.getrandbits(128)),
            language,
            LANGUAGES[language],
            published,
            headline,
            said.some(chance, 20),
            said.some(chance, 40),
            *filed,
            _labels(language, published, headline, filed),
        )


def _labels(language: str, published: datetime, headline: str, filed: list[int]) -> list[str]:
    """As ``articles.search.labels`` writes them; a test holds the two together."""
    section, country, format_, _series, author, _topic = filed
    there = published.astimezone(UTC)
    labels = {f"=l{language}", f"=s{section}", f"=c{country}", f"=f{format_}", f"=a{author}"}
    labels |= {f"=m{there.year * 12 + there.month - 1}", f"=y{there.year}"}
    return sorted(labels | {f"=h{word}" for word in headline.split()})
