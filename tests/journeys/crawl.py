"""Following every link of the site, as a search engine does."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from playwright.sync_api import APIRequestContext

_UNSEEN = {"script", "style", "template"}


@dataclass(frozen=True)
class Visited:
    """What a page answered; ``text`` is what a person reads there, empty where it is no HTML."""

    address: str
    status: int
    text: str
    linked_from: str


class Reading(HTMLParser):
    """The links of a page and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self._words: list[str] = []
        self._unseen = 0
        self.feed(html)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self._words).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        held = dict(attrs)
        # What is hidden is there for somebody else: a page that everybody gets holds the door of the desk, too.
        if tag == "a" and (href := held.get("href")) and "hidden" not in held:
            self.links.append(href)

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._words.append(data)


def crawl(request: APIRequestContext, site: str, roots: list[str], most: int) -> Iterator[Visited]:
    """Visit what can be reached from the roots by links, nearest first, at most so many pages of this site."""
    waiting = deque((urljoin(site, root), "") for root in roots)
    known = {address for address, _from in waiting}
    for _visit in range(most):
        if not waiting:
            return
        address, linked_from = waiting.popleft()
        answer = request.get(address, timeout=20_000)
        is_html = "text/html" in answer.headers.get("content-type", "")
        page = Reading(answer.text() if is_html else "")
        yield Visited(address, answer.status, page.text, linked_from)
        for link in page.links:
            there = urldefrag(urljoin(answer.url, link)).url
            if urlsplit(there).netloc == urlsplit(site).netloc and there not in known:
                known.add(there)
                waiting.append((there, address))
