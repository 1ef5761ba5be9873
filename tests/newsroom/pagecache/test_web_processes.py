"""Two web servers, each a process of its own, as they are in production."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from articles import publishing
from memberships import clock
from tests.factories.articles import make_article

ROOT = Path(__file__).resolve().parents[3]
STARTS_WITHIN = 60.0


@contextmanager
def web_process() -> Iterator[str]:
    """A Granian with one worker on the database and cache of the tests. Gives its address once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    database = urlsplit(settings.DATABASE_URL)._replace(path=f"/{connection.settings_dict['NAME']}")
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
        "DATABASE_URL": database.geturl(),
        # The settings take the prefix of their keys from it.
        "PYTEST_XDIST_WORKER": settings.CACHES["default"]["KEY_PREFIX"],
    }
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--port", str(port), "--workers", "1"]
    with subprocess.Popen([*command, "newsroom.wsgi:application"], cwd=ROOT, env=environment) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def wait_for(url: str) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url).close()
        except OSError:
            threading.Event().wait(0.05)
        else:
            return
    pytest.fail("Granian did not begin to serve.")


def page(url: str) -> tuple[str, str]:
    """What the cache said, and the page."""
    with urllib.request.urlopen(url) as answer:
        return answer.headers["X-Cache"], answer.read().decode()


def until_all(urls: list[str], words: str) -> float:
    """Seconds until every address shows the words; none of them may show the old page after that."""
    begun = time.perf_counter()
    while not all(words in page(url)[1] for url in urls):
        assert time.perf_counter() - begun < 10, "The correction did not arrive."
    return time.perf_counter() - begun


@pytest.mark.usefixtures("committing", "node")
def test_correction_stands_on_two_web_processes_within_a_second():
    article = make_article()
    with ExitStack() as stack:
        urls = [stack.enter_context(web_process()) + article.get_absolute_url() for _each in range(2)]
        for url in urls:
            page(url)
        assert [page(url)[0] for url in urls] == ["hit", "hit"]
        publishing.correct(article, "It opened a day later.", None, clock.now())
        took = until_all(urls, "It opened a day later.")
        assert took < 1.0
        assert [page(url)[0] for url in urls] == ["hit", "hit"]
