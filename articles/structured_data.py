"""What search engines and other sites are told about a page, made from what a reader may see.

Google's paywall markup: https://developers.google.com/search/docs/appearance/structured-data/paywalled-content. The
paid body is never in the page of somebody who may not read it, so only the top-level flag is given there; the class
selector is named where the text is present.
"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from articles.models import Event
from articles.reading import Reading

PAYWALL_CLASS = "paywall"


def absolute(path: str) -> str:
    """An address of this site as others must write it."""
    return path if path.startswith(("http://", "https://")) else f"{settings.SITE_URL}{path}"


def news_article(reading: Reading) -> dict[str, Any]:
    """schema.org's NewsArticle for one reading of an article."""
    article = reading.article
    is_free = article.access == "free"
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.headline,
        "description": article.standfirst,
        "inLanguage": article.language,
        "mainEntityOfPage": absolute(article.get_absolute_url()),
        "datePublished": _iso(article.first_published_at),
        "dateModified": _iso(article.updated_at or article.first_published_at),
        "author": [
            {"@type": "Person", "name": byline.author.name, "url": absolute(byline.author.get_absolute_url())}
            for byline in article.bylines.all()
        ],
        "publisher": {"@type": "NewsMediaOrganization", "name": settings.SITE_NAME, "url": settings.SITE_URL},
        "isAccessibleForFree": is_free,
        "wordCount": article.word_count,
    }
    if article.section:
        data["articleSection"] = article.section.name
    if article.lead_picture:
        data["image"] = [absolute(article.lead_picture.file.url)]
    if not is_free and reading.is_complete:
        data["hasPart"] = {
            "@type": "WebPageElement",
            "isAccessibleForFree": False,
            "cssSelector": f".{PAYWALL_CLASS}",
        }
    return data


def event(item: Event) -> dict[str, Any]:
    """schema.org's Event; the stream's own address is for those who registered, so the event's page stands for it."""
    page = absolute(item.get_absolute_url())
    is_online = item.kind == Event.Kind.LIVE
    mode = "OnlineEventAttendanceMode" if is_online else "OfflineEventAttendanceMode"
    location = {"@type": "VirtualLocation", "url": page} if is_online else {"@type": "Place", "name": item.place}
    return {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": item.title,
        "description": item.standfirst,
        "startDate": _iso(item.starts_at),
        "endDate": _iso(item.ends_at),
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": f"https://schema.org/{mode}",
        "location": location,
        "organizer": {"@type": "Organization", "name": settings.SITE_NAME, "url": settings.SITE_URL},
    }


def as_script(data: dict[str, Any]) -> SafeString:
    """JSON that may stand inside a ``<script>`` element, whatever a headline holds."""
    text = json.dumps(data, ensure_ascii=False)
    for character, escaped in (("<", "\\u003C"), (">", "\\u003E"), ("&", "\\u0026")):
        text = text.replace(character, escaped)
    return mark_safe(text)  # noqa: S308 - no character that HTML knows is left


def _iso(moment: Any) -> str:
    return moment.isoformat() if moment else ""
