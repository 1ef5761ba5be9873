"""What must be true of the servers before anything runs on them. ``manage.py migrate`` asks, and refuses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connections

OLDEST_POSTGRESQL = 18


@register(Tags.database)
def database_is_fit(databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """PostgreSQL 18 or later, with pgvector to be had."""
    found: list[CheckMessage] = []
    for alias in databases or []:
        try:
            found += _complaints(alias)
        except DatabaseError as error:
            found.append(Error(f"The database does not answer: {error}", id="newsroom.E001"))
    return found


def _complaints(alias: str) -> list[CheckMessage]:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        (version,) = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'")
        (has_vector,) = cursor.fetchone()
    complaints: list[CheckMessage] = []
    if version < OLDEST_POSTGRESQL:
        hint = f"Upgrade it to {OLDEST_POSTGRESQL} or later."
        complaints.append(Error(f"The database server is PostgreSQL {version}.", hint=hint, id="newsroom.E002"))
    if not has_vector:
        hint = "Install the package that brings pgvector to this server."
        complaints.append(Error("The database server has no pgvector.", hint=hint, id="newsroom.E003"))
    return complaints
