"""RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1 of any list.

What stands in a public feed is headline, standfirst and names, nothing behind the wall. A member's own feed carries
texts too: those that :mod:`articles.reading` opened for them, made fit for feed readers by :mod:`articles.feed_texts`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from django.conf import settings
from django.utils.feedgenerator import Atom1Feed, Enclosure, Rss201rev2Feed

from articles.body_schema import storable
from articles.media import recordings
from articles.models import Article, Recording
from articles.models.taxonomy import Access
from articles.structured_data import absolute

MOST_ITEMS = 40
# What a feed of nothing says it was changed; a moving answer would never be "not modified".
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
TYPES = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}


@dataclass(frozen=True)
class Feed:
    """A list as a feed. ``page`` and ``address`` are paths: of the list, and of the feed itself.

    ``texts`` holds HTML by the key of its article, for those whose text may stand in this feed.
    """

    title: str
    description: str
    language: str
    page: str
    address: str
    articles: Sequence[Article]
    texts: Mapping[int, str] = field(default_factory=dict)
    hub: str = ""

    @property
    def changed_at(self) -> datetime:
        """The last change of anything in it."""
        return max((_changed(article) for article in self.articles), default=NEVER)


def as_rss(feed: Feed) -> bytes:
    return _as_xml(_Rss, feed)


def as_atom(feed: Feed) -> bytes:
    return _as_xml(_Atom, feed)


def as_json(feed: Feed) -> bytes:
    """https://www.jsonfeed.org/version/1.1/"""
    document: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.description,
        "language": feed.language,
        "home_page_url": absolute(feed.page),
        "feed_url": absolute(feed.address),
        "authors": [{"name": settings.SITE_NAME, "url": settings.SITE_URL}],
        "items": [_json_item(article, feed.texts.get(article.pk, "")) for article in feed.articles],
    }
    if feed.hub:
        document["hubs"] = [{"type": "WebSub", "url": feed.hub}]
    return orjson.dumps(document)


FORMATS = {"rss": as_rss, "atom": as_atom, "json": as_json}


def _json_item(article: Article, text: str) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": f"urn:uuid:{article.public_id}",
        "url": absolute(article.get_absolute_url()),
        "title": article.headline,
        "summary": article.standfirst,
        "language": article.language,
        "date_published": _published(article).isoformat(),
        "date_modified": _changed(article).isoformat(),
        "authors": [
            {"name": name, "url": absolute(byline.author.get_absolute_url())}
            for name, byline in zip(_names(article), article.bylines.all(), strict=True)
        ],
        "tags": _filed(article),
    }
    # The standard asks for one of the two.
    item |= {"content_html": text} if text else {"content_text": article.standfirst}
    if article.lead_picture:
        item["image"] = absolute(article.lead_picture.file.url)
    if recording := _open_recording(article):
        item["attachments"] = [
            {
                "url": absolute(recordings.address(article)),
                "mime_type": recording.media_type,
                "title": recording.title,
                "size_in_bytes": recording.size,
                "duration_in_seconds": recording.seconds,
            }
        ]
    return item


class _Rss(Rss201rev2Feed):
    """With the whole text where there is one, in the element that feed readers look for."""

    def rss_attributes(self) -> dict[str, str]:
        return {**super().rss_attributes(), "xmlns:content": "http://purl.org/rss/1.0/modules/content/"}

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        own = {"rel": "self", "type": "application/rss+xml", "href": self.feed["own"]}
        handler.addQuickElement("atom:link", None, own)
        if hub := self.feed["hub"]:
            handler.addQuickElement("atom:link", None, {"rel": "hub", "href": hub})

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        if item["text"]:
            handler.addQuickElement("content:encoded", item["text"])

    def latest_post_date(self) -> datetime:
        changed: datetime = self.feed["changed_at"]
        return changed


class _Atom(Atom1Feed):
    """With every author by themselves; the feed's own author stands for a text that names none (RFC 4287 §4.1.1)."""

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        own = {"rel": "self", "type": "application/atom+xml", "href": self.feed["own"]}
        handler.addQuickElement("link", None, own)
        if hub := self.feed["hub"]:
            handler.addQuickElement("link", None, {"rel": "hub", "href": hub})

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, {**item, "author_name": None})
        for name in item["names"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            handler.endElement("author")
        if item["text"]:
            handler.addQuickElement("content", item["text"], {"type": "html"})

    def latest_post_date(self) -> datetime:
        changed: datetime = self.feed["changed_at"]
        return changed


def _as_xml(kind: type[_Rss] | type[_Atom], feed: Feed) -> bytes:
    document = kind(
        title=storable(feed.title),
        link=absolute(feed.page),
        # RSS asks for a description that says something.
        description=storable(feed.description) or feed.title,
        language=feed.language,
        # Django's own link to the feed itself would not say what it leads to.
        own=absolute(feed.address),
        author_name=settings.SITE_NAME,
        hub=feed.hub,
        changed_at=feed.changed_at,
    )
    for article in feed.articles:
        document.add_item(
            title=storable(article.headline),
            link=absolute(article.get_absolute_url()),
            description=storable(article.standfirst),
            author_name=", ".join(_names(article)) or None,
            pubdate=_published(article),
            updateddate=_changed(article),
            unique_id=f"urn:uuid:{article.public_id}",
            unique_id_is_permalink=False,
            categories=_filed(article),
            names=_names(article),
            text=storable(feed.texts.get(article.pk, "")),
            enclosures=_enclosures(article),
        )
    return document.writeString("utf-8").encode("utf-8")


def _open_recording(article: Article) -> Recording | None:
    """The recording where everybody may hear it: whoever fetches it for a feed reader is nobody in particular."""
    return article.recording if article.access == Access.FREE else None


def _enclosures(article: Article) -> list[Enclosure]:
    recording = _open_recording(article)
    if recording is None:
        return []
    return [Enclosure(absolute(recordings.address(article)), str(recording.size), recording.media_type)]


def _names(article: Article) -> list[str]:
    return [byline.author.name_in(article.language) for byline in article.bylines.all()]


def _filed(article: Article) -> list[str]:
    return [article.section.name_in(article.language)] if article.section else []


def _published(article: Article) -> datetime:
    return article.first_published_at or NEVER


def _changed(article: Article) -> datetime:
    return article.updated_at or _published(article)
