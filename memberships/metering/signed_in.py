"""The meter of somebody with an account: dated rows, one for each item and month."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from memberships.access import Meter
from memberships.metering.terms import month_of
from memberships.models import MeteredReading, User


def meter_of(user: User, allowance: int, at: datetime) -> Meter:
    """What the person has read in the month of ``at`` until then; one query."""
    rows = MeteredReading.objects.filter(user=user, month=month_of(at), counted_at__lte=at)
    seen = frozenset(str(item) for item in rows.values_list("item", flat=True))
    return Meter(allowance, len(seen), seen)


@transaction.atomic
def count(user: User, key: str, allowance: int, at: datetime) -> Meter:
    """Count one reading, once, while any are left; answers the meter as it is afterwards, counted or not.

    The person's row is locked, so two tabs cannot both take the last one.
    """
    User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
    meter = meter_of(user, allowance, at)
    if key in meter.seen or not meter.left:
        return meter
    MeteredReading.objects.create(user=user, month=month_of(at), item=UUID(key), counted_at=at)
    return Meter(allowance, meter.spent + 1, meter.seen | {key})
