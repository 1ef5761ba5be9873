"""Members of PRO who get a review of their own, and the week's stories, for :mod:`benchmarks.press`."""

from __future__ import annotations

import random
from datetime import date, timedelta

from django.db import connection

from articles.models import Article, HistoryEntry, Industry
from benchmarks.press import LETTER, compose, words
from memberships import clock
from memberships.models import Entitlement, Product, User
from newsletters.delivery.copies import Copy
from newsletters.delivery.editions import stencils_of
from newsletters.models import (
    Delivery,
    Edition,
    EditionItem,
    Newsletter,
    Ranking,
    Recipient,
    Signup,
    Variant,
)


def fill_members(readers: int) -> int:
    """A weekly review and so many members who get it, each with an order of nine industries of their own; its key."""
    at = clock.now()
    pro = Product.objects.create(slug="pro", name="PRO")
    letter = Newsletter.objects.create(
        slug="review", name="The Review", from_name="The Corniche", send_at="06:00", days=[], kind="review",
        product=pro, most_items=12,
    )  # fmt: skip
    industries = [Industry.objects.create(slug=f"i{n}", name=f"Industry {n}", position=n) for n in range(9)]
    users = User.objects.bulk_create(
        (User(email=f"r{n}@example.org", email_as_typed=f"r{n}@example.org", history_since=at) for n in range(readers)),
        batch_size=5000,
    )
    Entitlement.objects.bulk_create(
        (
            Entitlement(
                user=user, product=pro, source="comp", source_ref=f"c{user.pk}", starts_at=at - timedelta(days=1),
                created_at=at, reason="measured",
            )
            for user in users
        ),
        batch_size=5000,
    )  # fmt: skip
    recipients = Recipient.objects.bulk_create(
        (Recipient(email=user.email, email_as_typed=user.email, user=user, created_at=at) for user in users),
        batch_size=5000,
    )
    Signup.objects.bulk_create(
        (
            Signup(recipient=each, newsletter=letter, state="confirmed", requested_at=at, confirmed_at=at)
            for each in recipients
        ),
        batch_size=5000,
    )
    lucky = random.Random(9)
    Ranking.objects.bulk_create(
        (
            Ranking(user=user, industry=industry, position=place)
            for user in users
            for place, industry in enumerate(lucky.sample(industries, 9), start=1)
        ),
        batch_size=5000,
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return letter.pk


def compose_review(letter: int, number: int) -> int:
    """An approved review of sixty stories, three of which each member has read, after five briefings; its key."""
    edition = Edition.objects.get(pk=compose(letter, number))
    edition.items.all().delete()
    Edition.objects.filter(pk=edition.pk).update(introduction=words(LETTER // 8), subject="The Review")
    stories = _stories(number)
    EditionItem.objects.bulk_create(
        EditionItem(edition=edition, article=story, position=place) for place, story in enumerate(stories, start=1)
    )
    members = list(Newsletter.objects.get(pk=letter).signups.values_list("recipient", "recipient__user"))
    lucky = random.Random(number)
    HistoryEntry.objects.bulk_create(
        (
            HistoryEntry(user_id=user, article=story, last_read_at=clock.now())
            for _recipient, user in members
            for story in lucky.sample(stories, 3)
        ),
        batch_size=5000,
    )
    for days in range(1, 6):
        carried = [stories[days].pk, stories[-days].pk]
        _brief(edition.edition_on - timedelta(days=days), carried, [key for key, _user in members if key % 3])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return edition.pk


def _stories(number: int) -> list[Article]:
    at, industries, whole = clock.now(), list(Industry.objects.all()), Article.objects.order_by("pk")[0]
    stories = [
        Article.objects.create(
            headline=f"Story {number}.{place} of an industry that somebody ranks", year=at.year, month=at.month,
            standfirst="What happened, and what it means for whoever has money in it. " * 3, access="metered",
            slug=f"review-{number}-{place}", state="published", first_published_at=at, created_at=at,
            section=whole.section, format=whole.format, opening_html="<p>Open.</p>", word_count=700,
        )
        for place in range(60)
    ]  # fmt: skip
    for place, story in enumerate(stories):
        story.industries.add(industries[place % len(industries)])
    return stories


def _brief(day: date, carried: list[int], readers: list[int]) -> None:
    """A briefing that arrived at so many."""
    at = clock.now()
    briefing, _made = Newsletter.objects.get_or_create(
        slug="briefing", defaults={"name": "Briefing", "from_name": "The Corniche", "send_at": "06:00", "days": []}
    )
    sent = Edition.objects.create(
        newsletter=briefing,
        edition_on=day,
        is_primary=False,
        due_at=at,
        covers_from=at,
        covers_until=at,
        subject="Sent",
    )
    Variant.objects.create(edition=sent, number=1, language="en", rendered_at=at, items=carried)
    Delivery.objects.bulk_create(
        (Delivery(edition=sent, edition_on=day, recipient_id=key, state="accepted") for key in readers),
        batch_size=5000,
    )


def variants(edition: int) -> int:
    """How many letters of an edition differ."""
    return Variant.objects.filter(edition=edition).count()


def size(edition: int) -> int:
    """Bytes of one of an edition's letters, as it goes over the wire."""
    sent = Edition.objects.select_related("newsletter").get(pk=edition)
    one = Delivery.objects.of_edition(sent).select_related("recipient")[0]
    reader = one.recipient
    copy = Copy(reader.pk, reader.public_id, reader.email_as_typed, reader.domain, 0, one.variant)
    letter = (one.variant, False)
    return len(stencils_of(sent)([letter])[letter].fill(copy))
