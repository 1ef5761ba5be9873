"""What the tests of newsletters stand on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection

from tests.newsletters.sink import Sink, running


@pytest.fixture
def at() -> datetime:
    """A Wednesday morning."""
    return datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


@pytest.fixture
def sink(settings):
    sink = Sink()
    controller = running(sink)
    # pytest-django puts a backend of its own in the place of ours.
    settings.EMAIL_BACKEND = "newsletters.delivery.backend.LedgerBackend"
    settings.EMAIL_URL = sink.url
    yield sink
    controller.stop()


@pytest.fixture
def truncation_allowed(django_db_setup, django_db_blocker):
    """Emptying the tables after a test that commits would be refused by the audit log otherwise."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE memberships_auditentry DISABLE TRIGGER audit_is_not_emptied")
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE memberships_auditentry ENABLE TRIGGER audit_is_not_emptied")


@pytest.fixture
def committed_db(truncation_allowed, transactional_db):
    """A database in which everything is really committed, as it must be between processes."""
