"""Migrations, many of which write their statements themselves, lead to the tables that the models say."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.db import connection

pytestmark = pytest.mark.django_db
# What PostgreSQL calls what Django calls by a shorter name.
NAMES_OF_KINDS = {"varchar": "character varying", "time": "time without time zone"}
LONG = re.compile(r"^varchar|^time$")
COLUMNS = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull
    FROM pg_attribute AS a JOIN pg_class AS c ON c.oid = a.attrelid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
"""
KEYS = """
    SELECT conrelid::regclass::text, a.attname, confrelid::regclass::text
    FROM pg_constraint JOIN pg_attribute AS a ON a.attrelid = conrelid AND a.attnum = conkey[1]
    WHERE contype = 'f' AND connamespace = 'public'::regnamespace
"""
NAMES = """
    SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION SELECT indexname FROM pg_indexes WHERE schemaname = 'public'
"""


def asked(statement: str) -> set[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return set(cursor.fetchall())


def ours():
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return [model for model in models if model._meta.app_label in {"memberships", "articles", "newsletters"}]


def test_every_table_has_the_columns_and_the_foreign_keys_of_its_model():
    columns, keys = set(), set()
    for model in ours():
        table = model._meta.db_table
        for field in model._meta.local_concrete_fields:
            kind = LONG.sub(lambda found: NAMES_OF_KINDS[found[0]], field.db_type(connection))
            columns.add((table, field.column, kind, field.null or field.generated))
            if field.is_relation and field.db_constraint:
                keys.add((table, field.column, field.related_model._meta.db_table))
    assert columns - asked(COLUMNS) == set()
    assert keys - asked(KEYS) == set()


def test_every_constraint_and_index_of_a_model_is_there():
    names = {name for (name,) in asked(NAMES)}
    named = {each.name for model in ours() for each in (*model._meta.constraints, *model._meta.indexes)}
    assert len(named) > 200
    assert named - names == set()
