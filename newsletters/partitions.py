"""The monthly partitions of the ledger of deliveries. A day without one lands in the default partition, unmoved."""

from __future__ import annotations

from datetime import date

from django.db import DatabaseError, connection, transaction

MONTHS_AHEAD = 2


def prepare(today: date) -> list[str]:
    """Make the partitions of this month and the next two where they are missing; the names of the new ones.

    A month whose first rows are in the default partition already cannot get its own and stays there.
    """
    made = []
    for distance in range(MONTHS_AHEAD + 1):
        first, after = _month(today, distance), _month(today, distance + 1)
        name = f"newsletters_delivery_{first:%Y_%m}"
        if not _exists(name) and _make(name, first, after):
            made.append(name)
    return made


def _make(name: str, first: date, after: date) -> bool:
    statement = (
        f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF newsletters_delivery "
        f"FOR VALUES FROM ('{first.isoformat()}') TO ('{after.isoformat()}')"
    )
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError:
        return False
    return True


def _exists(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
        return bool(cursor.fetchone()[0])


def _month(today: date, distance: int) -> date:
    """The first day of the month so many months on."""
    months = today.year * 12 + today.month - 1 + distance
    return date(months // 12, months % 12 + 1, 1)
