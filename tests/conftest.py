"""What every test may use. The engines under them are started by the plugin in tests/engines.py."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator
from importlib import import_module
from secrets import token_hex

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from pytest_django.plugin import blocking_manager_key

from memberships import remembered

_GUARD = (
    "ALTER TABLE memberships_auditentry {0} TRIGGER audit_is_not_emptied; "
    "ALTER TABLE memberships_consent {0} TRIGGER consent_is_not_emptied"
)


def pytest_collection_finish() -> None:
    """Have the garbage collector pass over what was imported. It stays, and looking through it is a tenth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(autouse=True)
def nothing_remembered():
    """What a process remembers for a while belongs to the rows of one test."""
    remembered.forget_all()


@pytest.fixture
def own_cache(settings):
    """Nothing another test has counted or kept. To empty the server would empty it under the other worker's tests."""
    cache = settings.CACHES["default"]
    settings.CACHES = {"default": {**cache, "KEY_PREFIX": f"{cache['KEY_PREFIX']}-{token_hex(4)}"}}


@pytest.fixture(scope="session", autouse=True)
def _a_clock_for_each_worker() -> None:
    """Two workers share the engines, but a year that goes by in one test must not go by in another's."""
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        settings.CLOCK_FILE = settings.CLOCK_FILE.with_name(f"clock-{worker}")


@pytest.fixture
def committing(transactional_db):
    """Transactions that really commit, for tests with several connections. Afterwards the tables are as they were."""


_ROLES_SINCE = (
    "0002_editors_keep_house_texts",
    "0003_who_keeps_the_access_rules",
    "0006_roles_for_machines",
    "0007_who_takes_links_back",
    "0008_reading_rules_roles",
    "0009_who_keeps_recordings",
    "0010_who_sees_to_alerts",
    "0011_who_gives_money_back",
    "0012_who_sees_consents",
    "0013_who_replays_events",
    "0014_who_moves_members_in",
    "0015_who_writes_notes",
    "0016_who_changes_accounts",
    "0017_who_makes_codes",
    "0018_who_sees_withdrawals",
    "0019_who_sees_vouchers",
    "0020_who_sees_numbers",
    "0021_who_moves_prices",
    "0022_who_proves_students",
)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """Let Django empty the tables after a committing test, though some refuse; then make the roles again."""
    is_committing = "transactional_db" in getattr(item, "fixturenames", ()) or _commits(item)
    if is_committing:
        _execute(_GUARD.format("DISABLE"))
    result = yield
    if is_committing and nextitem is not None:  # after the last test there is no database any more
        with item.config.stash[blocking_manager_key].unblock():
            _execute(_GUARD.format("ENABLE"))
            import_module("newsroom.migrations.0001_staff_roles").make_roles(apps, None)
            for later in _ROLES_SINCE:
                import_module(f"newsroom.migrations.{later}").let_them(apps, None)
    return result


def _commits(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    return marker is not None and bool(marker.kwargs.get("transaction"))


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
