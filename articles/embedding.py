"""How other sites show a link to an article: an oEmbed answer (https://oembed.com/) around a card of ours.

The card is a page of its own that may stand in a frame anywhere. It says what a card on a list says, nothing more.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.sax.saxutils import escape

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html

from articles.media import share_pictures
from articles.models import Article
from articles.structured_data import absolute

WIDTH, HEIGHT = 600, 480
# Narrower or lower than this the card cannot be read, and a plain link is the better answer.
NARROWEST, LOWEST = 260, 200
CACHED_FOR = 3600
_ARTICLE = re.compile(r"/articles/(?P<year>[0-9]{4})/(?P<month>[0-9]{2})/(?P<slug>[^/]+)/")


def article_at(address: str, at: datetime) -> Article | None:
    """The article of a whole address of this site; ``None`` for any other address, however alike it looks."""
    try:
        parts, own = urlsplit(address), urlsplit(settings.SITE_URL)
        is_ours = (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
    except ValueError:
        return None
    found = _ARTICLE.fullmatch(unquote(parts.path))
    if not is_ours or found is None:
        return None
    year, month, slug = int(found["year"]), int(found["month"]), found["slug"]
    return Article.objects.published(at).for_cards().filter(year=year, month=month, slug=slug).first()


def answer(article: Article, most_wide: int | None, most_high: int | None) -> dict[str, Any]:
    """What an oEmbed consumer asks for: the card as ``rich``, or a ``link`` where there is no room for it."""
    said: dict[str, Any] = {
        "version": "1.0",
        "type": "link",
        "title": article.headline,
        "provider_name": settings.SITE_NAME,
        "provider_url": settings.SITE_URL,
        "cache_age": CACHED_FOR,
    }
    names = [byline.author.name_in(article.language) for byline in article.bylines.all()]
    if names:
        said["author_name"] = ", ".join(names)
    said |= _thumbnail(article, most_wide, most_high)
    width, height = min(WIDTH, most_wide or WIDTH), min(HEIGHT, most_high or HEIGHT)
    if width < NARROWEST or height < LOWEST:
        return said
    card = absolute(reverse("embed_card", args=[article.public_id]))
    html = format_html(
        '<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy" '
        'sandbox="allow-popups allow-popups-to-escape-sandbox" '
        'referrerpolicy="strict-origin-when-cross-origin"></iframe>',
        card,
        width,
        height,
        article.headline,
    )
    return {**said, "type": "rich", "width": width, "height": height, "html": str(html)}


def as_xml(said: dict[str, Any]) -> str:
    parts = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in said.items())
    return f'<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<oembed>{parts}</oembed>'


def _thumbnail(article: Article, most_wide: int | None, most_high: int | None) -> dict[str, Any]:
    """The card's picture, unless it is larger than was asked for: a consumer must not get more than it can show."""
    width, height = share_pictures.SHAPES[share_pictures.CARD]
    if (most_wide or width) < width or (most_high or height) < height:
        return {}
    address = absolute(share_pictures.address(article))
    return {"thumbnail_url": address, "thumbnail_width": width, "thumbnail_height": height}
