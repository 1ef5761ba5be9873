"""The words that everybody may read, and which of them are spelt like one that was typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, Expression, F, FloatField, Func, Value
from django.db.models.functions import Length

from articles.models import Word
from articles.snippets import fold, written_words

SHORTEST, LONGEST = 3, 24
_LONGEST_WRITTEN = 48
# Lower case is the language's business: a Turkish I without its dot is another letter.
_LOWER = {"tr": str.maketrans({"İ": "i", "I": "ı"})}
# What has so many groups of letters in common is compared letter by letter.
_MOST_COMPARED = 40
_SHARED = "(SELECT count(*)::float FROM unnest(%(expressions)s))"
_JOIN = ") AS letters WHERE letters = ANY ("


def learn(language: str, text: str) -> None:
    """Take up the words of a text that everybody may read. One query if they are all known, whatever their number."""
    words = _words(language, text)
    known = set(Word.objects.filter(language=language, word__in=list(words)).values_list("word", flat=True))
    # In one order, so that two publications that bring the same words wait for each other and do not cross.
    new = sorted(words.keys() - known)
    rows = [Word(language=language, word=word, written=words[word], trigrams=trigrams(word)) for word in new]
    Word.objects.bulk_create(rows, ignore_conflicts=True)


def near(typed: str) -> list[Word]:
    """Known words that a folded word may have been meant to be, the nearest first."""
    groups, most = trigrams(typed), _most_mistakes(typed)
    alike = (
        Word.objects.filter(trigrams__overlap=groups)
        .alias(length=Length("word"))
        .filter(length__gte=len(typed) - most, length__lte=len(typed) + most)
        .annotate(likeness=_likeness(groups))
        .order_by("-likeness", "word", "language")
    )
    distances = [(distance(typed, word.word), word) for word in alike[:_MOST_COMPARED]]
    return [word for mistakes, word in sorted(distances, key=lambda pair: pair[0]) if 0 < mistakes <= most]


def _likeness(groups: list[str]) -> Expression:
    """Dice's measure: the groups of letters that both have, in proportion to those they have together."""
    wanted = Value(groups, output_field=ArrayField(CharField(max_length=3)))
    shared = Func(F("trigrams"), wanted, template=_SHARED, arg_joiner=_JOIN, output_field=FloatField())
    return shared / (Func(F("trigrams"), function="cardinality", output_field=FloatField()) + float(len(groups)))


def trigrams(word: str) -> list[str]:
    """The groups of three letters that follow each other in a folded word, its two edges being letters as well."""
    edged = f" {word} "
    return sorted({edged[start : start + 3] for start in range(len(edged) - 2)})


def distance(one: str, other: str) -> int:
    """How many letters must be put in, left out, replaced or swapped with their neighbour to get from one to the other.

    Each pair of letters is swapped at most once (optimal string alignment).
    """
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, letter in enumerate(one, 1):
        current = [row]
        for column, wanted in enumerate(other, 1):
            cheapest = min(last[column] + 1, current[-1] + 1, last[column - 1] + (letter != wanted))
            if row > 1 and column > 1 and (letter, one[row - 2]) == (other[column - 2], wanted):
                cheapest = min(cheapest, before[column - 2] + 1)
            current.append(cheapest)
        before, last = last, current
    return last[-1]


def _most_mistakes(word: str) -> int:
    """Two in a short word make it another one. The Arabic article says nothing of which."""
    return 1 if len(word.removeprefix("ال")) < 7 else 2


def _words(language: str, text: str) -> dict[str, str]:
    """Folded word to how it is written in lower case; without numbers and what is too short or long to guess."""
    lower = unicodedata.normalize("NFKC", text).translate(_LOWER.get(language, {})).lower()
    return {word: written for word, written in _folded(written_words(lower)) if _is_worth_knowing(word, written)}


def _folded(words: Iterable[str]) -> Iterable[tuple[str, str]]:
    return ((fold(word), word) for word in words)


def _is_worth_knowing(word: str, written: str) -> bool:
    return word.isalpha() and SHORTEST <= len(word) <= LONGEST and len(written) <= _LONGEST_WRITTEN
