"""The words of editors in an edition: paragraphs and lists with bold, italic and links, and nothing else.

They are kept as HTML that the sanitiser of articles wrote out, reduced once more to what every mail program shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_bidi

from articles import body_schema
from articles.markup import Element, Node, parse, serialize, text_of
from newsletters.addresses import absolute

_BLOCKS = {"p", "ul", "ol"}
_KEPT = {*_BLOCKS, "li", "strong", "em", "a", "br"}
_PARAGRAPHS = {"h2", "h3", "pre"}
# What is more than words. A letter has none of it.
_DROPPED = {"figure", "hr", "table", "div"}
_ATTRIBUTES = {"dir", "href"}
# Every element carries its look itself; the space at both sides of a list serves either direction.
_STYLES = {
    "p": "margin:0",
    "ul": "margin:0;padding:0 22px",
    "ol": "margin:0;padding:0 22px",
    "strong": "font-weight:700",
    "em": "font-style:italic",
    "a": "color:#0b4f5e;text-decoration:underline",
}
# Arabic knows no italic.
_STYLES_RTL = {**_STYLES, "em": "font-style:normal;font-weight:600"}


def clean(html: str) -> str:
    """What an editor, a clipboard or an old column holds, as it is kept. ``clean(clean(x)) == clean(x)``."""
    return serialize(_blocks(html))


def clean_line(html: str) -> str:
    """The same for a note: the inside of one paragraph."""
    lines = [line for block in _blocks(html) for line in _lines(block)]
    return " ".join(serialize(line) for line in lines)


def blocks(html: str) -> tuple[SafeString, ...]:
    """Each paragraph and list by itself, as a page shows it."""
    return tuple(_safe([block]) for block in _blocks(html))


def line(html: str) -> SafeString:
    """A note as a page shows it."""
    return mark_safe(clean_line(html))  # noqa: S308  # The sanitiser wrote it.


def for_mail(html: str) -> SafeString:
    """A block or a note as mail programs show it, which know no style sheet and not where they are."""
    styles = _STYLES_RTL if get_language_bidi() else _STYLES
    return _safe([_styled(node, styles) for node in parse(html)])


def _blocks(html: str) -> list[Element]:
    reduced = _reduced(parse(body_schema.clean(html)))
    return [node for node in reduced if isinstance(node, Element) and _is_block(node) and text_of(node).strip()]


def _is_block(node: Node) -> bool:
    return isinstance(node, Element) and node.tag in _BLOCKS


def _reduced(nodes: Iterable[Node]) -> list[Node]:
    kept: list[Node] = []
    for node in nodes:
        if isinstance(node, str):
            kept.append(node)
        elif node.tag in _KEPT | _PARAGRAPHS:
            tag = "p" if node.tag in _PARAGRAPHS else node.tag
            attributes = {name: value for name, value in node.attributes.items() if name in _ATTRIBUTES}
            kept.append(Element(tag, attributes, _reduced(node.children)))
        elif node.tag not in _DROPPED:
            kept += _reduced(node.children)
    return kept


def _lines(block: Element) -> list[Sequence[Node]]:
    """The insides of a paragraph, or of each point of a list, without line breaks."""
    inner = [child for child in block.elements() if child.tag in {*_BLOCKS, "li"}]
    if inner:
        return [line for child in inner for line in _lines(child)]
    return [[" " if isinstance(node, Element) and node.tag == "br" else node for node in block.children]]


def _styled(node: Node, styles: dict[str, str]) -> Node:
    if isinstance(node, str):
        return node
    attributes = {"dir": "auto", **node.attributes} if node.tag in _BLOCKS else dict(node.attributes)
    if attributes.get("href", "").startswith("/"):
        attributes["href"] = absolute(attributes["href"])
    if node.tag in styles:
        attributes["style"] = styles[node.tag]
    return Element(node.tag, attributes, [_styled(child, styles) for child in node.children])


def _safe(nodes: Iterable[Node]) -> SafeString:
    return mark_safe(serialize(nodes))  # noqa: S308  # Only what the sanitiser left is written out.
