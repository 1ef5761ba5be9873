"""Reads WordPress eXtended RSS 1.2, the format of WordPress' own exporter, post by post.

The reader never expands entities and never loads the file whole, and it knows the line on which each post begins.
"""

from __future__ import annotations

import xml.sax
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import defusedxml.sax
from defusedxml import DefusedXmlException

from articles.importing.wordpress_html import plain_title

_NAMESPACES = {
    "http://wordpress.org/export/1.2/": "wp",
    "http://wordpress.org/export/1.1/": "wp",
    "http://wordpress.org/export/1.0/": "wp",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://wordpress.org/export/1.2/excerpt/": "excerpt",
    "http://wordpress.org/export/1.1/excerpt/": "excerpt",
    "http://purl.org/dc/elements/1.1/": "dc",
}
_NO_DATE = "0000-00-00 00:00:00"


class WxrError(Exception):
    """A file that is not a readable export; the message names the line."""


@dataclass(frozen=True)
class WxrAuthor:
    login: str
    name: str
    email: str = ""


@dataclass(frozen=True)
class WxrTerm:
    """A category or a tag of a post."""

    slug: str
    name: str


@dataclass
class WxrItem:
    """One ``<item>``: a post, a page or an attachment, and the line it begins on."""

    line: int
    fields: dict[str, str] = field(default_factory=dict)
    meta: list[tuple[str, str]] = field(default_factory=list)
    terms: list[WxrTerm] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return self.fields.get("wp:post_type", "")

    @property
    def id(self) -> str:
        return self.fields.get("wp:post_id", "")

    @property
    def status(self) -> str:
        return self.fields.get("wp:status", "")

    @property
    def title(self) -> str:
        return plain_title(self.fields.get("title", ""))

    @property
    def is_public(self) -> bool:
        """Whether everybody could read it there; what needs a password is not for everybody."""
        return self.status == "publish" and not self.fields.get("wp:post_password", "")

    @property
    def path(self) -> str:
        """The path of its address there without a slash at the end; empty while it has none of its own."""
        return unquote(urlsplit(self.fields.get("link", "")).path).rstrip("/")

    def meta_values(self, key: str) -> list[str]:
        return [value for name, value in self.meta if name == key and value]

    @property
    def published_at(self) -> datetime | None:
        """The moment of publication in UTC, from the GMT column, else from the feed's date; ``None`` for neither."""
        return _moment(self.fields.get("wp:post_date_gmt", "")) or _moment(self.fields.get("wp:post_date", ""))


@dataclass
class WxrSite:
    """What the file says about the site it came from."""

    title: str = ""
    url: str = ""
    language: str = ""
    authors: dict[str, WxrAuthor] = field(default_factory=dict)
    # Attachment id → the address of its file.
    attachments: dict[str, str] = field(default_factory=dict)
    posts: int = 0
    # Paths of the public posts, without a slash at the end.
    paths: set[str] = field(default_factory=set)

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc


def survey(path: Path) -> WxrSite:
    """Read the whole file once for the site, its authors and its attachments, so that a broken file changes nothing.

    Raises:
        WxrError: the file is no XML, stops in the middle, or is no WordPress export.
    """
    site = WxrSite()
    seen = _read(path, lambda item: _note(site, item), site)
    if not seen:
        raise WxrError(
            f"{path.name} is not a WordPress export: it holds no wxr_version. Use Tools → Export in WordPress."
        )
    return site


def read_items(path: Path, on_item: Callable[[WxrItem], None]) -> None:
    """Call ``on_item`` with every item, in the order of the file."""
    _read(path, on_item, WxrSite())


def _note(site: WxrSite, item: WxrItem) -> None:
    if item.kind == "attachment":
        site.attachments[item.id] = item.fields.get("wp:attachment_url", "")
    elif item.kind == "post":
        site.posts += 1
        if item.is_public and item.path:
            site.paths.add(item.path)


def _moment(text: str) -> datetime | None:
    if not text or text == _NO_DATE:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _read(path: Path, on_item: Callable[[WxrItem], None], site: WxrSite) -> bool:
    handler = _Handler(on_item, site)
    parser = defusedxml.sax.make_parser()
    parser.setFeature(xml.sax.handler.feature_namespaces, True)
    parser.setContentHandler(handler)
    try:
        file = path.open("rb")
    except OSError as error:
        raise WxrError(f"{path} cannot be read: {error.strerror}.") from error
    try:
        with file:
            parser.parse(file)
    except xml.sax.SAXParseException as error:
        raise WxrError(f"{path.name} is broken on line {error.getLineNumber()}: {error.getMessage()}.") from error
    except DefusedXmlException as error:
        raise WxrError(f"{path.name} defines entities, which an export never does; it was not read.") from error
    return handler.is_export


class _Handler(xml.sax.handler.ContentHandler):
    """Collects the text of the elements it knows; everything else passes by."""

    def __init__(self, on_item: Callable[[WxrItem], None], site: WxrSite) -> None:
        super().__init__()
        self.is_export = False
        self._on_item = on_item
        self._site = site
        self._item: WxrItem | None = None
        self._author: dict[str, str] | None = None
        self._term = ("", "")
        self._meta_key = ""
        self._text: list[str] = []

    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:
        tag = _tag(name)
        self._text = []
        if tag == "item":
            self._item = WxrItem(line=self._locator.getLineNumber())  # type: ignore[attr-defined]
        elif tag == "wp:author":
            self._author = {}
        elif tag == "category" and self._item is not None:
            self._term = (attrs.get((None, "domain"), ""), attrs.get((None, "nicename"), ""))

    def characters(self, content: str) -> None:
        self._text.append(content)

    def endElementNS(self, name: Any, qname: Any) -> None:
        tag, text = _tag(name), "".join(self._text)
        self._text = []
        if self._item is not None:
            self._end_in_item(self._item, tag, text)
        elif self._author is not None:
            self._end_in_author(self._author, tag, text)
        else:
            self._end_in_channel(tag, text.strip())

    def _end_in_item(self, item: WxrItem, tag: str, text: str) -> None:
        if tag == "item":
            self._item = None
            self._on_item(item)
        elif tag == "wp:meta_key":
            self._meta_key = text
        elif tag == "wp:meta_value":
            item.meta.append((self._meta_key, text))
        elif tag == "category":
            domain, slug = self._term
            if domain in {"category", "post_tag"} and text.strip():
                item.terms.append(WxrTerm(slug, text.strip()))
        else:
            item.fields.setdefault(tag, text)

    def _end_in_author(self, author: dict[str, str], tag: str, text: str) -> None:
        if tag == "wp:author":
            login = author.get("author_login", "")
            full = f"{author.get('author_first_name', '')} {author.get('author_last_name', '')}".strip()
            name = author.get("author_display_name", "").strip() or full or login
            self._site.authors[login] = WxrAuthor(login, name, author.get("author_email", ""))
            self._author = None
        else:
            author[tag.removeprefix("wp:")] = text

    def _end_in_channel(self, tag: str, text: str) -> None:
        if tag == "wp:wxr_version":
            self.is_export = True
        elif tag == "language":
            self._site.language = text.partition("-")[0].lower()
        elif tag == "title":
            self._site.title = self._site.title or text
        elif tag == "wp:base_blog_url" or (tag == "link" and not self._site.url):
            self._site.url = text.rstrip("/")


def _tag(name: tuple[str | None, str]) -> str:
    prefix = _NAMESPACES.get(name[0] or "", "")
    return f"{prefix}:{name[1]}" if prefix else name[1]
