"""The monthly partitions of what is kept by an edition's day. A day without one lands in the default one, unmoved."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, timedelta

from django.db import DatabaseError, connection, transaction

MONTHS_AHEAD = 2
# How long after their edition's day rows are kept, by table; only whole months go, so up to a month more.
KEPT_FOR = {
    # Long enough to answer what became of a copy, and what a member was sent.
    "newsletters_delivery": timedelta(days=365),
    # Twice as long as events are taken: what an edition's sums were made of can be judged by new rules until then.
    "newsletters_mailevent": timedelta(days=60),
}
log = logging.getLogger(__name__)


def prepare(today: date) -> list[str]:
    """Make the partitions of this month and the next two where they are missing; the names of the new ones.

    A month whose first rows are in the default partition already cannot get its own and stays there.
    """
    made = []
    for table in KEPT_FOR:
        for distance in range(MONTHS_AHEAD + 1):
            first, after = _month(today, distance), _month(today, distance + 1)
            name = f"{table}_{first:%Y_%m}"
            if not _exists(name) and _make(table, name, first, after):
                made.append(name)
    return made


def drop_old(today: date) -> list[str]:
    """Let go of the months that are over longer than their table is kept; their names.

    Nothing points at these tables, so only they are locked, for as long as it takes to drop a file. What lies in a
    default partition, because its month was missing once, is deleted there.
    """
    gone = []
    for table, kept in KEPT_FOR.items():
        oldest = _month(today - kept, 0)
        for name in _months_of(table, oldest):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
                cursor.execute(f"DROP TABLE {name}")
            gone.append(name)
        with connection.cursor() as cursor:
            # The tables are our own names; the day is a parameter.
            cursor.execute(f"DELETE FROM {table}_default WHERE edition_on < %s", [oldest])  # noqa: S608
    return gone


def _make(table: str, name: str, first: date, after: date) -> bool:
    statement = (
        f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF {table} "
        f"FOR VALUES FROM ('{first.isoformat()}') TO ('{after.isoformat()}')"
    )
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        log.warning("%s cannot be made, its days stay in the default partition: %s", name, type(error).__name__)
        return False
    return True


def _months_of(table: str, before: date) -> Iterator[str]:
    """The partitions of months that begin before the day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass ORDER BY 1", [table]
        )
        names = [str(name) for (name,) in cursor.fetchall()]
    oldest = f"{table}_{before:%Y_%m}"
    return (name for name in names if name[len(table) + 1 :][:1].isdigit() and name < oldest)


def _exists(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
        return bool(cursor.fetchone()[0])


def _month(today: date, distance: int) -> date:
    """The first day of the month so many months on."""
    months = today.year * 12 + today.month - 1 + distance
    return date(months // 12, months % 12 + 1, 1)
