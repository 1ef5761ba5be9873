"""Lists, stories and readers for the tests of this app, each made by one plain call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import count
from tempfile import TemporaryDirectory

from allauth.account.models import EmailAddress
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import override_settings

from articles.media.pictures import rendition_urls
from articles.models import Article, Format, Picture, Section
from memberships import entitlements
from memberships.entitlements import Origin
from memberships.models import Entitlement, Product, User
from newsletters.delivery.copies import Copy
from newsletters.delivery.editions import sheet_of
from newsletters.delivery.stencils import Stencil
from newsletters.models import Edition, EditionItem, Newsletter, Recipient, Signup, Sponsorship, Variant
from newsletters.presenting import render_edition
from newsletters.recipients import recipient_for
from newsletters.substitution import Places
from tests.articles.builders import picture as row_of_a_picture

AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
SECRET = "The ferryman keeps the second ledger."
_numbers = count(1)


def person(email: str = "", *, is_confirmed: bool = True, **fields) -> User:
    user = User.objects.create_user(email or f"reader{next(_numbers)}@example.org", **fields)
    EmailAddress.objects.create(user=user, email=user.email, verified=is_confirmed, primary=True)
    return user


def pro() -> Product:
    return Product.objects.get_or_create(slug="pro", defaults={"name": "Corniche PRO"})[0]


def grant_pro(user: User, *, since: datetime = AT - timedelta(days=9), until: datetime | None = None) -> Origin:
    origin = Origin(Entitlement.Source.COMP, f"comp-{next(_numbers)}")
    entitlements.grant(user, pro(), origin, starts_at=since, until=until, at=since, reason="test")
    return origin


def newsletter(slug: str = "", **fields) -> Newsletter:
    number = next(_numbers)
    values = {
        "slug": slug or f"letter-{number}",
        "name": f"Letter {number}",
        "from_name": "The Corniche",
        "days": [0, 1, 2, 3, 4],
        "send_at": time(6, 0),
        "time_zone": "UTC",
        **fields,
    }
    return Newsletter.objects.create(**values)


def section(**fields) -> Section:
    number = next(_numbers)
    return Section.objects.create(**{"slug": f"section-{number}", "name": f"Section {number}", **fields})


def news(**fields) -> Format:
    number = next(_numbers)
    return Format.objects.create(**{"slug": f"format-{number}", "name": "Intel", **fields})


def story(headline: str = "", *, published_at: datetime = AT - timedelta(hours=12), **fields) -> Article:
    number = next(_numbers)
    values = {
        "headline": headline or f"Story {number}",
        "standfirst": f"What happened in story {number}.",
        "slug": f"story-{number}",
        "year": published_at.year,
        "month": published_at.month,
        "state": Article.State.PUBLISHED,
        "first_published_at": published_at,
        "created_at": published_at,
        "opening_html": "<p>Everybody may read this.</p>",
        "paid_html": "" if fields.get("access", "free") == "free" else f"<p>{SECRET}</p>",
        "word_count": 700,
        **fields,
    }
    values.setdefault("section", section())
    values.setdefault("format", news())
    return Article.objects.create(**values)


@contextmanager
def kept_pictures() -> Iterator[None]:
    """The library's files in a folder of their own."""
    with TemporaryDirectory() as folder, override_settings(MEDIA_ROOT=folder):
        yield


def picture(alt: str = "Ships at dawn.", *sizes: int, **fields) -> Picture:
    """A picture of the library whose JPEGs of 400, 800, 1200 and 1600 pixels have these many bytes."""
    made = row_of_a_picture(alt, **{"credit": "Photo: Rima", "renditions_made_at": AT, **fields})
    for (_width, url), size in zip(rendition_urls(made, "jpeg"), sizes or (9000,) * 4, strict=False):
        default_storage.save(url.removeprefix("/media/"), ContentFile(bytes(size)))
    return made


def memo(headline: str = "", **fields) -> Article:
    return story(headline, **{"access": "product", "product": pro(), "standfirst": "", **fields})


def recipient(email: str = "", **fields) -> Recipient:
    return recipient_for(email or f"subscriber{next(_numbers)}@example.org", AT, **fields)


def subscriber(newsletter: Newsletter, email: str = "") -> Recipient:
    """Somebody who confirmed."""
    person = recipient(email)
    Signup.objects.create(
        recipient=person,
        newsletter=newsletter,
        state=Signup.State.CONFIRMED,
        requested_at=AT - timedelta(days=2),
        confirmed_at=AT - timedelta(days=2),
    )
    return person


def edition(newsletter: Newsletter, *stories: Article, **fields) -> Edition:
    """An approved edition that is due."""
    values = {
        "newsletter": newsletter,
        "edition_on": AT.date(),
        "state": Edition.State.APPROVED,
        "due_at": AT - timedelta(minutes=1),
        "covers_from": AT - timedelta(days=1),
        "covers_until": AT - timedelta(minutes=1),
        "subject": "What happened overnight",
        **fields,
    }
    made = Edition.objects.create(**values)
    for number, article in enumerate(stories or [story()], start=1):
        EditionItem.objects.create(edition=made, article=article, position=number)
    return made


def sold(letter: Newsletter, sponsor: str = "Gulf Ferries", **fields) -> Sponsorship:
    """A place behind the first story, on the builders' day, that has been reviewed."""
    values = {
        "newsletter": letter, "sponsor": sponsor, "words": "Cross by night.", "url": "https://ferries.example/?a=1&b=2",
        "starts_on": AT.date(), "ends_on": AT.date(), "reviewed_at": AT, **fields,
    }  # fmt: skip
    return Sponsorship.objects.create(**values)


def arrived(edition: Edition, recipient: Recipient, at: datetime = AT) -> EmailMessage:
    """The recipient's copy of the edition, as a mail program reads it."""
    content = render_edition(edition, at)
    variant = Variant(
        edition=edition,
        number=1,
        language=content.language,
        subject=content.subject,
        text=content.text,
        html=content.html,
    )
    stencil = Stencil(sheet_of(edition, variant), Places.of(edition))
    copy = Copy(recipient.pk, recipient.public_id, recipient.email_as_typed, recipient.domain, attempts=0, variant=1)
    return message_from_bytes(stencil.fill(copy), policy=policy.default)
