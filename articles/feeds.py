"""RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1 of any list: headline, standfirst and names, nothing behind the wall."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed

from articles.models import Article
from articles.structured_data import absolute

MOST_ITEMS = 40


@dataclass(frozen=True)
class Feed:
    """A list as a feed. ``page`` and ``address`` are paths: of the list, and of the feed itself."""

    title: str
    description: str
    language: str
    page: str
    address: str
    articles: Iterable[Article]


def as_rss(feed: Feed) -> tuple[bytes, str]:
    return _as_xml(Rss201rev2Feed, feed), "application/rss+xml; charset=utf-8"


def as_atom(feed: Feed) -> tuple[bytes, str]:
    return _as_xml(Atom1Feed, feed), "application/atom+xml; charset=utf-8"


def as_json(feed: Feed) -> tuple[bytes, str]:
    """https://www.jsonfeed.org/version/1.1/"""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "description": feed.description,
        "language": feed.language,
        "home_page_url": absolute(feed.page),
        "feed_url": absolute(feed.address),
        "items": [_json_item(article) for article in feed.articles],
    }
    return orjson.dumps(document), "application/feed+json; charset=utf-8"


FORMATS = {"rss": as_rss, "atom": as_atom, "json": as_json}


def _json_item(article: Article) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": f"urn:uuid:{article.public_id}",
        "url": absolute(article.get_absolute_url()),
        "title": article.headline,
        "summary": article.standfirst,
        "content_text": article.standfirst,
        "language": article.language,
        "date_published": _moment(article.first_published_at).isoformat(),
        "date_modified": _moment(article.updated_at or article.first_published_at).isoformat(),
        "authors": [{"name": byline.author.name} for byline in article.bylines.all()],
    }
    if article.lead_picture:
        item["image"] = absolute(article.lead_picture.file.url)
    return item


def _as_xml(kind: type[Rss201rev2Feed] | type[Atom1Feed], feed: Feed) -> bytes:
    document = kind(
        title=feed.title,
        link=absolute(feed.page),
        description=feed.description,
        language=feed.language,
        feed_url=absolute(feed.address),
    )
    for article in feed.articles:
        document.add_item(
            title=article.headline,
            link=absolute(article.get_absolute_url()),
            description=article.standfirst,
            author_name=", ".join(byline.author.name for byline in article.bylines.all()),
            pubdate=_moment(article.first_published_at),
            updateddate=_moment(article.updated_at or article.first_published_at),
            unique_id=f"urn:uuid:{article.public_id}",
            unique_id_is_permalink=False,
            categories=[article.section.name] if article.section else [],
        )
    return document.writeString("utf-8").encode("utf-8")


def _moment(moment: datetime | None) -> datetime:
    return moment or datetime(1970, 1, 1, tzinfo=UTC)
