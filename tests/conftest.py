"""What every test may use. The engines under them are started by the plugin in tests/engines.py."""

from __future__ import annotations

from collections.abc import Generator
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from pytest_django.plugin import blocking_manager_key

from memberships import remembered

_GUARD = "ALTER TABLE memberships_auditentry {} TRIGGER audit_is_not_emptied"


@pytest.fixture(autouse=True)
def nothing_remembered():
    """What a process remembers for a while belongs to the rows of one test."""
    remembered.forget_all()


@pytest.fixture
def committing(transactional_db):
    """Transactions that really commit, for tests with several connections. Afterwards the tables are as they were."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """Let Django empty the tables after a committing test, though the audit log refuses; then make the roles again."""
    is_committing = "transactional_db" in getattr(item, "fixturenames", ()) or _commits(item)
    if is_committing:
        _execute(_GUARD.format("DISABLE"))
    result = yield
    if is_committing and nextitem is not None:  # after the last test there is no database any more
        with item.config.stash[blocking_manager_key].unblock():
            _execute(_GUARD.format("ENABLE"))
            import_module("newsroom.migrations.0001_staff_roles").make_roles(apps, None)
            import_module("newsroom.migrations.0002_editors_keep_house_texts").let_them(apps, None)
            import_module("newsroom.migrations.0003_who_keeps_the_access_rules").let_them(apps, None)
            import_module("newsroom.migrations.0006_roles_for_machines").let_them(apps, None)
            import_module("newsroom.migrations.0007_who_takes_links_back").let_them(apps, None)
            import_module("newsroom.migrations.0008_reading_rules_roles").let_them(apps, None)
            import_module("newsroom.migrations.0009_who_keeps_recordings").let_them(apps, None)
    return result


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    return marker is not None and bool(marker.kwargs.get("transaction"))


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
