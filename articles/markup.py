"""A small tree over well-formed HTML, for looking at a text's blocks without a browser.

Fit only for HTML that a sanitiser has already written out: every element closed, no scripts, no comments.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

VOID = frozenset({"br", "hr", "img", "wbr"})
# Whoever nests deeper than this is not writing: the tags are dropped, their text stays.
DEEPEST = 40


@dataclass
class Element:
    """One element. ``attributes`` keeps the order in which they are written."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)

    def has_class(self, name: str) -> bool:
        return name in self.attributes.get("class", "").split()

    def elements(self) -> Iterator[Element]:
        return (child for child in self.children if isinstance(child, Element))


Node = Element | str


def parse(html: str) -> list[Node]:
    """The nodes of a fragment; text comes with its character references resolved."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root.children


def serialize(nodes: Iterable[Node]) -> str:
    return "".join(_serialized(node) for node in nodes)


def text_of(node: Node) -> str:
    """Everything one could read in a node, line breaks as newlines."""
    if isinstance(node, str):
        return node
    if node.tag == "br":
        return "\n"
    return "".join(text_of(child) for child in node.children)


def escape_text(text: str) -> str:
    return escape(text, quote=False).replace("\xa0", "&nbsp;")


def _serialized(node: Node) -> str:
    if isinstance(node, str):
        return escape_text(node)
    attributes = "".join(
        f' {name}="{escape(value)}"' if value else f" {name}" for name, value in node.attributes.items()
    )
    opening = f"<{node.tag}{attributes}>"
    return opening if node.tag in VOID else f"{opening}{serialize(node.children)}</{node.tag}>"


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len(self._open) > DEEPEST:
            return
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        children = self._open[-1].children
        if children and isinstance(children[-1], str):
            children[-1] += data
        else:
            children.append(data)
