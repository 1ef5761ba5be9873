"""The wrapped application in the test's own transaction, with memory of its own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections

from memberships import clock
from newsroom.pagecache import asking, receivers
from newsroom.pagecache.layer import PageCache
from newsroom.pagecache.node import Node
from tests.newsroom.pagecache.web import Visitor


@pytest.fixture(autouse=True)
def prefix(own_cache):
    """No two tests share what is in Valkey."""


@pytest.fixture(autouse=True)
def patience(settings):
    """A server that answers late on a busy machine is not away: the address may say how long redis-py waits."""
    settings.CACHE_URL = f"{settings.CACHE_URL}&socket_timeout=10&socket_connect_timeout=10"


@pytest.fixture(autouse=True)
def one_connection(monkeypatch):
    """As Django's test client does: the connection with the test's transaction in it stays open."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    monkeypatch.setattr(asking, "close_old_connections", lambda: None)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.fixture
def node(monkeypatch):
    """This process's memory of pages, to which the receivers speak."""
    made = Node()
    monkeypatch.setattr(receivers, "this", made)
    return made


@pytest.fixture
def django():
    """Django's application alone."""
    return get_wsgi_application()


@pytest.fixture
def layer(node, django):
    """The page cache as it is while the log is followed; nobody else writes to it here."""
    node.is_following = True
    return PageCache(django, node, is_following=False)


@pytest.fixture
def stranger(layer):
    return Visitor(layer)


@pytest.fixture
def later(settings, tmp_path):
    """Moves the product's clock by so many seconds, as the demo does."""
    settings.CLOCK_FILE = tmp_path / "clock"
    return lambda seconds: clock.set_offset(timedelta(seconds=seconds))
