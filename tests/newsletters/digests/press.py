"""A week of stories in industries, members who rank them, and the list that is composed of it for each."""

from __future__ import annotations

from articles.models import Article, HistoryEntry, Industry
from memberships.models import User
from newsletters import ranking
from newsletters.models import Delivery, Edition, Newsletter, Recipient, Signup, Variant
from newsletters.recipients import recipient_of
from tests.newsletters.builders import AT, edition, grant_pro, newsletter, person, pro, story


def industries(number: int = 3) -> list[Industry]:
    names = ["Banking", "Green Energy", "Oil & Gas", "Supply Chain"][:number]
    return [
        Industry.objects.get_or_create(slug=f"industry-{place}", defaults={"name": name, "position": place})[0]
        for place, name in enumerate(names)
    ]


def of(industry: Industry, headline: str = "", **fields) -> Article:
    made = story(headline, **fields)
    made.industries.add(industry)
    return made


def review_list(**fields) -> Newsletter:
    return newsletter(
        **{"kind": "review", "name": "The Review", "product": pro(), "most_items": 3, "days": [2], **fields}
    )


def review(letter: Newsletter, *stories: Article, **fields) -> Edition:
    return edition(letter, *stories, subject="The Review, 4 March 2026", **fields)


def member(letter: Newsletter, *order: Industry, read: tuple[Article, ...] = (), **fields) -> Recipient:
    """Somebody with PRO who gets it, ranks so, and has read so much since they keep a history."""
    user = person(history_since=AT if read else None, **fields)
    grant_pro(user)
    if order:
        ranking.keep(user, list(order))
    for each in read:
        HistoryEntry.objects.create(user=user, article=each, last_read_at=AT)
    reader = recipient_of(user, AT)
    # Where transactions are really committed it has come with the membership.
    said = {"state": Signup.State.CONFIRMED, "requested_at": AT, "confirmed_at": AT}
    Signup.objects.get_or_create(recipient=reader, newsletter=letter, defaults=said)
    return reader


def user_of(reader: Recipient) -> User:
    assert reader.user is not None
    return reader.user


def variant_of(made: Edition, reader: Recipient) -> Variant:
    copy = Delivery.objects.of_edition(made).get(recipient=reader)
    return Variant.objects.get(edition=made, number=copy.variant)
