"""Templates: ``$name`` in HTML files. A file may hold several pieces, each after a ``<!-- piece: name -->`` line.

Every value is escaped, unless it is :class:`Html` already, which only this module and its templates make.
"""

import re
from datetime import UTC, datetime
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any

_HERE = Path(__file__).parent
_FONTS = _HERE.parents[3] / "static" / "fonts"
_TYPEFACES = {
    "serif.woff2": _FONTS / "source-serif-4" / "latin.woff2",
    "sans.woff2": _FONTS / "inter" / "latin.woff2",
}
_PIECE = re.compile(r"^<!-- piece: (\w+) -->\n", re.MULTILINE)


class Html(str):
    """Text that is markup and is safe."""

    __slots__ = ()


@cache
def _pieces(name: str) -> dict[str, Template]:
    parts = _PIECE.split((_HERE / f"{name}.html").read_text(encoding="utf-8"))
    return {piece: Template(text) for piece, text in zip(parts[1::2], parts[2::2], strict=True)}


def fill(piece: str, /, **values: Any) -> Html:
    """The piece, named ``file.piece``, with its values put in. A value that is missing is an error."""
    file, _, name = piece.partition(".")
    safe = {key: value if isinstance(value, Html) else escape(str(value)) for key, value in values.items()}
    return Html(_pieces(file)[name].substitute(safe))


def join(parts: list[Html]) -> Html:
    return Html("".join(parts))


def when(condition: object, piece: str, /, **values: Any) -> Html:
    """The filled piece if the condition holds, else nothing."""
    return fill(piece, **values) if condition else Html("")


def asset(name: str) -> bytes:
    """A file of these pages; the two typefaces are the publication's own."""
    return _TYPEFACES.get(name, _HERE / name).read_bytes()


def day(moment: int) -> str:
    """``29 November 2026``."""
    date = datetime.fromtimestamp(moment, UTC)
    return f"{date.day} {date:%B %Y}"


def minute(moment: int) -> str:
    """``29 Nov 2026, 14:05:09 UTC``."""
    date = datetime.fromtimestamp(moment, UTC)
    return f"{date.day} {date:%b %Y, %H:%M:%S} UTC"


def machine_time(moment: int) -> str:
    """``2026-11-29T14:05:09Z``, for ``<time datetime>``."""
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%dT%H:%M:%SZ}"
