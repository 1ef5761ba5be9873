"""The links and pictures of an HTML part, as a mail program finds them."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Link:
    """``words`` are what a reader sees of it."""

    href: str
    words: str = ""


@dataclass(frozen=True)
class Image:
    src: str
    has_alt: bool


@dataclass
class Page:
    links: list[Link] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)


def read(html: str) -> Page:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.page


class _Reader(HTMLParser):
    """What stands in comments is for one mail program alone, and made by MJML: it is passed over."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._open: Link | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag in {"a", "area"} and "href" in values:
            link = Link((values["href"] or "").strip())
            self.page.links.append(link)
            self._open = link if tag == "a" else None
        if tag == "img":
            self.page.images.append(Image((values.get("src") or "").strip(), "alt" in values))
            self.handle_data(values.get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._open is not None:
            self._open.words = " ".join(self._open.words.split())
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._open.words += data
