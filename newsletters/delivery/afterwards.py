"""What becomes of copies and messages once they were handed over, by what is reported of them.

Reports come in any order and twice, and some before the sender wrote down what the next server said: each outdoes only
what says less, so that none of this matters. Thousands are written down by a few statements.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from newsletters import suppression
from newsletters.delivery import claim
from newsletters.models import Edition, Message, Recipient, SendState, SoftBounce, Stream, Suppression
from newsletters.suppression import Lost

# Whoever holds a claim decides about what is in hand under it, so a sender that writes down its window is waited for.
_HOLD = """
SELECT id FROM newsletters_claim WHERE id IN (
    SELECT copy.claim FROM newsletters_delivery AS copy
    JOIN unnest(%s::date[], %s::bigint[], %s::bigint[]) AS told (edition_on, edition_id, recipient_id)
        USING (edition_on, edition_id, recipient_id)
    WHERE copy.state = 'claimed'
    UNION ALL SELECT message.claim FROM newsletters_message AS message
    WHERE message.id = ANY(%s) AND message.state = 'claimed'
) ORDER BY id FOR UPDATE
"""
# All at once, so that the sums are locked in their own order, whatever is told.
_COPIES = """
UPDATE newsletters_delivery AS copy SET
    state = told.state, settled_at = %s, reply = CASE WHEN told.said = '' THEN copy.reply ELSE told.said END
FROM unnest(%s::date[], %s::bigint[], %s::bigint[], %s::varchar[], %s::varchar[])
    AS told (edition_on, edition_id, recipient_id, state, said)
WHERE copy.edition_on = told.edition_on AND copy.edition_id = told.edition_id
    AND copy.recipient_id = told.recipient_id
    AND array_position(%s::varchar[], copy.state) < array_position(%s::varchar[], told.state)
"""
_MESSAGES = """
UPDATE newsletters_message AS message SET
    state = told.state, settled_at = %s, reply = CASE WHEN told.said = '' THEN message.reply ELSE told.said END
FROM unnest(%s::bigint[], %s::varchar[], %s::varchar[]) AS told (id, state, said)
WHERE message.id = told.id
    AND array_position(%s::varchar[], message.state) < array_position(%s::varchar[], told.state)
"""
# A Message-ID of ours, or the token that went with the copy by a provider's API.
_COPY = re.compile(r"<?e([0-9a-f]{32})\.([0-9a-f]{32})(?:@|$)")
_MESSAGE = re.compile(r"<?m([0-9a-f]{32})(?:@|$)")


class What(StrEnum):
    """``REFUSED``: it did not arrive, and may the next time. ``SOFT``: the same of one that may still arrive."""

    ARRIVED = "arrived"
    SOFT = "soft"
    REFUSED = "refused"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    LEFT = "left"


# Each outdoes those before it. Of what is in no such state nothing was handed over that could be reported of.
_ORDER = [
    SendState.CLAIMED,
    SendState.UNCERTAIN,
    SendState.ACCEPTED,
    SendState.FAILED,
    SendState.BOUNCED,
    SendState.COMPLAINED,
]
_STATES = {
    What.ARRIVED: SendState.ACCEPTED,
    What.REFUSED: SendState.FAILED,
    What.BOUNCED: SendState.BOUNCED,
    What.COMPLAINED: SendState.COMPLAINED,
}
_REASONS = {
    What.BOUNCED: Suppression.Reason.HARD_BOUNCE,
    What.COMPLAINED: Suppression.Reason.COMPLAINT,
    What.LEFT: Suppression.Reason.ASKED,
}


class About(NamedTuple):
    """Which of our rows, by public ids: a copy's edition and recipient, a message, or a recipient alone."""

    edition: UUID | None = None
    recipient: UUID | None = None
    message: UUID | None = None


class Row(NamedTuple):
    """The same, by keys. ``stream`` is that of a message."""

    recipient: int
    edition: int | None = None
    edition_on: date | None = None
    message: int | None = None
    stream: str = Stream.NEWSLETTERS


@dataclass(frozen=True)
class Tiding:
    """One thing that was heard of a row."""

    what: What
    row: Row
    said: str = ""


def named(name: str) -> About | None:
    """What a Message-ID of ours is about, or the token that went with a copy."""
    if found := _COPY.match(name):
        return About(edition=UUID(found[1]), recipient=UUID(found[2]))
    if found := _MESSAGE.match(name):
        return About(message=UUID(found[1]))
    return None


def rows_of(abouts: Collection[About]) -> dict[About, Row]:
    """The rows that there are of these, by three statements."""
    editions = {
        public_id: (key, day)
        for public_id, key, day in Edition.objects.filter(
            public_id__in={about.edition for about in abouts if about.edition}
        ).values_list("public_id", "pk", "edition_on")
    }
    recipients: dict[UUID, int] = dict(
        Recipient.objects.filter(public_id__in={about.recipient for about in abouts if about.recipient}).values_list(
            "public_id", "pk"
        )
    )
    messages = {
        public_id: Row(recipient, message=key, stream=stream)
        for public_id, key, recipient, stream in Message.objects.filter(
            public_id__in={about.message for about in abouts if about.message}
        ).values_list("public_id", "pk", "recipient", "stream")
    }
    found = ((about, _row(about, editions, recipients, messages)) for about in abouts)
    return {about: row for about, row in found if row is not None}


def note(tidings: Sequence[Tiding], at: datetime) -> None:
    """Write down what was heard: the states of the rows, and who must not be written to any more.

    Runs inside the caller's transaction. A lost address or a complaint stops the stream it was about, newsletters if
    that cannot be told; a complaint never stops what belongs to an account.
    """
    _move(_strongest(tidings), at)
    lost = [
        Lost(each.row.recipient, _stopped(each), _REASONS[each.what], each.said)
        for each in tidings
        if each.what in _REASONS
    ]
    suppression.suppress_all(lost, at)
    _note_soft(tidings, at)
    passing = {each.row.recipient: each.said for each in tidings if each.what in {What.SOFT, What.REFUSED}}
    suppression.learn(passing, at)


def _row(
    about: About,
    editions: Mapping[UUID, tuple[int, date]],
    recipients: Mapping[UUID, int],
    messages: Mapping[UUID, Row],
) -> Row | None:
    if about.message is not None:
        return messages.get(about.message)
    recipient = recipients.get(about.recipient) if about.recipient else None
    if recipient is None or about.edition is None:
        return Row(recipient) if recipient is not None else None
    known = editions.get(about.edition)
    return Row(recipient, *known) if known else None


def _strongest(tidings: Sequence[Tiding]) -> list[Tiding]:
    """What moves a row, one for each: of several, what outdoes the others, and of the same the first."""
    moving = [tiding for tiding in reversed(tidings) if tiding.what in _STATES]
    ranked = sorted(moving, key=lambda tiding: _ORDER.index(_STATES[tiding.what]))
    return list({tiding.row: tiding for tiding in ranked}.values())


def _move(told: Sequence[Tiding], at: datetime) -> None:
    copies = [tiding for tiding in told if tiding.row.edition]
    messages = [tiding for tiding in told if tiding.row.message]
    keys = [[getattr(tiding.row, name) for tiding in copies] for name in ("edition_on", "edition", "recipient")]
    about = [tiding.row.message for tiding in messages if tiding.row.message]
    if told:
        _run(_HOLD, [*keys, about])
    if copies:
        _run(_COPIES, [at, *keys, *_news(copies), _ORDER, _ORDER])
    if messages:
        _run(_MESSAGES, [at, about, *_news(messages), _ORDER, _ORDER])
        settled = Message.objects.filter(pk__in=about, state__in=_STATES.values())
        settled.filter(is_sensitive=True).exclude(text="").update(**claim.EMPTY)


def _note_soft(tidings: Iterable[Tiding], at: datetime) -> None:
    soft = [each.row for each in tidings if each.what is What.SOFT]
    rows = [
        SoftBounce(recipient_id=row.recipient, edition_id=row.edition, noted_at=at)
        for row in soft
        if row.edition is not None
    ]
    SoftBounce.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


def _stopped(tiding: Tiding) -> str:
    """The stream that is lost: that of a message only where its address is."""
    return tiding.row.stream if tiding.what is What.BOUNCED else Stream.NEWSLETTERS


def _news(told: Iterable[Tiding]) -> tuple[list[str], list[str]]:
    return [_STATES[tiding.what] for tiding in told], [tiding.said[:500] for tiding in told]


def _run(statement: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
