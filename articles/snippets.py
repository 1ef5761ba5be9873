"""The passage of a text that shows why it was found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

MOST_WORDS = 34
_BEFORE = 8
# A word with the marks over and under its letters.
_WORD = re.compile(r"[\w\u0300-\u036f\u064b-\u065f\u0670]+")
_MARKS = re.compile(r"[\u0300-\u036f\u064b-\u065f\u0670\u0640]")
_LETTERS = str.maketrans("ıøłđħŧæœßأإآٱىة", "ioldhtaosاااايه")
_LEFT_OUT = re.compile(r'(?:^|\s)-(?:"[^"]*"?|\S+)')


def fold(text: str) -> str:
    """The same folding as the database's ``articles_fold``: no accents, no case, plain letters."""
    return _MARKS.sub("", unicodedata.normalize("NFKD", text)).lower().translate(_LETTERS)


def words_of(text: str) -> list[str]:
    """The words of a text, folded, without punctuation."""
    return _WORD.findall(fold(text))


def snippet(text: str, query: str) -> SafeString:
    """About thirty words around the first place where ``text`` says what ``query`` asks for, as safe HTML.

    Words of the query stand in ``<mark>``. That is for the eye: which texts match is the index's decision.
    """
    sought = set(words_of(_LEFT_OUT.sub(" ", query)))
    words = text.split()
    first = next((number for number, word in enumerate(words) if _holds(word, sought)), 0)
    start = max(0, min(first - _BEFORE, len(words) - MOST_WORDS))
    passage = " ".join(_marked(word, sought) for word in words[start : start + MOST_WORDS])
    before, after = "… " if start else "", " …" if start + MOST_WORDS < len(words) else ""
    return mark_safe(f"{before}{passage}{after}")  # noqa: S308 - every word was escaped


def _holds(text: str, sought: set[str]) -> bool:
    return any(_is_meant(word, sought) for word in words_of(text))


def _marked(text: str, sought: set[str]) -> str:
    parts: Sequence[str] = re.split(f"({_WORD.pattern})", text)
    return "".join(f"<mark>{escape(part)}</mark>" if _holds(part, sought) else escape(part) for part in parts)


def _is_meant(word: str, sought: set[str]) -> bool:
    return any(word == other or _alike(word, other) for other in sought)


def _alike(one: str, other: str) -> bool:
    """Whether two words differ by an ending only."""
    shorter, longer = sorted((one, other), key=len)
    stem = max(4, len(shorter) - 1)
    return len(shorter) >= 4 and len(longer) - len(shorter) <= 3 and shorter[:stem] == longer[:stem]
