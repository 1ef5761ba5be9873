"""The passage of a text that shows why it was found."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

MOST_WORDS = 34
_BEFORE = 8
# A word with the marks over and under its letters, and with what is not seen in it.
_UNSEEN = r"\u00ad\u0640\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
_MARKS = r"\u0300-\u036f\u064b-\u065f\u0670"
_WORD = re.compile(rf"[\w{_MARKS}{_UNSEEN}]+")
_NO_LETTERS = re.compile(rf"[{_MARKS}{_UNSEEN}]")
_BLANKS = re.compile(
    r"[\u00a1-\u00bf\u00d7\u00f7\u02b0-\u02ff\u060c\u061b\u061d-\u061f\u066a-\u066d\u06d4"
    r"\u2010-\u2029\u2030-\u205e\u20a0-\u2bff\u2e00-\u2e7f\u3001-\u303f\ufffd\U0001f000-\U0001faff]"
)
_LETTERS = str.maketrans("ıøłđħŧæœßأإآٱىة٠١٢٣٤٥٦٧٨٩", "ioldhtaosاااايه0123456789")
_LEFT_OUT = re.compile(r'(?:^|\s)-(?:"[^"]*"?|\S+)')


def fold(text: str) -> str:
    """The same folding as the database's ``articles_fold``: no accents, no case, plain letters, plain blanks."""
    plain = _NO_LETTERS.sub("", unicodedata.normalize("NFKD", text))
    return _BLANKS.sub(" ", plain).lower().translate(_LETTERS)


def words_of(text: str) -> list[str]:
    """The words of a text, folded, without punctuation."""
    return _WORD.findall(fold(text))


def written_words(text: str) -> list[str]:
    """The words of a text as they stand there."""
    return _WORD.findall(text)


def snippet(text: str, query: str) -> SafeString:
    """About thirty words around the first place where ``text`` says what ``query`` asks for, as safe HTML.

    Words of the query stand in ``<mark>``. That is for the eye: which texts match is the index's decision.
    """
    sought = _sought(query)
    words = text.split()
    first = next((number for number, word in enumerate(words) if _holds(word, sought)), 0)
    start = max(0, min(first - _BEFORE, len(words) - MOST_WORDS))
    passage = " ".join(_marked(word, sought) for word in words[start : start + MOST_WORDS])
    before, after = "… " if start else "", " …" if start + MOST_WORDS < len(words) else ""
    return mark_safe(f"{before}{passage}{after}")  # noqa: S308 - every word was escaped


def marked(text: str, query: str) -> SafeString:
    """A whole text, such as a headline, as safe HTML with the words of the query in ``<mark>``."""
    return mark_safe(_marked(text, _sought(query)))  # noqa: S308 - every word was escaped


def _sought(query: str) -> set[str]:
    return set(words_of(_LEFT_OUT.sub(" ", query)))


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
