"""The pieces of a week's reviews, and how a member's letter is laid out of them. Pure.

All of them are rendered in one document and cut apart at its marks, so that each piece is what it would be in a letter
written by itself. A letter is their texts, one behind the other, in the order of :func:`layout`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from newsletters.digests.allocating import Pick, Reason
from newsletters.rendering import Rendered, RenderingError, to_html
from newsletters.rendering.text import text_of

HEAD, TOP, RULE, FOOT = "head", "top", "rule", "foot"
_CUT = re.compile(r"\[\[cut:([a-z0-9:]*)\]\]")
STORY = r"^story:\d+$"
# What lies behind a mark without a name.
_THROWN_AWAY = ""


class Piece(NamedTuple):
    text: str
    html: str


@dataclass(frozen=True)
class Blocks:
    """``subject`` and ``language`` are those of all letters; ``pieces`` by their key."""

    subject: str
    language: str
    pieces: Mapping[str, Piece]

    def assembled(self, items: Sequence[int], reasons: Sequence[str]) -> Rendered:
        """The letter with these stories."""
        chosen = [self.pieces[key] for key in layout(items, reasons)]
        text, html = "".join(piece.text for piece in chosen), "".join(piece.html for piece in chosen)
        return Rendered(self.subject, text, html, self.language)

    def longest(self, places: int) -> Rendered:
        """A letter with so many stories that none is longer."""
        stories = [int(key.removeprefix("story:")) for key in self.pieces if re.match(STORY, key)]
        items = sorted(stories, key=lambda article: len(self.pieces[f"story:{article}"].html.encode()))[-places:]
        reasons = [key.removeprefix("why:") for key in self.pieces if key.startswith("why:")]
        longest = max(reasons, key=lambda reason: len(self.pieces[f"why:{reason}"].html.encode()))
        return self.assembled(items, [longest] * len(items))


def layout(items: Sequence[int], reasons: Sequence[str]) -> Iterator[str]:
    """The keys of the pieces that make the letter. The first story has the larger headline, the last no rule below."""
    yield HEAD
    if items:
        yield f"preview:{items[0]}"
    yield TOP
    for place, (article, reason) in enumerate(zip(items, reasons, strict=True), start=1):
        size = "lead" if place == 1 else "story"
        yield f"{size}:{article}"
        yield f"why:{reason}"
        if place < len(items):
            yield RULE
        yield f"{size}:{article}:end"
    yield FOOT


def reason_of(pick: Pick) -> str:
    """What a pick's reason is called in the key of its sentence; picks with one sentence have one name."""
    parts: list[object] = [pick.reason]
    if pick.reason is not Reason.PINNED and pick.industry is not None:
        parts.append(pick.industry)
        if pick.reason is Reason.RANKED:
            parts.append(pick.rank)
    return ":".join(map(str, parts))


def pick_behind(reason: str) -> Pick:
    """A pick with that reason, of no story."""
    name, *numbers = reason.split(":")
    industry, rank = ([int(number) for number in numbers] + [None, None])[:2]
    return Pick(0, Reason(name), industry, rank)


def reasons_for(industries: Sequence[int]) -> list[Pick]:
    """Every reason there can be, each as a pick of no story."""
    ranked = [
        Pick(0, Reason.RANKED, industry, rank) for industry in industries for rank in range(1, len(industries) + 1)
    ]
    others = [Pick(0, reason, industry) for reason in (Reason.FLOOR, Reason.FILLING) for industry in industries]
    return [Pick(0, Reason.PINNED), *ranked, *others, Pick(0, Reason.FILLING)]


def cut(mjml: str, expected: Iterable[str]) -> dict[str, Piece]:
    """The document apart.

    Raises:
        RenderingError: it is no valid MJML, or its marks are not those that the letters need.
    """
    html, sources = _apart(to_html(mjml, "review")), _apart(mjml)
    wanted = {HEAD, TOP, RULE, FOOT, *expected}
    if html.keys() != wanted or sources.keys() != wanted:
        odd = sorted((html.keys() | sources.keys()) ^ wanted)
        raise RenderingError(f"The template review is cut at other places than its letters need: {', '.join(odd)}.")
    return {key: Piece(_text(key, sources[key]), html[key]) for key in sorted(html)}


def _apart(document: str) -> dict[str, str]:
    parts = _CUT.split(document)
    found: dict[str, str] = {}
    for key, part in zip([HEAD, *parts[1::2]], parts[::2], strict=True):
        if key in found:
            raise RenderingError(f"The template review is cut at {key} twice.")
        if key != _THROWN_AWAY:
            found[key] = part
    return found


def _text(key: str, source: str) -> str:
    """With one empty line behind it, or at the end of the letter none. What stands before the letter says nothing."""
    text = "" if key == HEAD or key.startswith("preview:") else text_of(source)
    return text and text + ("\n" if key == FOOT else "\n\n")
