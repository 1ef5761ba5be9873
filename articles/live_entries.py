"""The entries of a running story: headings that begin with a time, “15.40 · Mersin closes its container berths”.

Each has an anchor of its own, so that one entry can be linked to. A transcript's headings (“1.50 · The yard”) are
written the same way and get theirs as well.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.text import slugify

from articles.markup import Element, Node, parse, text_of

_HEADING = re.compile(r"\s*(\d{1,2}[.:]\d{2})\s*[·•–—-]\s*(\S.*)", re.DOTALL)
_LONGEST_NAME = 40


@dataclass(frozen=True)
class Entry:
    """One entry: the name of its anchor, its time as it was written, its headline and its words."""

    anchor: str
    time: str
    headline: str
    text: str = ""


def entry_of(heading: Element) -> Entry | None:
    """The entry that a heading begins, without its words; ``None`` for any other heading."""
    found = _HEADING.fullmatch(text_of(heading)) if heading.tag == "h2" else None
    if found is None:
        return None
    time, headline = found[1], " ".join(found[2].split())
    name = slugify(headline, allow_unicode=True)[:_LONGEST_NAME].strip("-")
    return Entry(f"t{time.replace('.', '').replace(':', '')}-{name}", time, headline)


def entries_of(html: str) -> list[Entry]:
    """The entries of a clean text, in the order in which they stand."""
    entries: list[Entry] = []
    words: list[str] = []
    for block in parse(html):
        entry = entry_of(block) if isinstance(block, Element) else None
        if entry is None:
            words.append(text_of(block).strip())
            continue
        entries, words = [*_told(entries, words), entry], []
    return _told(entries, words)


def mark(heading: Element) -> None:
    """Give the heading of an entry its anchor, and its time the link to it."""
    entry = entry_of(heading)
    if entry is not None:
        heading.attributes |= {"id": entry.anchor, "class": "timed"}
        link: Node = Element("a", {"class": "timed__time", "href": f"#{entry.anchor}"}, [entry.time])
        heading.children = [link, " ", entry.headline]


def _told(entries: list[Entry], words: list[str]) -> list[Entry]:
    """With the words that were found below the last one."""
    if not entries:
        return entries
    *before, last = entries
    return [*before, Entry(last.anchor, last.time, last.headline, "\n".join(filter(None, words)))]
