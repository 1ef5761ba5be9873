"""Writers, sections and drafts for the tests of this app, each made by one plain call."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from articles import publishing
from articles.models import Article, Author, Draft, Format, Picture, Section
from memberships.models import Paywall, Product, User

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECRET = "The ferryman keeps the second ledger."
BREAK = "<div data-paywall-break></div>"
BODY = f"<p>{'Everybody may read this. ' * 10}</p>{BREAK}<p>{SECRET}</p>"
_numbers = count(1)


def writer(email: str = "", **fields: Any) -> User:
    return User.objects.create_user(email or f"writer{next(_numbers)}@example.org", is_staff=True, **fields)


def author(name: str = "Rima Daouk", **fields: Any) -> Author:
    return Author.objects.create(name=name, slug=f"author-{next(_numbers)}", **fields)


def section(name: str = "Politics") -> Section:
    return Section.objects.create(name=name, slug=f"section-{next(_numbers)}")


def pro() -> Product:
    return Product.objects.get_or_create(slug="pro", defaults={"name": "Corniche PRO"})[0]


def news(**fields: Any) -> Format:
    return Format.objects.create(name="News", slug=f"news-{next(_numbers)}", **fields)


def memo() -> Format:
    return Format.objects.create(
        name="Memo", slug=f"memo-{next(_numbers)}", kind=Format.Kind.MEMO, access="product", product=pro()
    )


def picture(alt: str = "A harbour at dusk.", **fields: Any) -> Picture:
    """A row of the library without a file behind it."""
    number = next(_numbers)
    values = {"file_width": 1500, "file_height": 1000, "sha256": f"{number:064d}", "uploaded_at": NOW, **fields}
    made = Picture(alt=alt, **values)
    made.file.name = f"pictures/2026/11/{number}.jpg"
    Picture.objects.bulk_create([made])
    return Picture.objects.get(sha256=values["sha256"])


def draft(headline: str = "Harbour tariffs fall", language: str = "en", **content: Any) -> Draft:
    """A draft that lacks nothing for publication, unless ``content`` takes it away."""
    values: dict[str, Any] = {
        "headline": headline,
        "standfirst": "The port lowers what it asks.",
        "body": BODY,
        "bylines": [(author(), "")],
        **content,
    }
    values.setdefault("format", news())
    values.setdefault("section", section())
    return publishing.create(language, None, NOW - 10 * MINUTE, content=values)  # type: ignore[arg-type]


def published(headline: str = "Harbour tariffs fall", at: datetime = NOW, **content: Any) -> Article:
    return publishing.publish(draft(headline, **content).article, None, at)


def terms(**values: Any) -> Paywall:
    """The terms of reading, with these values instead of the defaults."""
    return Paywall.objects.update_or_create(pk=1, defaults=values)[0]
