"""From whatever somebody wrote to the blocks of the schema: a tree in, a row of canonical blocks out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from articles.embeds import provider_of
from articles.inline import INLINE, address, inline, one_line, paragraphs
from articles.markup import Element, Node, text_of

PAYWALL_BREAK = "data-paywall-break"
FIGURE_KINDS = ("data-picture", "data-chart", "data-embed")
ASIDES = ("pull-quote", "key-points")
HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}
LISTS = ("ul", "ol")

_SLUG = re.compile(r"[A-Za-z0-9_-]{1,120}")


def blocks_of(nodes: Iterable[Node], *, is_nested: bool = False) -> list[Element]:
    """The blocks of a body or, nested in a list item, quotation or aside, the few that may stand there."""
    blocks: list[Element] = []
    loose: list[Node] = []
    for node in nodes:
        if isinstance(node, str) or (node.tag in INLINE and not _holds_blocks(node)):
            loose.append(node)
        else:
            blocks += [*_paragraphs(loose), *_block(node, is_nested)]
            loose = []
    return blocks + _paragraphs(loose)


def _paragraphs(nodes: list[Node]) -> list[Element]:
    return [Element("p", children=inside) for inside in paragraphs(nodes)]


def _block(node: Element, is_nested: bool) -> list[Element]:
    made = _nested_block(node) if is_nested else _top_level_block(node)
    direction = node.attributes.get("dir", "").lower()
    for block in made:
        if direction in {"rtl", "ltr"} and block.tag not in {"figure", "hr", "div"}:
            block.attributes.setdefault("dir", direction)
    return made


def _nested_block(node: Element) -> list[Element]:
    if node.tag in LISTS:
        return _list(node)
    return [] if node.tag == "figure" else blocks_of(node.children, is_nested=True)


def _top_level_block(node: Element) -> list[Element]:
    if node.tag in HEADINGS:
        return _filled(HEADINGS[node.tag], one_line(node.children))
    if PAYWALL_BREAK in node.attributes:
        return [Element("div", {PAYWALL_BREAK: ""}), *blocks_of(node.children)]
    make = _MAKERS.get(node.tag)
    if make is None:
        return blocks_of(node.children)
    # A picture stands between blocks, never inside one: it comes out and follows.
    return [*make(node), *(figure for found in _figures_in(node) for figure in _figure(found))]


def _list(node: Element) -> list[Element]:
    items: list[Element] = []
    for child in node.children:
        inside = blocks_of(
            child.children if isinstance(child, Element) and child.tag == "li" else [child], is_nested=True
        )
        if not inside:
            continue
        if items and isinstance(child, Element) and child.tag in LISTS:
            items[-1].children = [*_as_blocks(items[-1]), *inside]
        else:
            items.append(Element("li", children=_flat(inside)))
    start = node.attributes.get("start", "")
    attributes = {"start": str(int(start))} if node.tag == "ol" and start.isdecimal() and len(start) < 6 else {}
    return [Element(node.tag, attributes, list(items))] if items else []


def _flat(blocks: list[Element]) -> list[Node]:
    """A list item that is one plain paragraph is written without it."""
    only = blocks[0]
    return only.children if len(blocks) == 1 and only.tag == "p" and not only.attributes else list(blocks)


def _as_blocks(item: Element) -> list[Node]:
    first = item.children[0]
    is_flat = isinstance(first, str) or first.tag in INLINE
    return [Element("p", children=item.children)] if is_flat else item.children


def _quotation(node: Element) -> list[Element]:
    if node.has_class("pull-quote"):
        return _aside(node)
    return _filled("blockquote", blocks_of(node.children, is_nested=True))


def _aside(node: Element) -> list[Element]:
    kind = next((name for name in ASIDES if node.has_class(name)), None)
    inside = blocks_of(node.children, is_nested=True)
    if kind is None:
        return inside
    return _filled("aside", inside, {"class": kind})


def _preformatted(node: Element) -> list[Element]:
    text = text_of(node).replace("\r\n", "\n").replace("\r", "\n").strip("\n").rstrip()
    return _filled("pre", [text] if text else [])


def _table(node: Element) -> list[Element]:
    rows = [row for row in map(_row, _rows_in(node)) if row.children]
    if not any(text_of(row).strip() for row in rows):
        return []
    has_head = len(rows) > 1 and all(cell.tag == "th" for cell in rows[0].elements())
    head: list[Node] = [Element("thead", children=[rows[0]])] if has_head else []
    return [Element("table", children=[*head, Element("tbody", children=list(rows[has_head:]))])]


def _rows_in(node: Element) -> Iterator[Element]:
    for child in node.elements():
        if child.tag == "tr":
            yield child
        elif child.tag in {"thead", "tbody", "tfoot"}:
            yield from _rows_in(child)


def _row(node: Element) -> Element:
    return Element("tr", children=[_cell(cell) for cell in node.elements() if cell.tag in {"td", "th"}])


def _cell(node: Element) -> Element:
    spans = {name: node.attributes.get(name, "") for name in ("colspan", "rowspan")}
    kept = {name: str(int(value)) for name, value in spans.items() if value.isdecimal() and 1 < int(value[:6]) <= 50}
    return Element(node.tag, kept, inline(node.children))


def _figure(node: Element) -> list[Element]:
    caption = next((one_line(child.children) for child in node.elements() if child.tag == "figcaption"), [])
    for kind in FIGURE_KINDS:
        value = node.attributes.get(kind, "")
        if kind == "data-embed" and value:
            return _embed(address(value), caption)
        if _SLUG.fullmatch(value):
            attributes = {kind: value, **({"class": "wide"} if node.has_class("wide") else {})}
            return [
                Element("figure", attributes, list(_filled("figcaption", caption if kind == "data-picture" else [])))
            ]
    return blocks_of(child for child in node.children if not (isinstance(child, Element) and child.tag == "figcaption"))


def _embed(url: str, caption: list[Node]) -> list[Element]:
    """A card for a known provider, a plain link for any other page on the web."""
    if provider_of(url):
        return [Element("figure", {"data-embed": url}, list(_filled("figcaption", caption)))]
    if not url.startswith(("http://", "https://")):
        return []
    return [Element("p", children=[Element("a", {"href": url}, [text_of(Element("", {}, caption)) or url])])]


def _figures_in(node: Element) -> Iterator[Element]:
    for child in node.elements():
        if child.tag == "figure":
            yield child
        else:
            yield from _figures_in(child)


def _holds_blocks(node: Element) -> bool:
    return any(child.tag not in INLINE or _holds_blocks(child) for child in node.elements())


def _filled(tag: str, children: Iterable[Node], attributes: dict[str, str] | None = None) -> list[Element]:
    """The element, unless it would be empty."""
    inside = list(children)
    return [Element(tag, attributes or {}, inside)] if inside else []


_MAKERS = {
    "ul": _list,
    "ol": _list,
    "blockquote": _quotation,
    "aside": _aside,
    "pre": _preformatted,
    "table": _table,
    "hr": lambda node: [Element("hr")],
    "figure": _figure,
}
