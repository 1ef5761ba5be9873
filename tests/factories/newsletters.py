"""Newsletters and their editions. Times are relative to the product's clock."""

from __future__ import annotations

from datetime import time, timedelta
from itertools import count
from typing import Any

from articles.models import Article
from memberships import clock
from newsletters.models import Edition, EditionItem, Newsletter, Recipient
from newsletters.recipients import recipient_for

_numbers = count(1)


def make_newsletter(name: str = "", **fields: Any) -> Newsletter:
    """A free daily newsletter; with ``product`` one for its holders."""
    number = next(_numbers)
    values = {
        "slug": f"letter-{number}",
        "name": name or f"Letter {number}",
        "tagline": "What happened on the water.",
        "from_name": "The Corniche",
        "days": [0, 1, 2, 3, 4, 5, 6],
        "send_at": time(6, 0),
        **fields,
    }
    return Newsletter.objects.create(**values)


def make_edition(newsletter: Newsletter, *items: tuple[Article, str], **fields: Any) -> Edition:
    """Today's edition, sent an hour ago, of (article, editor's note) in order."""
    sent_at = clock.now() - timedelta(hours=1)
    values = {
        "newsletter": newsletter,
        "edition_on": sent_at.date(),
        "state": Edition.State.SENT,
        "due_at": sent_at,
        "covers_from": sent_at - timedelta(days=1),
        "covers_until": sent_at,
        "subject": "What happened overnight",
        "frozen_at": sent_at,
        "sent_at": sent_at,
        "audience_size": 1,
        **fields,
    }
    made = Edition.objects.create(**values)
    for position, (article, note) in enumerate(items, start=1):
        EditionItem.objects.create(edition=made, article=article, position=position, note=note)
    return made


def make_recipient(email: str = "") -> Recipient:
    return recipient_for(email or f"subscriber{next(_numbers)}@example.org", clock.now())
