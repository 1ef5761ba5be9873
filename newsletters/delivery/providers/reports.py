"""What providers report about mail they took over: kept as it comes, answered at once, and worked off in bulk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

import orjson
from anymail.signals import AnymailTrackingEvent, EventType
from django.db import connection, transaction

from newsletters.delivery import afterwards, bounces
from newsletters.delivery.afterwards import About, Row, Tiding, What
from newsletters.delivery.bounces import Judgement
from newsletters.delivery.outcomes import in_one_line
from newsletters.delivery.providers.merging import COPY
from newsletters.models import Recipient, Report

# Worked off in one transaction.
MOST = 2000

_PLAIN = {
    EventType.DELIVERED: What.ARRIVED,
    EventType.REJECTED: What.REFUSED,
    EventType.COMPLAINED: What.COMPLAINED,
    EventType.UNSUBSCRIBED: What.LEFT,
}
_JUDGED = {Judgement.NOBODY: What.BOUNCED, Judgement.THIS_TIME: What.REFUSED, Judgement.US: What.REFUSED}
_FATES = {
    What.ARRIVED: Report.Fate.ARRIVED,
    What.SOFT: Report.Fate.FAILED,
    What.REFUSED: Report.Fate.FAILED,
    What.BOUNCED: Report.Fate.BOUNCED,
    What.COMPLAINED: Report.Fate.COMPLAINED,
    What.LEFT: Report.Fate.LEFT,
}
# It does not say whether another letter may arrive; what the mail server said has to.
_SAYS_NO_MORE = {"postal"}
_OUR_ID = re.compile(r"\b(?:e[0-9a-f]{32}\.[0-9a-f]{32}|m[0-9a-f]{32}@)")
_SETTLE = """
UPDATE newsletters_report AS report SET fate = told.fate, recipient_id = told.recipient
FROM unnest(%s::bigint[], %s::varchar[], %s::bigint[]) AS told (id, fate, recipient)
WHERE report.id = told.id
"""


class _Told(NamedTuple):
    """A report as it is kept: what it says, of which row of ours, and of whom where the provider knows none."""

    what: What
    name: str
    address: str
    said: str

    @property
    def about(self) -> About | None:
        return afterwards.named(self.name)


def heard(source: str, event: AnymailTrackingEvent) -> What | None:
    """What a provider's report says; ``None`` when nothing follows from it.

    A bounce that may pass counts when a mail server said so: the provider still tries, or the letter arrived and its
    reader is on holiday. One for good that is our own fault is nobody's.
    """
    kind = event.event_type
    if kind in _PLAIN:
        return _PLAIN[kind]
    reply = bounces.reply_in(_words_of(event))
    if kind in {EventType.BOUNCED, EventType.DEFERRED} and bounces.may_pass(event.esp_event):
        return What.SOFT if reply else None
    if kind == EventType.FAILED or (kind == EventType.BOUNCED and source in _SAYS_NO_MORE):
        return _JUDGED[bounces.judge(reply)]
    if kind == EventType.BOUNCED:
        return What.REFUSED if bounces.judge(reply) is Judgement.US else What.BOUNCED
    return None


def keep(source: str, events: Iterable[AnymailTrackingEvent], at: datetime) -> None:
    """Keep what there is to be worked off, each report once, however often it comes; opened letters are none."""
    found = (_row(source, event, at) for event in events)
    rows = [row for row in found if row is not None]
    Report.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


def work_off(at: datetime) -> bool:
    """Write down what the next reports say; whether there may be more."""
    with transaction.atomic():
        waiting = Report.objects.filter(fate=Report.Fate.WAITING).order_by("taken_at", "id")
        rows = list(waiting.select_for_update(skip_locked=True).values_list("pk", "raw")[:MOST])
        told = [_read(bytes(raw)) for _key, raw in rows]
        behind = _rows_behind(told)
        tidings = [Tiding(each.what, row, each.said) for each, row in zip(told, behind, strict=True) if row is not None]
        afterwards.note(tidings, at)
        fates = [_FATES[each.what] if row else Report.Fate.UNKNOWN for each, row in zip(told, behind, strict=True)]
        with connection.cursor() as cursor:
            keys = [key for key, _raw in rows]
            cursor.execute(_SETTLE, [keys, fates, [row.recipient if row else None for row in behind]])
    return len(rows) == MOST


def _row(source: str, event: AnymailTrackingEvent, at: datetime) -> Report | None:
    what = heard(source, event)
    # Of what asks to be let in, somebody has to open the link.
    if what is None and "SubscribeURL" not in event.esp_event:
        return None
    raw = orjson.dumps(event.esp_event, default=str, option=orjson.OPT_NON_STR_KEYS)
    own = f"{event.event_id} {event.event_type} {event.recipient}".encode() if event.event_id else raw
    named = str((event.metadata or {}).get(COPY) or event.message_id or "")
    told = {
        "what": what,
        "name": named if afterwards.named(named) else _named_in(raw),
        "address": str(event.recipient or "").lower(),
        "said": bounces.reply_in(_words_of(event)) or str(event.description or "")[:500],
        "event": event.esp_event,
    }
    return Report(
        source=source,
        key=sha256(own).hexdigest(),
        taken_at=at,
        fate=Report.Fate.WAITING if what else Report.Fate.UNKNOWN,
        said=in_one_line(told["said"]),
        raw=orjson.dumps(told, default=str, option=orjson.OPT_NON_STR_KEYS),
    )


def _read(raw: bytes) -> _Told:
    told = orjson.loads(raw)
    return _Told(What(told["what"]), told["name"], in_one_line(told["address"]), in_one_line(told["said"]))


def _rows_behind(told: Sequence[_Told]) -> list[Row | None]:
    """The row of each; of what names none, whoever has the address: the provider has proved who it is."""
    rows = afterwards.rows_of({each.about for each in told if each.about})
    addresses = {each.address for each in told if each.address and each.about not in rows}
    by_address = {
        email: Row(key) for email, key in Recipient.objects.filter(email__in=addresses).values_list("email", "pk")
    }
    return [rows.get(each.about) if each.about in rows else by_address.get(each.address) for each in told]


def _named_in(raw: bytes) -> str:
    """An id of ours that stands anywhere in the report: most show the head of the letter."""
    found = _OUR_ID.search(raw.decode("utf-8", "replace"))
    return found[0] if found else ""


def _words_of(event: AnymailTrackingEvent) -> str:
    return str(event.mta_response or event.description or "")
