"""The database of a second worker is a copy of the first one's: the migrations are run once in a run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

_RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", "")
_TEMPLATE = f"migrated_{_RUN}"
# Any number that nobody else locks.
_TURN = 20_260_131


@contextmanager
def migrated_once() -> Iterator[None]:
    """Whoever comes first migrates, and leaves a template that the others' databases are made from."""
    if not _RUN:
        yield
        return
    with _own_turn() as aside:
        is_first = not _execute(aside, "SELECT FROM pg_database WHERE datname = %s", _TEMPLATE)
        if not is_first:
            connection.settings_dict["TEST"]["TEMPLATE"] = _TEMPLATE
        yield
        if is_first:
            # A database is copied while nobody is connected to it.
            name = connection.settings_dict["NAME"]
            connection.close()
            _execute(aside, f'CREATE DATABASE "{_TEMPLATE}" TEMPLATE "{name}"')


def forget() -> None:
    """Leave no template behind. Who comes only now migrates."""
    if _RUN:
        with _own_turn() as aside:
            _execute(aside, f'DROP DATABASE IF EXISTS "{_TEMPLATE}"')


@contextmanager
def _own_turn() -> Iterator[BaseDatabaseWrapper]:
    aside = connections.create_connection(DEFAULT_DB_ALIAS)
    # A lock holds in one database, and this one is everybody's.
    aside.settings_dict = {**aside.settings_dict, "NAME": "postgres"}
    try:
        _execute(aside, "SELECT pg_advisory_lock(%s)", _TURN)
        yield aside
    finally:
        aside.close()


def _execute(through: BaseDatabaseWrapper, statement: str, *values: object) -> int:
    with through.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.rowcount
