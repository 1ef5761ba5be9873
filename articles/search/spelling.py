"""What a search that finds next to nothing was probably meant to say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from articles.models import Word
from articles.search import asking, vocabulary
from articles.search.finding import newest
from articles.snippets import fold

# A word that stands in so many texts is meant as it is typed.
_ENOUGH = 3
# A text may have a slip of its own: a word that stands in few is taken for one if its like stands in so many more.
_TIMES = 5
_MOST_COUNTED = 20
_MOST_WORDS = 6
_MOST_TRIED = 4
# Not what is to be left out, nor the middle of a word.
_TYPED = re.compile(r"(?<![\w-])[^\W\d_]+")


def corrected(text: str, language: str, at: datetime) -> str | None:
    """The query with its mistyped words as texts spell them; None where there is nothing to mend.

    Among words that are equally near, the one that more published texts hold is taken, in ``language`` before others.
    """
    mended, end, is_mended = "", 0, False
    for place in list(_TYPED.finditer(text))[:_MOST_WORDS]:
        if better := _better(place[0], language, at):
            mended, end, is_mended = f"{mended}{text[end : place.start()]}{better}", place.end(), True
    return f"{mended}{text[end:]}" if is_mended else None


def _better(typed: str, language: str, at: datetime) -> str | None:
    folded = fold(typed)
    if not vocabulary.SHORTEST <= len(folded) <= vocabulary.LONGEST:
        return None
    count = _count(typed, at)
    if count is None or count >= _ENOUGH:
        return None
    likely = [(word, _count(word.word, at) or 0) for word in _nearest(folded, language)]
    word, most = max(likely, key=lambda pair: pair[1], default=(None, 0))
    return word.written if word and most >= max(1, count * _TIMES) else None


def _nearest(folded: str, language: str) -> list[Word]:
    """The words with the fewest mistakes between; each once, though several languages have it."""
    once: dict[str, Word] = {}
    words = vocabulary.near(folded)
    for word in words:
        if word.word not in once or word.language == language:
            once[word.word] = word
    fewest = vocabulary.distance(folded, words[0].word) if words else 0
    return list(_tied(list(once.values()), folded, fewest))[:_MOST_TRIED]


def _tied(words: list[Word], folded: str, fewest: int) -> Iterator[Word]:
    return (word for word in words if vocabulary.distance(folded, word.word) == fewest)


def _count(word: str, at: datetime) -> int | None:
    """How many published texts hold a word, as far as that is counted; None for one that no index keeps."""
    queries = asking.parsed(word)
    return len(newest(asking.in_their_languages(queries), at, _MOST_COUNTED).numbers) if queries else None
