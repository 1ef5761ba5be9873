"""The tables as the migrations made them: whatever a test has committed is undone here.

Django would empty every table, which takes a third of a second, and with them the roles and what else migrations wrote.
"""

from __future__ import annotations

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

_MADE = "as_migrated"
_TABLES = """
    SELECT c.relname, EXISTS (SELECT FROM pg_tables AS kept WHERE kept.schemaname = %s AND kept.tablename = c.relname)
    FROM pg_class AS c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
"""
_HAS_ROWS = "EXISTS (SELECT FROM public.{0})"
_HAS_CHANGED = f"""
    EXISTS ((TABLE public.{{0}} EXCEPT TABLE {_MADE}.{{0}}) UNION ALL (TABLE {_MADE}.{{0}} EXCEPT TABLE public.{{0}}))
"""


def remember() -> None:
    """Keep a copy of what the migrations wrote, before any test has."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {_MADE}")  # a copied database has it
        for name in _changed(cursor):
            cursor.execute(f"CREATE TABLE IF NOT EXISTS {_MADE}.{name} AS TABLE public.{name}")


def put_back() -> None:
    """Undo what was committed; who still writes is waited for. Foreign keys and triggers that refuse have no say."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        tables = _tables(cursor)
        cursor.execute(f"LOCK TABLE {', '.join(f'public.{name}' for name in tables)}")
        for name in _changed(cursor):
            cursor.execute(f"DELETE FROM public.{name}")  # noqa: S608 - a table's own name
            if tables[name]:
                cursor.execute(f"INSERT INTO public.{name} TABLE {_MADE}.{name}")


def _tables(cursor: CursorWrapper) -> dict[str, bool]:
    """Every table, and whether migrations have written to it."""
    cursor.execute(_TABLES, [_MADE])
    return dict(cursor.fetchall())


def _changed(cursor: CursorWrapper) -> list[str]:
    tables = _tables(cursor)
    asked = [(_HAS_CHANGED if is_kept else _HAS_ROWS).format(name) for name, is_kept in tables.items()]
    cursor.execute(f"SELECT {', '.join(asked)}")
    return [name for name, has_changed in zip(tables, cursor.fetchone(), strict=True) if has_changed]
