"""By what way and from which story somebody came to the till: kept with their visit, never in a cookie.

What is known is what the one page they came from says: the address of a story, with the campaign or the newsletter's
edition in it, and the host of another site before it. The last touch is that of the visit itself, the first that of the
person's first visit. All of it is hearsay.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from django.http import HttpRequest

from memberships.arrivals import arrival_of, host_told
from memberships.models import CheckoutAttempt

Source = CheckoutAttempt.Source

# The source that our own letters name in their links, with the edition as the content.
NEWSLETTER = "newsletter"
_LONGEST = 100
_SEPARATOR = "|"
# By the last labels of a host: what comes before them is a country's or a device's.
_SEARCH = frozenset(
    ("google", "bing", "duckduckgo", "yahoo", "yandex", "ecosia", "qwant", "baidu", "startpage", "kagi")
)
_SOCIAL = frozenset(
    ("facebook", "instagram", "twitter", "x", "t", "linkedin", "lnkd", "reddit", "youtube", "threads", "bsky", "tiktok",
     "whatsapp", "telegram", "mastodon", "pinterest")
)  # fmt: skip


@dataclass(frozen=True)
class Touch:
    """``name`` is the host of the other site or the source a campaign names; empty, or nothing, what is not known."""

    source: str = ""
    name: str = ""
    article: UUID | None = None
    edition: UUID | None = None

    def packed(self) -> str:
        """For a field of a form."""
        return _SEPARATOR.join((self.source, self.name, str(self.article or ""), str(self.edition or "")))

    @classmethod
    def unpacked(cls, text: str) -> Touch:
        """The touch in a field that a browser sent; an unknown one where it is none."""
        source, *rest = text.split(_SEPARATOR)
        if source not in Source.values or len(rest) != 3:
            return cls()
        return cls(source, _clean(rest[0]), _id(rest[1]), _id(rest[2]))


UNKNOWN = Touch()


def touch_of(request: HttpRequest, article: UUID | None = None) -> Touch:
    """How the request's reader came; ``article`` is the story they want to go back to, where that is known."""
    said = {**_page_before(request), **{name: request.GET[name] for name in request.GET}}
    source, edition = _clean(said.get("utm_source", "")).casefold(), _id(said.get("utm_content", ""))
    if source == NEWSLETTER:
        return Touch(Source.NEWSLETTER, "", article, edition)
    if source:
        return Touch(Source.CAMPAIGN, source, article)
    host = arrival_of(request).referrer or host_told(said.get("from", ""))
    return Touch(_kind_of(host), host[:_LONGEST], article)


def write(attempt: CheckoutAttempt, touch: Touch) -> None:
    """Put the touch on a visit that is not saved yet, or on one that is gone on with; the first touch stays."""
    if not attempt.first_source:
        known = CheckoutAttempt.objects.filter(user=attempt.user).exclude(first_source="")
        earlier = known.order_by("created_at").first()
        attempt.first_source = earlier.first_source if earlier else touch.source
        attempt.first_article = earlier.first_article if earlier else touch.article
        attempt.first_edition = earlier.first_edition if earlier else touch.edition
    if touch.source:
        attempt.last_source, attempt.last_name = touch.source, touch.name
        attempt.last_article, attempt.last_edition = touch.article, touch.edition


COLUMNS = (
    "first_source", "first_article", "first_edition", "last_source", "last_name", "last_article", "last_edition",
)  # fmt: skip


def _page_before(request: HttpRequest) -> dict[str, str]:
    """The query of the page of ours that led here; of another site's page nothing is read but its host."""
    address = request.headers.get("Referer", "")
    if arrival_of(request).referrer:
        return {}
    with suppress(ValueError):
        return {name: values[0] for name, values in parse_qs(urlsplit(address[:4096]).query).items()}
    return {}


def _kind_of(host: str) -> str:
    if not host:
        return Source.DIRECT
    labels = set(host.removesuffix(".com").split("."))
    if labels & _SEARCH:
        return Source.SEARCH
    return Source.SOCIAL if labels & _SOCIAL else Source.SITE


def _clean(text: str) -> str:
    text = text.replace(_SEPARATOR, " ").strip()[:_LONGEST]
    return text if text.isprintable() else ""


def _id(text: str) -> UUID | None:
    with suppress(ValueError):
        return UUID(text)
    return None
