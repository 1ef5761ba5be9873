"""The parts of a WordPress post that have to be seen as a tree: pictures, players, lists of terms, links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import nh3

from articles.embeds import provider_of
from articles.markup import Element, Node, parse, serialize, text_of

# Everything a post may consist of; what the article schema does not know either dissolves later, when it is cleaned.
_TAGS = nh3.ALLOWED_TAGS | {"figure", "figcaption", "iframe", "section", "main", "address"}
_WELL_FORMED = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style"},
    attributes={
        "*": {"dir", "class"},
        "a": {"href"},
        "img": {"src", "alt"},
        "iframe": {"src"},
        "figure": {"data-embed"},
        "div": {"data-paywall-break"},
        "ol": {"start"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan"},
    },
    link_rel=None,
)
_ADDRESS = re.compile(r"https?://\S+")
_YOUTUBE = re.compile(r"(?:https?:)?//(?:www\.)?youtube(?:-nocookie)?\.com/embed/([\w-]+)")
_VIMEO = re.compile(r"(?:https?:)?//player\.vimeo\.com/video/(\d+)")


@dataclass(frozen=True)
class Surroundings:
    """What a text refers to.

    ``find_picture`` answers an image's address and alternative text with the public id of its picture, or ``None``
    where there is none; ``file_of`` an attachment's id with its address; ``path_of`` a link into the old site with a
    path that will lead to the same text here, or ``None``.
    """

    find_picture: Callable[[str, str], str | None]
    file_of: Callable[[str], str]
    path_of: Callable[[str], str | None]


def adapt(html: str, around: Surroundings) -> str:
    """Any HTML, well-formed afterwards, with figures as the article schema writes them."""
    return serialize(_adapted(parse(_WELL_FORMED.clean(html)), around))


def _adapted(nodes: Iterable[Node], around: Surroundings) -> list[Node]:
    done: list[Node] = []
    for node in nodes:
        if isinstance(node, str):
            done.append(node)
        else:
            done += _MAKERS.get(node.tag, _any)(node, around)
    return done


def _any(node: Element, around: Surroundings) -> list[Node]:
    return [Element(node.tag, node.attributes, _adapted(node.children, around))]


def _image(node: Element, around: Surroundings, caption: Element | None = None) -> list[Node]:
    found = around.find_picture(node.attributes.get("src", ""), node.attributes.get("alt", ""))
    if found is None:
        return []
    words = _adapted(caption.children, around) if caption else []
    return [Element("figure", {"data-picture": found}, [Element("figcaption", {}, words)] if words else [])]


def _figure(node: Element, around: Surroundings) -> list[Node]:
    """A picture and its caption, however deep they are nested; else a player, a quotation, or what is in it."""
    if address := node.attributes.get("data-embed", ""):
        return [_embed(address)]
    images, captions = list(_all(node, "img")), list(_all(node, "figcaption"))
    if len(images) == 1:
        return _image(images[0], around, captions[0] if captions else None)
    if not images and (address := _only_address(node)):
        return [_embed(address)]
    inside = _adapted([_as_paragraph(child) for child in node.children], around)
    return [Element("aside", {"class": "pull-quote"}, inside)] if "pullquote" in _classes(node) else inside


def _frame(node: Element, around: Surroundings) -> list[Node]:
    address = node.attributes.get("src", "")
    return [_embed(address)] if address else []


def _link(node: Element, around: Surroundings) -> list[Node]:
    """Links to other texts of the old site stay on this one; links within the page have nowhere to go."""
    inside = _adapted(node.children, around)
    href = node.attributes.get("href", "")
    if "footnote-backref" in _classes(node) or href.startswith("#fnref"):
        return []
    if (
        not href
        or href.startswith("#")
        or any(isinstance(child, Element) and child.tag == "figure" for child in inside)
    ):
        return inside
    return [Element("a", {"href": around.path_of(href) or href}, inside)]


def _paragraph(node: Element, around: Surroundings) -> list[Node]:
    """WordPress shows an address that stands alone as what is there."""
    address = _only_address(node)
    return [_embed(address)] if provider_of(address) else _any(node, around)


def _term(node: Element, around: Surroundings) -> list[Node]:
    return [Element("p", {}, [Element("strong", {}, _adapted(node.children, around))])]


def _definition(node: Element, around: Surroundings) -> list[Node]:
    return [Element("div", {}, _adapted(node.children, around))]


def _embed(address: str) -> Node:
    """The page of a player, where it is known, as an address people can open."""
    if youtube := _YOUTUBE.match(address):
        address = f"https://www.youtube.com/watch?v={youtube[1]}"
    elif vimeo := _VIMEO.match(address):
        address = f"https://vimeo.com/{vimeo[1]}"
    elif address.startswith("//"):
        address = f"https:{address}"
    return Element("figure", {"data-embed": address})


def _only_address(node: Element) -> str:
    """The web address that is all a block says, or nothing."""
    words = text_of(node).strip()
    return words if _ADDRESS.fullmatch(words) else ""


def _as_paragraph(node: Node) -> Node:
    if isinstance(node, Element) and node.tag == "figcaption":
        return Element("p", {}, node.children)
    return node


def _all(node: Element, tag: str) -> Iterator[Element]:
    for child in node.elements():
        if child.tag == tag:
            yield child
        yield from _all(child, tag)


def _classes(node: Element) -> str:
    return node.attributes.get("class", "")


_MAKERS: dict[str, Callable[[Element, Surroundings], list[Node]]] = {
    "img": _image,
    "figure": _figure,
    "iframe": _frame,
    "a": _link,
    "p": _paragraph,
    "dt": _term,
    "dd": _definition,
}
