"""What staff have to know of: opened once for each thing, seen again while it lasts, settled by them or by itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F

from memberships import audit, signals
from memberships.models import Alert, User

_BATCH = 1000


def open_alert(kind: Alert.Kind, subject: str, sentence: str, at: datetime) -> None:
    """Have staff told of it, unless they have been and it is still open: then it was seen once more."""
    values = {"sentence": sentence, "opened_at": at, "seen_at": at}
    row, is_new = Alert.objects.get_or_create(kind=kind, subject=subject[:255], settled_at=None, defaults=values)
    if not is_new:
        Alert.objects.filter(pk=row.pk).update(times=F("times") + 1, seen_at=at, sentence=sentence)


@transaction.atomic
def tell_waiting(at: datetime) -> int:
    """Tell staff of every alert they were not told of, of all at once; answers how many.

    Raises whatever a listener raises; then nobody was told, and the desk shows them in any case.
    """
    untold = Alert.objects.open().filter(told_at=None).select_for_update(skip_locked=True)
    rows = list(untold.order_by("id")[:_BATCH])
    if rows:
        signals.alerts_opened.send(sender=__name__, alerts=rows, at=at)
        Alert.objects.filter(pk__in=[row.pk for row in rows]).update(told_at=at)
    return len(rows)


def settle_all_but(kind: Alert.Kind, subjects: Iterable[str], at: datetime) -> int:
    """What is open of the kind and is not among these has settled itself; answers how many."""
    return Alert.objects.open().filter(kind=kind).exclude(subject__in=list(subjects)).update(settled_at=at)


def settle_itself(kind: Alert.Kind, subject: str, at: datetime) -> None:
    """It is over without anybody's doing."""
    Alert.objects.open().filter(kind=kind, subject=subject[:255]).update(settled_at=at)


@transaction.atomic
def settle(alert: Alert, by: User, at: datetime) -> bool:
    """Somebody has seen to it. False where it was settled before."""
    settled = Alert.objects.open().filter(pk=alert.pk).update(settled_at=at, settled_by=by)
    if settled:
        audit.record(
            "alert settled", actor=by, subject_kind="alert", subject_id=alert.pk, subject_label=str(alert)[:255], at=at
        )
    return bool(settled)
