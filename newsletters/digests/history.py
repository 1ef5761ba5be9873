"""What members know of a week's stories: what they read, if they wish that to be kept, and what they received."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta
from itertools import chain
from typing import NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import connection
from django.db.models import F

from articles.models import HistoryEntry
from newsletters.models import Edition, Ranking, Variant

# Older letters carried none of a week's stories, or one that editors pinned, which comes twice in any case.
LOOKS_BACK = timedelta(days=28)
_RECEIVED = """
SELECT copy.recipient_id, carried.place
FROM unnest(%s::bigint[], %s::int[]) WITH ORDINALITY AS carried (edition_id, variant, place)
JOIN newsletters_delivery AS copy ON copy.edition_id = carried.edition_id AND copy.variant = carried.variant
WHERE copy.edition_on BETWEEN %s AND %s AND copy.recipient_id = ANY(%s) AND copy.state IN ('accepted', 'uncertain')
"""


class Letter(NamedTuple):
    """A variant of another edition that carries some of the week's stories."""

    edition: int
    variant: int
    articles: tuple[int, ...]


def orders(users: Collection[int]) -> dict[int, list[int]]:
    """How they ranked the industries; who has ranked nothing is not in it."""
    ranked = Ranking.objects.filter(user__in=users).order_by().values_list("user")
    return dict(ranked.annotate(order=ArrayAgg("industry", order_by="position")))


def read(users: Collection[int], articles: Collection[int]) -> dict[int, list[int]]:
    """Which of the stories they have read, of those who keep a history, and only since they do."""
    entries = HistoryEntry.objects.filter(user__in=users, article__in=articles, user__history_since__isnull=False)
    of_theirs = entries.filter(last_read_at__gte=F("user__history_since")).order_by().values_list("user")
    return dict(of_theirs.annotate(articles=ArrayAgg("article")))


def letters_with(edition: Edition, articles: Collection[int]) -> list[Letter]:
    """What went out in the last weeks with any of the stories in it."""
    since = edition.edition_on - LOOKS_BACK
    near = Variant.objects.filter(edition__edition_on__range=(since, edition.edition_on)).exclude(edition=edition)
    rows = near.filter(items__overlap=list(articles)).values_list("edition_id", "number", "items")
    return [Letter(other, number, tuple(set(items) & set(articles))) for other, number, items in rows]


def received(edition: Edition, recipients: Sequence[int], letters: Sequence[Letter]) -> dict[int, set[int]]:
    """Which of the stories were in letters that these recipients got, or may have got."""
    if not letters:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _RECEIVED,
            [
                [letter.edition for letter in letters],
                [letter.variant for letter in letters],
                edition.edition_on - LOOKS_BACK,
                edition.edition_on,
                list(recipients),
            ],
        )
        found: dict[int, list[int]] = {}
        for recipient, place in cursor.fetchall():
            found.setdefault(recipient, []).append(place)
    return {
        recipient: set(chain.from_iterable(letters[place - 1].articles for place in places))
        for recipient, places in found.items()
    }
