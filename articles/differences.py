"""What a corrected story said before, and says now.

Only ever made from what everybody may read: of a story that is closed to anybody, now or at the time, headline and
standfirst alone are compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from itertools import chain, pairwise

from articles import body_schema
from articles.models import Correction, FormerText
from articles.publishing.changes import Piece, compare
from articles.reading import Reading


@dataclass(frozen=True)
class Difference:
    """One replacement of the text. ``headline`` and ``standfirst`` are empty where they stayed the same; each of the
    ``passages`` is some paragraphs that did not. ``is_whole`` is false where the texts could not be compared."""

    changed_at: datetime
    headline: list[Piece]
    standfirst: list[Piece]
    passages: list[list[Piece]]
    is_whole: bool

    def __bool__(self) -> bool:
        return bool(self.headline or self.standfirst or self.passages)


@dataclass(frozen=True)
class _Text:
    headline: str
    standfirst: str
    text: str | None


def may_be_shown(corrections: Sequence[Correction]) -> bool:
    """Whether readers may be told what an article with these corrections said before."""
    return bool(corrections) and all(correction.shows_difference for correction in corrections)


def differences(reading: Reading) -> list[Difference]:
    """Every visible replacement of a text, the last first. ``reading`` must be that of a stranger; two queries."""
    article = reading.article
    if not may_be_shown(list(article.corrections.all())):
        return []
    former = list(article.former_texts.all())
    is_open = reading.is_complete
    now = _Text(article.headline, article.standfirst, reading.plain_text if is_open else None)
    texts = chain([now], (_text_of(row, is_open) for row in former))
    found = (_difference(old, new, row) for row, (new, old) in zip(former, pairwise(texts), strict=True))
    return [difference for difference in found if difference]


def _text_of(row: FormerText, is_open: bool) -> _Text:
    """What was open once and is closed now counts as closed."""
    text = body_schema.plain_text(row.text_html) if row.is_open and is_open else None
    return _Text(row.headline, row.standfirst, text)


def _difference(old: _Text, new: _Text, row: FormerText) -> Difference:
    is_whole = old.text is not None and new.text is not None
    return Difference(
        changed_at=row.replaced_at,
        headline=_compared(old.headline, new.headline),
        standfirst=_compared(old.standfirst, new.standfirst),
        passages=list(_passages(old.text, new.text)) if old.text is not None and new.text is not None else [],
        is_whole=is_whole,
    )


def _compared(old: str, new: str) -> list[Piece]:
    return compare(old, new) if old != new else []


def _passages(old: str, new: str) -> Iterable[list[Piece]]:
    """The paragraphs that differ, word by word; those that stayed are left out."""
    before, after = old.split("\n\n"), new.split("\n\n")
    for kind, start, stop, new_start, new_stop in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            yield compare("\n\n".join(before[start:stop]), "\n\n".join(after[new_start:new_stop]))
