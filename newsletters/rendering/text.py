"""The text part of a letter, read off the same MJML its HTML is made of: who reads without HTML misses nothing.

A block is a paragraph; one that stands less than eight pixels above the next has that in its next line. An address
comes once, behind the words that lead there. A divider is a line of dashes. Words are never wrapped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final
from unicodedata import bidirectional

from newsletters.rendering.blocks import Block, Kind, Link, blocks_of

RULE: Final = "-" * 40
# A space that may not break stays one where it stands alone.
_SPACES = re.compile(r"[ \N{NO-BREAK SPACE}]{2,}")
_GAPS = re.compile(r"\n{3,}")
_SEPARATORS = " \N{NO-BREAK SPACE}·|"
_SCHEME = re.compile(r"(mailto:|tel:|https?://)")
_ENDINGS = tuple(".:!?…؟")
_RIGHT_TO_LEFT = {"R", "AL"}


def text_of(mjml: str) -> str:
    """A letter, or a piece of one, as plain text without a line's end behind it.

    The texts of its pieces, with empty lines between, are the text of the whole; but each says where its links lead.
    """
    blocks = blocks_of(mjml)
    writer = _Writer()
    texts = [writer.written(block) for block in blocks]
    # Only now is known which addresses are told.
    below = [writer.below(block) for block in blocks]
    gaps = ["\n" if block.is_close else "\n\n" for block in blocks]
    parts = [part for block in zip(texts, below, gaps, strict=True) for part in block]
    return "".join(parts[:-1])


class _Writer:
    """Writes blocks, and knows which addresses it has told."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def written(self, block: Block) -> str:
        if block.kind == Kind.RULE:
            return RULE
        lines = "\n".join(self._line(line, block) for line in _lines(block.pieces))
        text = block.mark + _GAPS.sub("\n\n", lines.strip())
        return "\n".join(f"> {line}".rstrip() for line in text.split("\n")) if block.is_quoted else text

    def below(self, block: Block) -> str:
        """Where a picture leads, if no words do."""
        return f"\n{block.address}" if block.address and self._is_news(block.address) else ""

    def _line(self, pieces: Sequence[str | Link], block: Block) -> str:
        written = ""
        for number, piece in enumerate(pieces, start=1):
            if isinstance(piece, str):
                written += piece
            elif block.kind == Kind.MASTHEAD or _says_it(piece) or not self._is_news(piece.address):
                written += piece.words
            elif number < len(pieces):
                written += f"{piece.words} ({_shown(piece)})"
            else:
                written = _with_last(written, piece, block.kind)
        return _tidy(written)

    def _is_news(self, address: str) -> bool:
        is_news = address not in self._told
        self._told.add(address)
        return is_news


def _lines(pieces: Sequence[str | Link]) -> Iterator[Sequence[str | Link]]:
    """The lines of a block, without what is empty at their ends. Links that only stand in a row have a line each."""
    line: list[str | Link] = []
    for piece in pieces:
        if isinstance(piece, Link):
            line.append(Link(_tidy(piece.words.replace("\n", " ")), piece.address))
            continue
        first, *others = piece.split("\n")
        line.append(first)
        for other in others:
            yield from _apart(line)
            line = [other]
    yield from _apart(line)


def _apart(line: list[str | Link]) -> Iterator[Sequence[str | Link]]:
    links = [piece for piece in line if isinstance(piece, Link)]
    words = "".join(piece for piece in line if isinstance(piece, str)).strip(_SEPARATORS)
    if len(links) > 1 and not words:
        yield from ([link] for link in links)
    else:
        while line and isinstance(line[-1], str) and not line[-1].strip():
            line.pop()
        yield line


def _with_last(before: str, link: Link, kind: Kind) -> str:
    """A line with the link at its end; what is written from right to left has an address in a line of its own."""
    if before.rstrip().endswith(":"):
        before = f"{before.rstrip()}\n"
    if kind == Kind.HEADING:
        return f"{before}{link.words}\n{_shown(link)}"
    words = link.words if link.words.endswith(_ENDINGS) else f"{link.words}:"
    is_rtl = any(bidirectional(letter) in _RIGHT_TO_LEFT for letter in words)
    gap = "\n" if is_rtl or kind == Kind.BUTTON else " "
    return f"{before}{words}{gap}{_shown(link)}"


def _says_it(link: Link) -> bool:
    """Whether the words are the address."""
    return _SCHEME.sub("", link.address).rstrip("/") == _SCHEME.sub("", link.words).rstrip("/")


def _shown(link: Link) -> str:
    return link.address.removeprefix("mailto:")


def _tidy(words: str) -> str:
    return _SPACES.sub(" ", words).strip()
