"""Telling others at once that something changed: a WebSub hub of the feeds, IndexNow of the addresses.

WebSub: https://www.w3.org/TR/websub/ §7; IndexNow: https://www.indexnow.org/documentation. Both are off until they are
set. A ping that is lost does no harm: feed readers and search engines come by themselves, only later.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from http.client import HTTPException
from urllib import request
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.urls import reverse

from articles.feeds import FORMATS
from articles.lists import PRO_LISTS, Listing, listing_of, listing_of_everything, listing_of_kind
from articles.models import Article
from articles.structured_data import absolute

PATIENCE = 10.0


class NotTold(Exception):
    """The other side did not take it; worth another try."""


def tell_hub(article: Article, at: datetime) -> None:
    """Tell the hub which feeds have changed with an article.

    Raises:
        NotTold: it could not be reached, or refused.
    """
    if settings.WEBSUB_HUB:
        feeds = [("hub.url", address) for address in feeds_of(article, at)]
        _post(settings.WEBSUB_HUB, urlencode([("hub.mode", "publish"), *feeds]), "application/x-www-form-urlencoded")


def tell_search_engines(article: Article) -> None:
    """Tell IndexNow that the page of an article is new, changed or gone.

    Raises:
        NotTold: it could not be reached, or refused.
    """
    if settings.INDEXNOW_KEY:
        said = {
            "host": urlsplit(settings.SITE_URL).hostname,
            "key": settings.INDEXNOW_KEY,
            "keyLocation": absolute(reverse("indexnow_key", args=[settings.INDEXNOW_KEY])),
            "urlList": [absolute(article.get_absolute_url())],
        }
        _post(settings.INDEXNOW_URL, json.dumps(said), "application/json; charset=utf-8")


def feeds_of(article: Article, at: datetime) -> list[str]:
    """The address of every public feed in which an article stands, or stood."""
    return [absolute(listing.feed(form)) for listing in _listings(article, at) for form in FORMATS]


def _listings(article: Article, at: datetime) -> Iterator[Listing]:
    yield listing_of_everything(article.language, at)
    if article.format and article.format.kind in PRO_LISTS:
        yield listing_of_kind(article.format.kind, article.language, at)
    filed = [article.section, article.country, article.series, *article.topics.all()]
    for subject in (*filed, *(byline.author for byline in article.bylines.all())):
        if subject is not None:
            yield listing_of(subject, article.language, at)


def _only_the_web() -> request.OpenerDirector:
    """Knows http and https and nothing else: no files, no redirects to where nobody sent us."""
    opener = request.OpenerDirector()
    sending = (request.HTTPHandler, request.HTTPSHandler)
    for handler in (*sending, request.HTTPErrorProcessor, request.HTTPDefaultErrorHandler):
        opener.add_handler(handler())
    return opener


def _post(address: str, body: str, content_type: str) -> None:
    if urlsplit(address).scheme not in {"http", "https"}:
        raise NotTold(f"{address} is no address of the web.")
    headers = {"Content-Type": content_type, "User-Agent": f"newsroom (+{settings.SITE_URL})"}
    asked = request.Request(address, data=body.encode(), headers=headers, method="POST")  # noqa: S310 - looked at above
    try:
        with _only_the_web().open(asked, timeout=PATIENCE):
            return
    except (OSError, HTTPException) as error:
        raise NotTold(f"{urlsplit(address).hostname} did not take it: {error}") from error
