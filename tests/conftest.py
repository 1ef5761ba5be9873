"""What every test may use. The engines under them are started by the plugin in tests/engines.py."""

from __future__ import annotations

import gc
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

import pytest
from django.conf import settings
from django.test import TransactionTestCase
from whitenoise.middleware import WhiteNoiseMiddleware

from memberships import remembered
from tests import copies, tables

_HERE = Path(__file__).parent
# Begun first, so that neither of two workers has the other's last file to wait for.
_LONGEST = (
    "memberships/lives/test_lives.py",
    "demo/test_drawing.py",
    "deploy/test_no_leaks.py",
    "deploy/test_edges.py",
    "memberships/stripe/test_killed.py",
    "newsletters/kills/test_killed_senders.py",
    "newsletters/test_mail_looks.py",
    "contracts/test_get_changes_nothing.py",
    "contracts/test_no_leaks.py",
    "newsroom/pagecache/test_no_leaks.py",
    "deploy/test_outages.py",
    "memberships/stripe/test_thin_answers.py",
    "memberships/stripe/test_noticing.py",
    "memberships/stripe/test_reconcile.py",
    "newsroom/pagecache/test_same_as_django.py",
    "embedded/test_postgres.py",
    "embedded/test_supervisor.py",
    "newsroom/test_settings.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the workers take the longest files first, then those with the most tests."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        ranks = {_HERE / name: rank for rank, name in enumerate(_LONGEST)}
        sizes = Counter(item.path for item in items)
        items.sort(key=lambda item: (ranks.get(item.path, len(ranks)), -sizes[item.path]))


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


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_listed_once() -> None:
    """Every client has a middleware of its own, which would look for all of them and measure each: a sixth of a run."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # collected to by nobody, and warned of where it is not
    listed = WhiteNoiseMiddleware().files
    WhiteNoiseMiddleware.add_files_from_finders = lambda middleware: middleware.files.update(listed)


@pytest.fixture(scope="session")
def django_db_setup(request, django_db_modify_db_settings, django_db_blocker) -> Iterator[None]:
    """What Django does, once for both workers; and a committing test leaves the tables as migrated, not empty."""
    with django_db_blocker.unblock(), copies.migrated_once():
        request.getfixturevalue("django_db_setup")
        tables.remember()
    TransactionTestCase._fixture_teardown = lambda _case: tables.put_back()
    yield
    with django_db_blocker.unblock():
        copies.forget()


@pytest.fixture
def committing(transactional_db):
    """Transactions that really commit, for tests with several connections. Afterwards the tables are as they were."""
