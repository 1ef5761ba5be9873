"""Writes the demo's stories at the desk and publishes them, each at its hour."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from html import escape
from typing import Any

from articles import publishing
from articles.models import (
    Article,
    Author,
    Chart,
    Country,
    Format,
    FrontSlot,
    Industry,
    Picture,
    Section,
    Series,
    Topic,
)
from articles.models.taxonomy import Access
from articles.publishing import DraftContent
from memberships.models import Product, User
from newsroom.demo.seeding.content import Text
from newsroom.demo.seeding.filing import access_of
from newsroom.demo.seeding.recordings import recording_of

TOP_PLACES = 6
_PICTURE = re.compile(r'data-picture="([^"]+)"')
_BREAK = "<div data-paywall-break></div>"
_LINK = re.compile(r'href="/articles/@([^/"]+)/"')


def seed_stories(
    texts: list[Text], pictures: dict[str, Picture], pro: Product, at: datetime, progress: Callable[[str], None]
) -> None:
    """Publish every story ``published_hours_ago`` before ``at``; one whose address exists is left alone."""
    editor = User.objects.filter(email="editor@corniche.example").first()
    articles: dict[str, Article] = {}
    for number, text in enumerate(texts, start=1):
        progress(f"Publishing stories {number}/{len(texts)}")
        articles[text.head["slug"]] = _publish(text, articles, pictures, pro, editor, at)
    _place(texts, articles)


def _publish(
    text: Text,
    before: dict[str, Article],
    pictures: dict[str, Picture],
    pro: Product,
    editor: User | None,
    at: datetime,
) -> Article:
    head = text.head
    known = Article.objects.filter(slug=head["slug"]).first()
    if known is not None:
        return known
    moment = at - timedelta(hours=float(head["published_hours_ago"]))
    origin = before.get(head.get("translation_of", ""))
    _charts(head)
    content = _content(text, before, pictures, pro)
    content["recording"] = recording_of(head, pictures, moment)
    draft = publishing.create(head["language"], editor, moment, content=content, group=origin.group if origin else None)
    article = publishing.publish(draft.article, editor, moment)
    changed = at - timedelta(hours=float(head.get("updated_hours_ago", head["published_hours_ago"])))
    if head.get("correction"):
        publishing.correct(article, head["correction"], editor, changed)
    if changed > moment:
        article = publishing.publish(article, editor, changed)
    return article


def _content(text: Text, before: dict[str, Article], pictures: dict[str, Picture], pro: Product) -> DraftContent:
    head = text.head
    content: DraftContent = {
        "headline": head["headline"],
        "standfirst": head["standfirst"],
        "dateline": head.get("dateline", ""),
        "slug": head["slug"],
        "body": _body(text, before, pictures),
        "format": Format.objects.get(slug=head["format"]),
        "section": Section.objects.get(slug=head["section"]),
        "country": Country.objects.filter(code=head.get("country", "")).first(),
        "series": Series.objects.filter(slug=head.get("series", "")).first(),
        "lead_picture": pictures.get(head.get("picture", "")),
        "topics": list(Topic.objects.filter(slug__in=head.get("topics", []))),
        "industries": list(Industry.objects.filter(slug__in=head.get("industries", []))),
        "bylines": [(Author.objects.get(slug=slug), "") for slug in head["authors"]],
    }
    if "access" in head:
        access, product = access_of(head["access"], pro)
        content["access"] = access
        content["product"] = product if access == Access.PRODUCT else None
    return content


def _body(text: Text, before: dict[str, Article], pictures: dict[str, Picture]) -> str:
    """The body with pictures named by their public ids, links by their addresses, and key points behind the wall.

    A memo's key points are its substance: they are the first thing a member reads on.
    """
    body = _PICTURE.sub(lambda match: f'data-picture="{pictures[match[1]].public_id}"', text.body)
    body = _LINK.sub(lambda match: f'href="{before[match[1]].get_absolute_url()}"', body)
    points = text.head.get("key_points", [])
    if points:
        listed = "".join(f"<li>{escape(point, quote=False)}</li>" for point in points)
        body = body.replace(_BREAK, f'{_BREAK}<aside class="key-points"><ul>{listed}</ul></aside>', 1)
    return body


def _charts(head: dict[str, Any]) -> None:
    for chart in head.get("charts", []):
        Chart.objects.get_or_create(
            slug=chart["id"],
            defaults={
                "title": chart["title"],
                "kind": chart["kind"],
                "unit": chart.get("unit", ""),
                "source": chart.get("source", ""),
                "note": chart.get("note", ""),
                "labels": chart["x"],
                "rows": chart["series"],
            },
        )


def _place(texts: list[Text], articles: dict[str, Article]) -> None:
    """Put what the content files mark for it on top of each language's front, the lead first."""
    if FrontSlot.objects.exists():
        return
    marked = sorted((text for text in texts if "front" in text.head), key=lambda text: text.head["front"] != "lead")
    taken: Counter[str] = Counter()
    for text in marked:
        language = text.head["language"]
        if taken[language] < TOP_PLACES:
            taken[language] += 1
            article = articles[text.head["slug"]]
            FrontSlot.objects.create(language=language, position=taken[language], article=article)
