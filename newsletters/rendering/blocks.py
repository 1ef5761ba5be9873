"""A letter's MJML as the blocks that a reader sees one below the other, with the words and links of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from html.parser import HTMLParser

# A label stands so few pixels above the headline it belongs to.
_CLOSE = 8
# The class of the publication's name on top, whose link leads where every other does.
_MASTHEAD = "brand"
_QUOTE = "blockquote"
_HEADINGS = {"h1", "h2", "h3", "h4"}
_BLOCKS = {"mj-text", "mj-button", "p", "div", _QUOTE, *_HEADINGS}
# What has its parts in lines of their own, without an empty one between.
_GROUPS = {"ul", "ol", "table", "mj-table"}
_PARTS = {"li", "tr"}
_CELLS = {"td", "th"}
_RULES = {"mj-divider", "hr"}
_VOID = {"br", "hr", "img"}
_HIDDEN = re.compile(r"display:\s*none")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BULLET, _BETWEEN_CELLS = "* ", " · "

# What an element says about itself; an attribute without a value is empty.
_Attributes = Mapping[str, str]


class Kind(Enum):
    WORDS = auto()
    HEADING = auto()
    BUTTON = auto()
    MASTHEAD = auto()
    RULE = auto()


@dataclass(frozen=True)
class Link:
    words: str
    address: str


@dataclass
class Block:
    """``pieces`` are words, with ``\\n`` where a line ends, and links. ``mark`` stands before a part of a list.

    ``is_close`` says that the next block belongs to this one, ``address`` where its picture leads.
    """

    kind: Kind = Kind.WORDS
    pieces: list[str | Link] = field(default_factory=list)
    mark: str = ""
    address: str = ""
    is_close: bool = False
    is_quoted: bool = False

    @property
    def says_something(self) -> bool:
        return self.kind == Kind.RULE or any(isinstance(piece, Link) or piece.strip() for piece in self.pieces)


def blocks_of(mjml: str) -> list[Block]:
    """The blocks of a letter, or of a piece of one, that say something."""
    reader = _Reader()
    reader.feed(mjml[max(mjml.find("<mj-body"), 0) :])
    reader.close()
    return [block for block in reader.blocks if block.says_something]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = [Block()]
        # The link that is open: where it leads, and its words so far.
        self._address = ""
        self._words = ""
        # What the last picture says to those who do not see it.
        self._pictured = ""
        # What the parts of each list that is open are counted by; 0 where they are not.
        self._groups: list[int] = []
        self._hidden: list[str] = []
        self._quotes = 0
        self._is_close = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if self._hidden or _is_hidden(values):
            self._hidden += [tag] if tag not in _VOID else []
        elif tag in _BLOCKS:
            self._begin_block(tag, values)
        elif tag in _GROUPS | _PARTS:
            self._begin_part(tag)
        elif tag in _RULES:
            self.blocks += [Block(Kind.RULE), self._next()]
        else:
            self._begin_inside(tag, values)

    def handle_endtag(self, tag: str) -> None:
        if self._hidden:
            self._hidden = self._hidden[: -1 if self._hidden[-1] == tag else None]
            return
        if tag in {"a", "mj-button"}:
            self._end_link()
        if tag in _GROUPS and self._groups:
            self._groups.pop()
            self._say_close(bool(self._groups))
        if tag == "mj-text":
            self._say_close(self._is_close)
        self._quotes -= tag == _QUOTE
        if tag in _BLOCKS | _GROUPS | _PARTS:
            self.blocks.append(self._next())

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._say(_SPACE.sub(" ", data))

    def _next(self, kind: Kind = Kind.WORDS) -> Block:
        """The block to come. A part of a list that has said nothing yet leaves its mark to it."""
        last = self.blocks[-1]
        mark = "" if last.says_something else last.mark
        return Block(kind, mark=mark, is_close=bool(self._groups), is_quoted=bool(self._quotes))

    def _begin_block(self, tag: str, values: _Attributes) -> None:
        kind = Kind.HEADING if tag in _HEADINGS else Kind.WORDS
        self._quotes += tag == _QUOTE
        if tag == "mj-text":
            kind = Kind.MASTHEAD if _MASTHEAD in values.get("css-class", "").split() else kind
            self._is_close = _bottom(values.get("padding", "")) < _CLOSE
        if tag == "mj-button":
            kind, self._address = Kind.BUTTON, values.get("href", "")
        self.blocks.append(self._next(kind))

    def _begin_part(self, tag: str) -> None:
        if tag in _GROUPS:
            self._groups.append(1 if tag == "ol" else 0)
        self.blocks.append(self._next())
        if tag == "li" and self._groups:
            number = self._groups[-1]
            self.blocks[-1].mark = f"{number}. " if number else _BULLET
            self._groups[-1] += bool(number)

    def _begin_inside(self, tag: str, values: _Attributes) -> None:
        if tag == "a":
            self._address = values.get("href", "")
        elif tag == "br":
            self._say("\n")
        elif tag in _CELLS and self.blocks[-1].says_something:
            self._say(_BETWEEN_CELLS)
        elif tag == "img" and values.get("alt"):
            self._pictured = f"({values['alt']})"
            self._say(self._pictured)
        elif tag == "mj-image" and values.get("alt"):
            self.blocks += [Block(pieces=[f"({values['alt']})"], address=values.get("href", "")), self._next()]

    def _say(self, words: str) -> None:
        if self._address:
            self._words += words
        else:
            self.blocks[-1].pieces.append(words)

    def _end_link(self) -> None:
        """Where a picture leads is kept apart: as a rule a headline leads there too."""
        words = self._words.strip()
        if words and words == self._pictured:
            self.blocks[-1].pieces.append(words)
            self.blocks[-1].address = self._address
        elif words:
            self.blocks[-1].pieces.append(Link(self._words, self._address))
        self._address = self._words = ""

    def _say_close(self, is_close: bool) -> None:
        """Of the last block that says something."""
        block = next((each for each in reversed(self.blocks) if each.says_something), None)
        if block is not None:
            block.is_close = is_close


def _is_hidden(values: _Attributes) -> bool:
    return values.get("aria-hidden") == "true" or bool(_HIDDEN.search(values.get("style", "")))


def _bottom(padding: str) -> float:
    """The pixels below, as CSS says them for one to four sides; those of an element that says nothing are many."""
    sides = padding.split()
    if not sides:
        return _CLOSE
    return float(sides[2 if len(sides) > 2 else 0].removesuffix("px"))
