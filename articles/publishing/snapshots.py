"""A draft as JSON and back: what a revision keeps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict, cast

from django.db.models import Model
from django.utils.dateparse import parse_datetime

from articles.models import Author, Country, Draft, Format, Industry, Picture, Recording, Section, Series, Topic
from memberships.models import Product

TEXTS = ("headline", "standfirst", "dateline", "lead_caption", "body", "slug", "access", "desk_notes")
LINKS: dict[str, type[Model]] = {
    "format": Format,
    "section": Section,
    "country": Country,
    "series": Series,
    "lead_picture": Picture,
    "recording": Recording,
    "product": Product,
}
SETS: dict[str, type[Model]] = {"topics": Topic, "industries": Industry}


class DraftContent(TypedDict, total=False):
    """What one save changes; what is not named stays. ``bylines`` are (author, role) in order."""

    headline: str
    standfirst: str
    dateline: str
    lead_caption: str
    body: str
    slug: str
    access: str
    desk_notes: str
    format: Format | None
    section: Section | None
    country: Country | None
    series: Series | None
    lead_picture: Picture | None
    recording: Recording | None
    product: Product | None
    embargo_until: datetime | None
    topics: Sequence[Topic]
    industries: Sequence[Industry]
    bylines: Sequence[tuple[Author, str]]


def snapshot_of(draft: Draft) -> dict[str, Any]:
    """Everything a person wrote or chose, rows named by their primary keys."""
    return {
        **{name: getattr(draft, name) for name in TEXTS},
        **{name: getattr(draft, f"{name}_id") for name in LINKS},
        **{name: sorted(getattr(draft, name).values_list("pk", flat=True)) for name in SETS},
        "embargo_until": draft.embargo_until.isoformat() if draft.embargo_until else None,
        "bylines": [[author, role] for author, role in draft.bylines.values_list("author_id", "role")],
    }


def content_of(snapshot: dict[str, Any]) -> DraftContent:
    """The content a snapshot stands for. A section, picture or author deleted since then is left out."""
    authors = Author.objects.in_bulk([pk for pk, _role in snapshot.get("bylines", [])])
    content: dict[str, Any] = {name: snapshot[name] for name in TEXTS if name in snapshot}
    for name, model in LINKS.items():
        content[name] = model._default_manager.filter(pk=snapshot.get(name)).first()
    for name, model in SETS.items():
        content[name] = list(model._default_manager.filter(pk__in=snapshot.get(name, [])))
    content["embargo_until"] = parse_datetime(snapshot.get("embargo_until") or "")
    content["bylines"] = [(authors[pk], role) for pk, role in snapshot.get("bylines", []) if pk in authors]
    return cast(DraftContent, content)
