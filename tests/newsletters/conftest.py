"""What the tests of newsletters stand on."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

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
