"""What search engines and other sites are told about a page, made from what a reader may see.

Google's paywall markup: https://developers.google.com/search/docs/appearance/structured-data/paywalled-content. The
paid body is never in the page of somebody who may not read it, so only the top-level flag is given there; the class
selector is named where the text is present.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from articles.live_entries import entries_of
from articles.media import recordings, share_pictures
from articles.models import Byline, Correction, Event, Format, Recording
from articles.models.taxonomy import Access
from articles.reading import Reading

CONTEXT = "https://schema.org"
PAYWALL_CLASS = "paywall"
# The shapes Google asks a picture in: https://developers.google.com/search/docs/appearance/structured-data/article
SEARCH_SHAPES = ("1x1", "4x3", "16x9")
# Open Graph names a language together with a country.
LOCALES = {"en": "en_US", "ar": "ar_AR", "tr": "tr_TR"}


def absolute(path: str) -> str:
    """An address of this site as others must write it."""
    return path if path.startswith(("http://", "https://")) else f"{settings.SITE_URL}{path}"


def news_article(reading: Reading, corrections: Sequence[Correction] = ()) -> dict[str, Any]:
    """schema.org's NewsArticle for one reading of an article, with what was corrected in it."""
    article = reading.article
    is_free = article.access == Access.FREE
    address = absolute(article.get_absolute_url())
    changed = [moment for moment in (article.updated_at, *(row.corrected_at for row in corrections)) if moment]
    data: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "NewsArticle",
        "headline": article.headline,
        "description": article.standfirst,
        "inLanguage": article.language,
        "url": address,
        "mainEntityOfPage": address,
        "image": [absolute(share_pictures.address(article, shape)) for shape in SEARCH_SHAPES],
        "datePublished": _iso(article.first_published_at),
        "dateModified": _iso(max(changed, default=article.first_published_at)),
        "author": [_author(byline, article.language) for byline in article.bylines.all()] or [publisher()],
        "publisher": publisher(),
        "isAccessibleForFree": is_free,
        "wordCount": article.word_count,
    }
    if article.format and article.format.kind == Format.Kind.LIVE:
        data |= _as_it_runs(reading, address)
    if article.recording:
        data[article.recording.kind] = _recording(reading, article.recording)
    if article.section:
        data["articleSection"] = article.section.name_in(article.language)
    if corrections:
        data["correction"] = [
            {"@type": "CorrectionComment", "text": row.text, "datePublished": _iso(row.corrected_at)}
            for row in corrections
        ]
    if not is_free and reading.rest_html:
        data["hasPart"] = {
            "@type": "WebPageElement",
            "isAccessibleForFree": False,
            "cssSelector": f".{PAYWALL_CLASS}",
        }
    return data


def _recording(reading: Reading, recording: Recording) -> dict[str, Any]:
    """schema.org's AudioObject or VideoObject. Only what is free to all says where it can be fetched."""
    article = reading.article
    is_video, is_free = recording.kind == Recording.Kind.VIDEO, article.access == Access.FREE
    minutes, seconds = divmod(recording.seconds, 60)
    data: dict[str, Any] = {
        "@type": "VideoObject" if is_video else "AudioObject",
        "name": recording.title,
        "description": article.standfirst,
        "duration": f"PT{minutes}M{seconds}S",
        "encodingFormat": recording.media_type,
        "uploadDate": _iso(article.first_published_at),
        "isAccessibleForFree": is_free,
    }
    if is_video:
        data |= {"width": recording.width, "height": recording.height}
        data["thumbnailUrl"] = absolute(share_pictures.address(article, SEARCH_SHAPES[-1]))
    if is_free:
        data["contentUrl"] = absolute(recordings.address(article))
    return data


def _as_it_runs(reading: Reading, address: str) -> dict[str, Any]:
    """What makes an article a LiveBlogPosting (https://schema.org/LiveBlogPosting). The entries' times are those of a
    place, which only their words name, so no moment is claimed for them."""
    entries = [
        {
            "@type": "BlogPosting",
            "headline": entry.headline,
            "url": f"{address}#{entry.anchor}",
            "articleBody": entry.text,
        }
        for entry in entries_of(reading.html)
    ]
    started = _iso(reading.article.first_published_at)
    return {"@type": ["NewsArticle", "LiveBlogPosting"], "coverageStartTime": started, "liveBlogUpdate": entries}


def publisher() -> dict[str, Any]:
    """The house, as every article names it."""
    return {
        "@type": "NewsMediaOrganization",
        "name": settings.SITE_NAME,
        "url": settings.SITE_URL,
        "logo": {"@type": "ImageObject", "url": absolute(static("img/icon-180.png")), "width": 180, "height": 180},
    }


def house() -> dict[str, Any]:
    """The publication on its front page: who it is and how it corrects."""
    return {
        "@context": CONTEXT,
        **publisher(),
        "description": settings.SITE_DESCRIPTION,
        "email": settings.CONTACT_EMAIL,
        "correctionsPolicy": absolute(reverse("legal", args=["corrections"])),
        "ethicsPolicy": absolute(reverse("legal", args=["about"])),
    }


def website(language: str) -> dict[str, Any]:
    """The site, and how it is searched."""
    template = f"{absolute(reverse('search'))}?q={{search_term_string}}"
    return {
        "@context": CONTEXT,
        "@type": "WebSite",
        "name": settings.SITE_NAME,
        "url": settings.SITE_URL,
        "inLanguage": language,
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": template},
            "query-input": "required name=search_term_string",
        },
    }


def breadcrumbs(crumbs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Where a page stands, as (name, path) from the front page down, the page itself last."""
    return {
        "@context": CONTEXT,
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": absolute(path)}
            for number, (name, path) in enumerate(crumbs, 1)
        ],
    }


def event(item: Event) -> dict[str, Any]:
    """schema.org's Event; the stream's own address is for those who registered, so the event's page stands for it."""
    page = absolute(item.get_absolute_url())
    is_online = item.kind == Event.Kind.LIVE
    mode = "OnlineEventAttendanceMode" if is_online else "OfflineEventAttendanceMode"
    location = {"@type": "VirtualLocation", "url": page}
    if not is_online:
        location = {"@type": "Place", "name": item.place, "address": item.place}
    data: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "Event",
        "name": item.title,
        "description": item.standfirst,
        "inLanguage": item.language,
        "url": page,
        "startDate": _iso(item.starts_at),
        "endDate": _iso(item.ends_at),
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": f"https://schema.org/{mode}",
        "location": location,
        "organizer": publisher(),
        "isAccessibleForFree": item.access != Access.PRODUCT,
        "performer": [
            {"@type": "Person", "name": author.name_in(item.language), "url": absolute(author.get_absolute_url())}
            for author in item.speakers.all()
        ],
    }
    if item.picture:
        data["image"] = [absolute(item.picture.file.url)]
    if item.access != Access.PRODUCT:
        data["offers"] = {"@type": "Offer", "price": 0, "priceCurrency": "USD", "url": page}
    return data


def as_script(data: dict[str, Any]) -> SafeString:
    """JSON that may stand inside a ``<script>`` element, whatever a headline holds."""
    text = json.dumps(data, ensure_ascii=False)
    for character, escaped in (("<", "\\u003C"), (">", "\\u003E"), ("&", "\\u0026")):
        text = text.replace(character, escaped)
    return mark_safe(text)  # noqa: S308 - no character that HTML knows is left


def _author(byline: Byline, language: str) -> dict[str, Any]:
    author = byline.author
    data = {"@type": "Person", "name": author.name_in(language), "url": absolute(author.get_absolute_url())}
    if role := byline.role or author.role:
        data["jobTitle"] = role
    return data


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
