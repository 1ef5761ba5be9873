"""The inside of a paragraph: text with marks, in one canonical way of writing it.

A paragraph becomes a row of runs, each with its set of marks, so that however a mark was nested or doubled by a word
processor, the same look is always written as the same HTML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from urllib.parse import urlsplit

from articles.markup import Element, Node

# From the outside in; a link goes round them all.
MARKS = ("strong", "em", "cite", "s", "sub", "sup", "code")
RENAMED = {"b": "strong", "i": "em", "del": "s", "strike": "s", "tt": "code", "kbd": "code", "samp": "code"}
INLINE = frozenset({"a", "br", "span", *MARKS, *RENAMED})
BREAK = "\n"

_SPACES = re.compile(r"[ \t\r\n\f]+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_HOST = re.compile(r"[\w-]+(\.[\w-]+)*")


@dataclass(frozen=True)
class Run:
    """Some text under one set of marks; the text ``BREAK`` is a line break."""

    text: str
    marks: frozenset[str] = frozenset()
    href: str = ""


def inline(nodes: Iterable[Node]) -> list[Node]:
    """The canonical inside of a table's cell: marks in one order, spaces collapsed, single line breaks."""
    return _written([run for part in _parts(nodes) for run in (*part, Run(BREAK))])


def one_line(nodes: Iterable[Node]) -> list[Node]:
    """The same for a heading or a caption, where a line break is a space."""
    return _written(replace(run, text=" ") if run.text == BREAK else run for run in runs_of(nodes))


def paragraphs(nodes: Iterable[Node]) -> list[list[Node]]:
    """The insides of one paragraph, of several where two line breaks part them, or of none if all is space."""
    return [_written(part) for part in _parts(nodes)]


def runs_of(nodes: Iterable[Node], marks: frozenset[str] = frozenset(), href: str = "") -> list[Run]:
    """Everything in ``nodes`` as runs; a block among them begins and ends a line."""
    runs: list[Run] = []
    for node in nodes:
        if isinstance(node, str):
            runs.append(Run(_SPACES.sub(" ", node), marks, href))
        elif node.tag == "br":
            runs.append(Run(BREAK))
        elif node.tag in INLINE:
            tag = RENAMED.get(node.tag, node.tag)
            link = address(node.attributes.get("href", "")) if tag == "a" else ""
            runs += runs_of(node.children, marks | {tag} if tag in MARKS else marks, link or href)
        else:
            runs += [Run(BREAK), *runs_of(node.children, marks, href), Run(BREAK)]
    return runs


def tidy(runs: Iterable[Run]) -> list[Run]:
    """Neighbouring runs of one look joined, no two spaces in a row, none at an edge or beside a line break."""
    kept: list[Run] = []
    for run in runs:
        text = run.text
        if text != BREAK and (not kept or kept[-1].text.endswith((" ", BREAK))):
            text = text.lstrip(" ")
        if text == BREAK and kept:
            _trim_end(kept)
        if not text or (text == BREAK and not kept):
            continue
        if kept and text != BREAK and kept[-1].text != BREAK and _same_look(kept[-1], run):
            kept[-1] = replace(kept[-1], text=kept[-1].text + text)
        else:
            kept.append(replace(run, text=text))
    _trim_end(kept)
    while kept and kept[-1].text == BREAK:
        kept.pop()
        _trim_end(kept)
    return kept


def address(raw: str) -> str:
    """A link's address if readers may be sent there: http, https, mailto, or a place on this site; otherwise ``""``.

    Browsers skip control characters inside an address, so they are taken out before looking.
    """
    text = _CONTROLS.sub("", raw).strip().replace(" ", "%20")
    if text.startswith("//"):
        text = f"https:{text}"
    if text.startswith(("/", "#", "?")):
        return "" if "\\" in text else text
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.scheme in {"http", "https"}:
        return text if _HOST.fullmatch(host) and "@" not in parts.netloc else ""
    return text if parts.scheme == "mailto" and "@" in parts.path else ""


def _parts(nodes: Iterable[Node]) -> list[list[Run]]:
    """The runs of ``nodes``, parted where two or more line breaks follow each other."""
    parts: list[list[Run]] = [[]]
    previous = ""
    for run in tidy(runs_of(nodes)):
        if run.text == BREAK == previous:
            parts.append([])
        else:
            parts[-1].append(run)
        previous = run.text
    return [part for part in map(tidy, parts) if any(run.text.strip() for run in part)]


def _written(runs: Iterable[Run]) -> list[Node]:
    return _grouped(tidy(runs), lambda run: run.href, lambda href: Element("a", {"href": href}), _write_marks)


def _write_marks(runs: Sequence[Run], marks: Sequence[str] = MARKS) -> list[Node]:
    if not marks:
        return [Element("br") if run.text == BREAK else run.text for run in runs]
    mark, *others = marks
    return _grouped(
        runs,
        lambda run: mark if mark in run.marks else "",
        lambda tag: Element(tag),
        lambda inner: _write_marks(inner, others),
    )


def _grouped(
    runs: Sequence[Run],
    key: Callable[[Run], str],
    wrap: Callable[[str], Element],
    inside: Callable[[Sequence[Run]], list[Node]],
) -> list[Node]:
    nodes: list[Node] = []
    for value, group in groupby(runs, key):
        inner = inside(list(group))
        if value:
            element = wrap(value)
            element.children = inner
            nodes.append(element)
        else:
            nodes += inner
    return nodes


def _same_look(one: Run, other: Run) -> bool:
    return one.marks == other.marks and one.href == other.href


def _trim_end(runs: list[Run]) -> None:
    """Take the spaces off the end of the last runs, and away with those that were nothing else."""
    while runs and runs[-1].text != BREAK:
        text = runs[-1].text.rstrip(" ")
        if text:
            runs[-1] = replace(runs[-1], text=text)
            return
        runs.pop()
