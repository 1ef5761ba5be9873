"""Which review each copy of an edition is: decided for the whole audience as it is frozen, some thousands at a time.

What is held meanwhile are arrays of one chunk, and some hundred bytes for each review that differs from all others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Max
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from newsletters.digests import history, printing
from newsletters.digests.allocating import Pick, Slate, allocate
from newsletters.digests.blocks import reason_of
from newsletters.digests.grouping import history_class
from newsletters.models import Delivery, Edition, SendState, Variant
from newsletters.querysets import DeliveryQuerySet

CHUNK = 5000
NOTHING = 0
_READERS = """
SELECT copy.recipient_id, reader.user_id
FROM newsletters_delivery AS copy JOIN newsletters_recipient AS reader ON reader.id = copy.recipient_id
WHERE copy.edition_on = %s AND copy.edition_id = %s AND copy.state = 'queued' AND copy.recipient_id > %s
ORDER BY copy.recipient_id LIMIT %s
"""
_WRITE = """
INSERT INTO newsletters_variant
    (edition_id, number, language, subject, text, html, rendered_at, items, reasons)
SELECT %s, told.number, %s, %s, '', '', %s, told.items::bigint[], told.reasons::varchar[]
FROM unnest(%s::int[], %s::text[], %s::text[]) AS told (number, items, reasons)
"""
_ASSIGN = """
UPDATE newsletters_delivery AS copy SET variant = told.variant
FROM unnest(%s::bigint[], %s::int[]) AS told (recipient_id, variant)
WHERE copy.edition_on = %s AND copy.edition_id = %s AND copy.recipient_id = told.recipient_id AND copy.state = 'queued'
"""


class _Reader(NamedTuple):
    recipient: int
    user: int | None


class _Numbers:
    """The edition's reviews that are known so far, each with its number, and those that have to be written."""

    def __init__(self, edition: Edition, last: int, at: datetime) -> None:
        self._edition, self._last, self._at = edition, last, at
        self._by_picks: dict[bytes, int] = {}
        self._new: list[tuple[int, str, str]] = []

    def of(self, items: Sequence[int], reasons: Sequence[str]) -> int:
        """The number of the review with these stories, for these reasons."""
        if not items:
            return NOTHING
        told = f"{{{','.join(map(str, items))}}}", f"{{{','.join(reasons)}}}"
        digest = hashlib.blake2b("".join(told).encode(), digest_size=16).digest()
        number = self._by_picks.get(digest)
        if number is None:
            self._last += 1
            number = self._by_picks[digest] = self._last
            self._new.append((number, *told))
        return number

    def write(self) -> None:
        if not self._new:
            return
        numbers, items, reasons = (list(column) for column in zip(*self._new, strict=True))
        edition = self._edition
        with connection.cursor() as cursor:
            cursor.execute(
                _WRITE,
                [edition.pk, edition.newsletter.language, edition.subject, self._at, numbers, items, reasons],
            )
        self._new.clear()


class _Assignment:
    """What is the same for all members of an edition, and the reviews there are already."""

    def __init__(self, edition: Edition, slate: Slate, at: datetime) -> None:
        self._edition, self._slate = edition, slate
        self.numbers = _Numbers(edition, 0, at)
        self._by_class: dict[bytes, int] = {}

    def of(self, readers: Sequence[_Reader]) -> list[int]:
        """The number of each reader's review."""
        users = [reader.user for reader in readers if reader.user is not None]
        orders, read = history.orders(users), history.read(users, self._slate.articles)
        received = history.received(self._edition, [reader.recipient for reader in readers], self._letters)
        return [
            self._number(
                orders.get(reader.user, ()) if reader.user else (),
                {*(read.get(reader.user, ()) if reader.user else ()), *received.get(reader.recipient, ())},
            )
            for reader in readers
        ]

    @cached_property
    def _letters(self) -> list[history.Letter]:
        return history.letters_with(self._edition, self._slate.articles)

    def _number(self, order: Sequence[int], seen: set[int]) -> int:
        known = bytes.fromhex(history_class(self._slate, order, seen))
        if known not in self._by_class:
            self._by_class[known] = self.numbers.of(*_told(allocate(self._slate, order, seen)))
        return self._by_class[known]


def assign(edition: Edition, slate: Slate, at: datetime) -> None:
    """Give every waiting copy its variant. Who would get no story gets no letter; their copy is suppressed.

    Runs inside the caller's transaction, in which the audience was frozen.
    """
    assignment = _Assignment(edition, slate, at)
    for readers in _in_chunks(edition):
        numbers = assignment.of(readers)
        assignment.numbers.write()
        _give(edition, [reader.recipient for reader in readers], numbers, at)


def carry_over(edition: Edition, copies: DeliveryQuerySet, at: datetime) -> None:
    """Give waiting copies the review they have in the newest words, without what is not in the edition any more.

    Runs inside the caller's transaction.
    """
    newest = printing.beginnings(edition)[-1]
    left = printing.stories_of(edition, newest)
    last: int = edition.variants.aggregate(last=Max("number"))["last"] or newest - 1
    numbers = _Numbers(edition, max(last, newest - 1), at)
    waiting = copies.filter(state=SendState.QUEUED, variant__lt=newest)
    pairs = list(waiting.order_by("recipient").values_list("recipient", "variant"))
    for begin in range(0, len(pairs), CHUNK):
        recipients, old = (list(column) for column in zip(*pairs[begin : begin + CHUNK], strict=True))
        was = Variant.objects.filter(edition=edition, number__in=set(old)).values_list("number", "items", "reasons")
        is_now = {number: numbers.of(*_left(items, reasons, left)) for number, items, reasons in was}
        numbers.write()
        _give(edition, recipients, [is_now[number] for number in old], at)


def _in_chunks(edition: Edition) -> Iterator[list[_Reader]]:
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_READERS, [edition.edition_on, edition.pk, last, CHUNK])
            readers = [_Reader(*row) for row in cursor.fetchall()]
        if not readers:
            return
        yield readers
        last = readers[-1].recipient


def _give(edition: Edition, recipients: Sequence[int], numbers: Sequence[int], at: datetime) -> None:
    pairs = [(recipient, number) for recipient, number in zip(recipients, numbers, strict=True) if number != NOTHING]
    without = [recipient for recipient, number in zip(recipients, numbers, strict=True) if number == NOTHING]
    given = [list(column) for column in zip(*pairs, strict=True)] or [[], []]
    with connection.cursor() as cursor:
        cursor.execute(_ASSIGN, [*given, edition.edition_on, edition.pk])
    if without:
        waiting = Delivery.objects.of_edition(edition).filter(recipient__in=without, state=SendState.QUEUED)
        waiting.update(
            state=SendState.SUPPRESSED, settled_at=at, reply=_("There is no story that is new to them in this review.")
        )


def _told(picks: Sequence[Pick]) -> tuple[list[int], list[str]]:
    return [pick.article for pick in picks], [reason_of(pick) for pick in picks]


def _left(items: Sequence[int], reasons: Sequence[str], left: set[int]) -> tuple[list[int], list[str]]:
    kept = [(article, reason) for article, reason in zip(items, reasons, strict=True) if article in left]
    return [article for article, _reason in kept], [reason for _article, reason in kept]
