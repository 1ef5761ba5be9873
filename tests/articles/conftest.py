"""What the tests of this app share."""

from __future__ import annotations

from collections.abc import Generator
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from pytest_django.plugin import blocking_manager_key

_GUARD = "ALTER TABLE memberships_auditentry {} TRIGGER audit_is_not_emptied"


@pytest.fixture(autouse=True)
def media_root(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def committing(transactional_db):
    """Transactions that really commit, for tests with several connections. Afterwards the tables are as they were."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """Let Django empty the tables after a committing test, though the audit log refuses; then make the roles again."""
    is_committing = "committing" in getattr(item, "fixturenames", ())
    if is_committing:
        _execute(_GUARD.format("DISABLE"))
    result = yield
    if is_committing and nextitem is not None:  # after the last test there is no database any more
        with item.config.stash[blocking_manager_key].unblock():
            _execute(_GUARD.format("ENABLE"))
            import_module("newsroom.migrations.0001_staff_roles").make_roles(apps, None)
    return result


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
