"""What a mail that came back does to the ledger, in one transaction with the row that says that it did."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction

from newsletters.delivery import afterwards, bounces
from newsletters.delivery.afterwards import Row, Tiding, What
from newsletters.delivery.bounces import Judgement
from newsletters.delivery.returned import parsing
from newsletters.delivery.returned.parsing import Kind, Returned
from newsletters.models import Report, SoftBounce
from newsletters.suppression import LOOKED_BACK

MAIL = "mail"
KEPT_FOR = timedelta(days=30)
# Of a report as it came: its head, what it says, and the head of the letter it is about.
MOST_KEPT = 16 * 1024
# Whoever floods the address with what names nobody fills no disk: of the rest nothing is kept.
MOST_UNKNOWN = 2000

_WHATS = {Kind.ARRIVED: What.ARRIVED, Kind.COMPLAINED: What.COMPLAINED, Kind.LEFT: What.LEFT}
_JUDGED = {Judgement.NOBODY: What.BOUNCED, Judgement.THIS_TIME: What.REFUSED, Judgement.US: What.REFUSED}
_FATES = {
    What.ARRIVED: Report.Fate.ARRIVED,
    What.REFUSED: Report.Fate.FAILED,
    What.BOUNCED: Report.Fate.BOUNCED,
    What.COMPLAINED: Report.Fate.COMPLAINED,
    What.LEFT: Report.Fate.LEFT,
}
# They say of no row that anything became of it.
_IDLE = {Kind.DELAYED: Report.Fate.DELAYED, Kind.ANSWERED: Report.Fate.ANSWERED}


def take_in(raw: bytes, at: datetime, *, delivered_to: str = "") -> Report.Fate:
    """Apply a mail that came back, and keep it; answers what became of it. The same mail again changes nothing."""
    returned = parsing.read(raw, delivered_to)
    row = _row_behind(returned)
    what = _what(returned) if row is not None else None
    fate = _IDLE.get(returned.kind) or (_FATES[what] if what else Report.Fate.UNKNOWN)
    if fate is Report.Fate.UNKNOWN and Report.objects.filter(source=MAIL, fate=fate).count() >= MOST_UNKNOWN:
        return fate
    with transaction.atomic():
        report, is_new = Report.objects.get_or_create(
            source=MAIL,
            key=sha256(raw).hexdigest(),
            defaults={
                "taken_at": at,
                "fate": fate,
                "recipient_id": row.recipient if row else None,
                "said": returned.said,
                # People's answers are nobody's business here.
                "raw": b"" if fate is Report.Fate.ANSWERED else raw[:MOST_KEPT],
            },
        )
        if is_new and row is not None and what is not None:
            afterwards.note([Tiding(what, row, returned.said)], at)
    return Report.Fate(report.fate)


def forget_old(at: datetime) -> None:
    """Keep no report longer than a month, and no soft bounce that is not looked at any more."""
    Report.objects.filter(taken_at__lt=at - KEPT_FOR).delete()
    SoftBounce.objects.filter(noted_at__lt=at - LOOKED_BACK).delete()


def _row_behind(returned: Returned) -> Row | None:
    rows = afterwards.rows_of(returned.abouts)
    return next((rows[about] for about in returned.abouts if about in rows), None)


def _what(returned: Returned) -> What | None:
    if returned.kind is Kind.FAILED:
        return _JUDGED[bounces.judge(returned.said)]
    return _WHATS.get(returned.kind)
