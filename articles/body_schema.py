"""What a text may consist of: the one description of the article schema, and the cleaning that enforces it.

A body is a row of blocks, stored in one canonical form, so ``clean(clean(x)) == clean(x)``:

- ``p``, ``h2``, ``h3``, ``ul``, ``ol``, ``blockquote``, ``pre``, ``table``, ``hr``
- ``aside.pull-quote`` and ``aside.key-points``
- ``figure[data-picture=<public id>]`` with a ``figcaption`` where the picture's own caption does not fit
- ``figure[data-chart=<slug>]``
- ``figure[data-embed=<https address of a known provider>]`` with a ``figcaption``
- ``div[data-paywall-break]``, once: above it is for everybody

Blocks may say ``dir="rtl"`` or ``dir="ltr"``; figures may be ``.wide``. Inside paragraphs stand the marks of
:mod:`articles.inline` and links. Everything else is unwrapped to its text, or dropped with what it does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import nh3

from articles.blocks import FIGURE_KINDS, HEADINGS, LISTS, PAYWALL_BREAK, blocks_of
from articles.inline import INLINE
from articles.markup import Element, Node, parse, serialize, text_of

_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_TABLE = ("table", "thead", "tbody", "tfoot", "tr", "th", "td")
_TEXT = ("p", "dt", "dd", "blockquote", "pre", "hr", "aside", "figure", "figcaption")
# Boxes that only hold blocks: they dissolve, but keep apart what they hold.
_BOXES = (
    "div",
    "section",
    "article",
    "main",
    "header",
    "footer",
    "center",
    "address",
    "details",
    "summary",
    "dl",
    "li",
)
_SANITISER = nh3.Cleaner(
    tags={*INLINE, *HEADINGS, *LISTS, *_TABLE, *_TEXT, *_BOXES},
    clean_content_tags={"script", "style", "template", "iframe", "object", "noscript", "textarea", "select", "title"},
    attributes={
        "*": {"dir"},
        "a": {"href"},
        "aside": {"class"},
        "blockquote": {"class"},
        "figure": {"class", *FIGURE_KINDS},
        "div": {PAYWALL_BREAK},
        "ol": {"start"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan"},
    },
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)


def clean(html: str) -> str:
    """``html`` from an editor, a clipboard or an import, brought into the schema. Never fails, never runs anything."""
    return serialize(_only_one_break(blocks_of(parse(_SANITISER.clean(storable(html))))))


def storable(text: str) -> str:
    """``text`` without the control characters that no database column or feed can carry."""
    return _UNSTORABLE.sub("", text)


def split(html: str, first_words: int | None = None) -> tuple[str, str]:
    """A clean body as ``(opening, rest)``, the paywall break itself left out.

    Without a break, ``first_words`` decides: whole blocks up to that many words open, but never more than half of the
    text. ``None`` opens everything, whether there is a break or not.
    """
    blocks = parse(html)
    marks = [number for number, block in enumerate(blocks) if is_paywall_break(block)]
    kept = [block for block in blocks if not is_paywall_break(block)]
    if first_words is None:
        return serialize(kept), ""
    cut = marks[0] if marks else _first_blocks(kept, first_words)
    return serialize(kept[:cut]), serialize(kept[cut:])


def has_paywall_break(html: str) -> bool:
    return any(is_paywall_break(block) for block in parse(html))


def plain_text(html: str) -> str:
    """A clean body's own words, a blank line between blocks; pictures, charts and cards left out."""
    texts = (_plain(block) for block in parse(html))
    return "\n\n".join(text for text in texts if text)


def word_count(html: str) -> int:
    return len(plain_text(html).split())


def references(html: str, kind: str) -> list[str]:
    """The pictures, charts or addresses (``kind`` is one of ``FIGURE_KINDS``) a clean body shows, in order."""
    return [block.attributes[kind] for block in parse(html) if isinstance(block, Element) and kind in block.attributes]


def is_paywall_break(node: Node) -> bool:
    return isinstance(node, Element) and PAYWALL_BREAK in node.attributes


def _first_blocks(blocks: list[Node], first_words: int) -> int:
    counts = [len(_plain(block).split()) for block in blocks]
    shown = 0
    for number, count in enumerate(counts):
        if shown >= first_words or shown + count > sum(counts) / 2:
            return number
        shown += count
    return len(blocks)


def _plain(block: Node) -> str:
    if isinstance(block, str) or block.tag == "figure":
        return ""
    if block.tag == "tr":
        return "\t".join(_plain(cell) for cell in block.children)
    parts = [_plain(child) for child in block.elements() if child.tag not in INLINE]
    return "\n".join(part for part in parts if part) if parts else text_of(block).strip()


def _only_one_break(blocks: Iterable[Element]) -> list[Node]:
    kept: list[Node] = []
    seen = False
    for block in blocks:
        if is_paywall_break(block):
            if seen:
                continue
            seen = True
        kept.append(block)
    return kept
