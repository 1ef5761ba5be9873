"""Published texts and what they are filed under, made through the functions the desk uses.

Times are relative to the product's clock, for tests that ask pages, which read it themselves.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from articles import publishing
from articles.models import Article, Author, Country, Draft, Event, Format, FrontSlot, Section, Series, Topic
from memberships import clock
from tests.factories.memberships import pro

OPENING = "The harbour lowered what it asks of every ship."
SECRET = "The ferryman keeps the second ledger."
BREAK = "<div data-paywall-break></div>"
BODY = f"<p>{OPENING}</p>{BREAK}<p>{SECRET}</p>"
_numbers = count(1)


def named(model: type[Any], name: str, **fields: Any) -> Any:
    """A section, topic, country … of this name, made if there is none."""
    slug = fields.pop("slug", name.lower().replace(" ", "-"))
    return model.objects.get_or_create(slug=slug, defaults={"name": name, **fields})[0]


def section(name: str = "Politics", **fields: Any) -> Section:
    return named(Section, name, **fields)


def topic(name: str = "Ports", **fields: Any) -> Topic:
    return named(Topic, name, **fields)


def country(name: str = "Lebanon", code: str = "LB", **fields: Any) -> Country:
    return named(Country, name, code=code, **fields)


def series(name: str = "Lebanon Pulse", **fields: Any) -> Series:
    return named(Series, name, **fields)


def author(name: str = "Rima Daouk", **fields: Any) -> Author:
    return named(Author, name, **fields)


def format_of(kind: str) -> Format:
    """The format of a kind; memos and trend reports are PRO's."""
    deep = {"access": "product", "product": pro()} if kind in {"memo", "trend_report"} else {}
    return named(Format, kind.replace("_", " ").capitalize(), slug=kind, kind=kind, **deep)


def make_draft(headline: str = "", *, kind: str = "news", language: str = "en", **content: Any) -> Draft:
    """A draft that lacks nothing for publication. ``content`` is what :func:`articles.publishing.save` takes."""
    values: dict[str, Any] = {
        "headline": headline or f"Harbour story {next(_numbers)}",
        "standfirst": "What the port asks, and of whom.",
        "body": BODY,
        "format": format_of(kind),
        "section": section(),
        "bylines": [(author(), "")],
        **content,
    }
    group = values.pop("group", None)
    return publishing.create(language, None, clock.now(), content=values, group=group)  # type: ignore[arg-type]


def make_article(headline: str = "", *, at: datetime | None = None, **content: Any) -> Article:
    """A text readers may know of, published at ``at`` or a minute ago."""
    moment = at or clock.now() - timedelta(minutes=1)
    return publishing.publish(make_draft(headline, **content).article, None, clock.now(), dated=moment)


def place(article: Article, position: int, language: str = "en") -> FrontSlot:
    return FrontSlot.objects.create(article=article, position=position, language=language)


def make_event(**fields: Any) -> Event:
    """A live event tomorrow for everybody with an account."""
    number, begins = next(_numbers), clock.now() + timedelta(days=1)
    values = {
        "slug": f"event-{number}",
        "title": f"Ask the desk {number}",
        "standfirst": "An hour of questions.",
        "starts_at": begins,
        "ends_at": fields.get("starts_at", begins) + timedelta(hours=1),
        "time_zone": "Asia/Beirut",
        "is_published": True,
        **fields,
    }
    if values.get("access") == "product":
        values.setdefault("product", pro())
    return Event.objects.create(**values)
