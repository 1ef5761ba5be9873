"""Reads ``newsroom/demo/content``: one TOML file for the publication, one file with a TOML head for each text."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CONTENT = Path(__file__).resolve().parent.parent / "content"
_FENCE = "+++\n"


class ContentError(ValueError):
    """A content file that cannot be read; the message names it."""


@dataclass(frozen=True)
class Text:
    """A file's head as a dictionary and its body as HTML."""

    head: dict[str, Any]
    body: str


def publication() -> dict[str, Any]:
    return tomllib.loads((CONTENT / "publication.toml").read_text(encoding="utf-8"))


def stories() -> list[Text]:
    """Every story, the oldest first; a translation comes after what it translates."""
    texts = [read_text(path) for path in sorted((CONTENT / "stories").glob("*.html"))]
    return sorted(texts, key=lambda text: ("translation_of" in text.head, -float(text.head["published_hours_ago"])))


def house_texts() -> list[Text]:
    return [read_text(path) for path in sorted((CONTENT / "pages").glob("*.html"))]


def read_text(path: Path) -> Text:
    raw = path.read_text(encoding="utf-8")
    parts = raw.split(_FENCE, 2)
    if len(parts) != 3 or parts[0].strip():
        raise ContentError(f"{path.name} does not begin with a head between two +++ lines.")
    return Text(tomllib.loads(parts[1]), parts[2].strip())
