"""What feeds and sitemaps must be, as their standards say it. Each function answers a sentence for every offence.

RSS 2.0 (https://www.rssboard.org/rss-specification), Atom (RFC 4287), JSON Feed 1.1
(https://www.jsonfeed.org/version/1.1/), sitemaps (https://www.sitemaps.org/protocol.html), news sitemaps
(https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
# RFC 3339; the profile of ISO 8601 that W3C gives sitemaps allows less than all of it too.
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def rss(body: bytes, address: str) -> list[str]:
    root = ElementTree.fromstring(body)
    channel = root.find("channel")
    if root.tag != "rss" or root.get("version") != "2.0" or channel is None:
        return ["It is no RSS 2.0 with a channel."]
    return [*_rss_channel(channel, address), *(f for item in channel.iter("item") for f in _rss_item(item))]


def _rss_channel(channel: Element, address: str) -> Iterator[str]:
    for name in ("title", "link", "description"):
        yield from _one(channel, name)
    yield from _absolute(channel.findtext("link"))
    yield from _rfc822(channel.findtext("lastBuildDate"))
    own = channel.find(f"{ATOM}link[@rel='self']")
    if own is None or own.get("href") != address or own.get("type") != "application/rss+xml":
        yield f"Its link to itself is {None if own is None else own.attrib}, not {address}."
    yield from _unique("guid", [guid.text for guid in channel.iter("guid")])


def _rss_item(item: Element) -> Iterator[str]:
    for name in ("title", "link", "guid", "pubDate"):
        yield from _one(item, name)
    yield from _absolute(item.findtext("link"))
    yield from _rfc822(item.findtext("pubDate"))
    guid = item.find("guid")
    if guid is not None and guid.get("isPermaLink") != "false":
        yield from _absolute(guid.text)
    for enclosure in item.iter("enclosure"):
        yield from _absolute(enclosure.get("url"))
        if not (enclosure.get("length", "").isdigit() and "/" in enclosure.get("type", "")):
            yield f"An enclosure lacks its length or type: {enclosure.attrib}."


def atom(body: bytes, address: str) -> list[str]:
    feed = ElementTree.fromstring(body)
    if feed.tag != f"{ATOM}feed":
        return ["It is no Atom feed."]
    entries = feed.findall(f"{ATOM}entry")
    own = feed.find(f"{ATOM}link[@rel='self']")
    offences = [*_atom_heads(feed), *(offence for entry in entries for offence in _atom_entry(entry))]
    offences += _unique("id", [entry.findtext(f"{ATOM}id") for entry in entries])
    if own is None or own.get("href") != address:
        offences.append(f"Its link to itself is not {address}.")
    # §4.1.1: an author on the feed, or on every entry.
    if feed.find(f"{ATOM}author") is None and any(entry.find(f"{ATOM}author") is None for entry in entries):
        offences.append("An entry has no author, and the feed neither.")
    return offences


def _atom_heads(element: Element) -> Iterator[str]:
    for name in ("id", "title", "updated"):
        yield from _one(element, f"{ATOM}{name}")
    if not urlsplit(element.findtext(f"{ATOM}id") or "").scheme:
        yield f"The id {element.findtext(f'{ATOM}id')} is no IRI."
    for name in ("updated", "published"):
        yield from (offence for each in element.findall(f"{ATOM}{name}") for offence in _rfc3339(each.text))
    for author in element.findall(f"{ATOM}author"):
        yield from _one(author, f"{ATOM}name")
    if any(not category.get("term") for category in element.findall(f"{ATOM}category")):
        yield "A category has no term."


def _atom_entry(entry: Element) -> Iterator[str]:
    yield from _atom_heads(entry)
    alternates = [link for link in entry.findall(f"{ATOM}link") if link.get("rel", "alternate") == "alternate"]
    if len(alternates) != 1:
        yield "An entry has not one link to its page."
    for link in entry.findall(f"{ATOM}link"):
        yield from _absolute(link.get("href"))
    if len(entry.findall(f"{ATOM}summary")) > 1 or len(entry.findall(f"{ATOM}content")) > 1:
        yield "An entry has two summaries or contents."


def json_feed(body: bytes, address: str) -> list[str]:
    feed = json.loads(body)
    offences = [] if feed.get("version") == "https://jsonfeed.org/version/1.1" else ["Its version is not 1.1."]
    offences += [] if feed.get("feed_url") == address else [f"Its feed_url is not {address}."]
    offences += [*_texts(feed, "title", "description", "language"), *_absolute(feed.get("home_page_url"))]
    for item in feed["items"]:
        offences += _json_item(item)
    return offences + list(_unique("id", [item["id"] for item in feed["items"]]))


def _json_item(item: dict[str, Any]) -> Iterator[str]:
    yield from _texts(item, "id", "url", "title", "summary", "language")
    yield from _absolute(item["url"])
    if not (isinstance(item.get("content_html"), str) or isinstance(item.get("content_text"), str)):
        yield f"{item['id']} has no content."
    for name in ("date_published", "date_modified"):
        yield from _rfc3339(item.get(name))
    if "author" in item or any(not (author.get("name") or author.get("url")) for author in item["authors"]):
        yield f"The authors of {item['id']} are not those of version 1.1."
    for attachment in item.get("attachments", []):
        yield from _texts(attachment, "url", "mime_type")


def sitemap_index(body: bytes, site: str) -> list[str]:
    root = ElementTree.fromstring(body)
    offences = [] if root.tag == f"{SITEMAP}sitemapindex" else ["It is no index of sitemaps."]
    return offences + [offence for each in root for offence in _place(each, site, f"{SITEMAP}sitemap")] + _limits(body)


def urlset(body: bytes, site: str) -> list[str]:
    root = ElementTree.fromstring(body)
    offences = [] if root.tag == f"{SITEMAP}urlset" else ["It is no sitemap."]
    for url in root:
        offences += _place(url, site, f"{SITEMAP}url")
        for link in url.findall(f"{XHTML}link"):
            offences += _absolute(link.get("href"))
            if link.get("rel") != "alternate" or not _LANGUAGE.fullmatch(link.get("hreflang", "")):
                offences.append(f"A link to a translation is none: {link.attrib}.")
    return offences + list(_unique("loc", [loc.text for loc in root.iter(f"{SITEMAP}loc")])) + _limits(body)


def news_sitemap(body: bytes, site: str, at: datetime) -> list[str]:
    """As a sitemap, and no more than the thousand newest stories of two days."""
    root = ElementTree.fromstring(body)
    offences = urlset(body, site)
    offences += [] if len(root) <= 1000 else ["There are more than 1,000 stories."]
    for url in root:
        news = url.find(f"{NEWS}news")
        if news is None:
            offences.append("An address has no news.")
            continue
        names = ("publication/", "publication/", "", "")
        for name, within in zip(("name", "language", "publication_date", "title"), names, strict=True):
            path = f"{NEWS}publication/{NEWS}{name}" if within else f"{NEWS}{name}"
            offences += [] if (news.findtext(path) or "").strip() else [f"A story has no {name}."]
        moment = news.findtext(f"{NEWS}publication_date")
        offences += list(_rfc3339(moment)) or _age(str(moment), at)
    return offences


def _age(moment: str, at: datetime) -> list[str]:
    is_news = at - timedelta(days=2, minutes=5) <= datetime.fromisoformat(moment) <= at
    return [] if is_news else [f"{moment} is not within the last two days."]


def _place(element: Element, site: str, tag: str) -> Iterator[str]:
    if element.tag != tag:
        yield f"{element.tag} does not belong there."
    order = [child.tag.removeprefix(SITEMAP) for child in element if child.tag.startswith(SITEMAP)]
    known = ["loc", "lastmod", "changefreq", "priority"]
    if order != [name for name in known if name in order] or "loc" not in order:
        yield f"The parts of an address stand in the order {order}."
    loc = element.findtext(f"{SITEMAP}loc") or ""
    if not loc.startswith(f"{site}/") or len(loc) >= 2048 or re.search(r"\s", loc):
        yield f"{loc} is no address of this site."
    yield from (offence for each in element.findall(f"{SITEMAP}lastmod") for offence in _rfc3339(each.text))


def _limits(body: bytes) -> list[str]:
    count = body.count(b"<loc>")
    is_within = 0 < count <= 50_000 and len(body) <= 50 * 1024 * 1024
    return [] if is_within else [f"It has {count} addresses in {len(body)} bytes."]


def _one(element: Element, name: str) -> Iterator[str]:
    found = element.findall(name)
    if len(found) != 1 or not ("".join(found[0].itertext())).strip():
        yield f"There is not one {name} with words in it."


def _texts(value: dict[str, Any], *names: str) -> Iterator[str]:
    yield from (f"{name} is no text with words in it." for name in names if not str(value.get(name) or "").strip())


def _absolute(address: object) -> Iterator[str]:
    parts = urlsplit(str(address or ""))
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        yield f"{address} is no whole address."


def _rfc822(moment: str | None) -> Iterator[str]:
    try:
        if parsedate_to_datetime(moment or "").tzinfo is None:
            yield f"{moment} names no zone."
    except ValueError:
        yield f"{moment} is no date of RFC 822."


def _rfc3339(moment: object) -> Iterator[str]:
    if not _MOMENT.fullmatch(str(moment)):
        yield f"{moment} is no date of RFC 3339."


def _unique(what: str, values: list[str | None]) -> Iterator[str]:
    if len(set(values)) != len(values):
        yield f"A {what} is there twice."
