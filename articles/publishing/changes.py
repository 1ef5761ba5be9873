"""What differs between two revisions, word by word, fit to be shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from articles import body_schema

WRITTEN = {
    "headline": _("Headline"),
    "standfirst": _("Standfirst"),
    "body": _("Text"),
    "dateline": _("Dateline"),
    "lead_caption": _("Caption"),
    "slug": _("Address"),
    "desk_notes": _("Notes"),
}
CHOSEN = {
    "format": _("Format"),
    "section": _("Section"),
    "country": _("Country"),
    "series": _("Series"),
    "lead_picture": _("Lead picture"),
    "recording": _("Recording"),
    "access": _("Access"),
    "product": _("Product"),
    "embargo_until": _("Embargo"),
    "topics": _("Topics"),
    "industries": _("Industries"),
    "bylines": _("Bylines"),
}
_WORDS = re.compile(r"\s+|\S+")
# Comparing takes time by the square of the length; beyond this a text is shown whole, before and after.
LONGEST = 20_000


@dataclass(frozen=True)
class Piece:
    """Some words: ``same``, ``added`` or ``removed``."""

    kind: str
    text: str


@dataclass(frozen=True)
class Change:
    """One field that differs. ``pieces`` is empty where only the fact is worth saying."""

    label: str | Promise
    pieces: list[Piece]


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """Every field in which two snapshots differ, what was written first."""
    written = [
        Change(label, compare(_readable(name, before), _readable(name, after)))
        for name, label in WRITTEN.items()
        if before.get(name) != after.get(name)
    ]
    chosen = [Change(label, []) for name, label in CHOSEN.items() if before.get(name) != after.get(name)]
    return written + chosen


def compare(before: str, after: str) -> list[Piece]:
    """The words of both texts in one row."""
    if len(before) + len(after) > LONGEST:
        return [Piece("removed", before), Piece("added", after)]
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    pieces: list[Piece] = []
    for kind, start, stop, new_start, new_stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", "".join(old[start:stop])))
            continue
        pieces += [Piece("removed", "".join(old[start:stop]))] if stop > start else []
        pieces += [Piece("added", "".join(new[new_start:new_stop]))] if new_stop > new_start else []
    return pieces


def _readable(name: str, snapshot: dict[str, Any]) -> str:
    text = str(snapshot.get(name) or "")
    return body_schema.plain_text(text) if name == "body" else text
