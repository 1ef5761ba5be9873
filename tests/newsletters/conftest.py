"""What the tests of newsletters stand on."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest

from newsroom.embedded.mail_provider import Provider
from tests.newsletters.sink import Sink, running


@pytest.fixture
def at() -> datetime:
    """A Wednesday morning."""
    return datetime(2026, 3, 4, 9, 30, tzinfo=UTC)


@pytest.fixture
def provider(settings):
    """Editions go by the API of a provider on this machine."""
    provider = Provider()
    served = threading.Thread(target=provider.serve_forever, kwargs={"poll_interval": 0.01})
    served.start()
    settings.EMAIL_PROVIDER, settings.EMAIL_PROVIDER_KEY = "sparkpost", "key"
    settings.EMAIL_PROVIDER_API = provider.api
    yield provider
    provider.shutdown()
    provider.server_close()
    served.join()


@pytest.fixture
def sink(settings):
    sink = Sink()
    controller = running(sink)
    # pytest-django puts a backend of its own in the place of ours.
    settings.EMAIL_BACKEND = "newsletters.delivery.backend.LedgerBackend"
    settings.EMAIL_URL = sink.url
    yield sink
    controller.stop()
