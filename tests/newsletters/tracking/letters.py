"""Letters that went out and are counted, and who asks for what is in them."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client

from articles.models import Article
from memberships import clock
from newsletters import editions, tokens
from newsletters.models import Edition, Newsletter, Recipient
from tests.newsletters.builders import AT, edition

SOMEBODY = {
    "User-Agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) AppleWebKit/605.1 Version/19.0 Safari/604.1",
    "Sec-Fetch-Mode": "navigate",
}


def frozen(letter: Newsletter, *stories: Article, **fields) -> Edition:
    made = edition(letter, *stories, **fields)
    assert editions.freeze(made, AT)
    return Edition.objects.select_related("newsletter").get(pk=made.pk)


def sent(letter: Newsletter, *stories: Article) -> Edition:
    """One of today, handed over nine minutes ago, whatever the clock of the tests says."""
    made, now = frozen(letter, *stories), clock.now()
    Edition.objects.filter(pk=made.pk).update(edition_on=now.date(), state="sent", sent_at=now)
    made.deliveries.update(edition_on=now.date(), state="accepted", settled_at=now - timedelta(minutes=9))
    return Edition.objects.select_related("newsletter").get(pk=made.pk)


def token_of(made: Edition, reader: Recipient) -> str:
    return tokens.for_copy(reader.public_id, made.pk)


def opened(made: Edition, reader: Recipient, **headers):
    return Client().get(f"/n/o/{token_of(made, reader)}", headers={**SOMEBODY, **headers})


def followed(made: Edition, reader: Recipient, number: int = 1, **headers):
    return Client().get(f"/n/c/{token_of(made, reader)}/{number}", headers={**SOMEBODY, **headers})
