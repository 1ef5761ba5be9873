"""Web servers and workers as they are in production: processes of their own, on the engines of the tests."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from benchmarks.startup import ROOT, free_port
from newsroom.celery import BILLING

STARTS_WITHIN = 60.0


@contextmanager
def web_process(**more: str) -> Iterator[str]:
    """A Granian with one worker, and more in its environment. Gives its address once it answers."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--port", str(port), "--workers", "1"]
    with subprocess.Popen([*command, "newsroom.wsgi:application"], cwd=ROOT, env=environment(more)) as server:
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


@contextmanager
def worker_process(**more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A Celery worker of one process for what money waits for. It may die before it is told to."""
    options = ("--pool", "solo", "--without-gossip", "--without-mingle", "--without-heartbeat")
    command = [sys.executable, "-m", "celery", "-A", "newsroom", "worker", "--queues", BILLING, *options]
    with subprocess.Popen(command, cwd=ROOT, env=environment(more)) as worker:
        try:
            yield worker
        finally:
            worker.terminate()


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """What a process needs to find the engines and the database of this test."""
    database = urlsplit(settings.DATABASE_URL)._replace(path=f"/{connection.settings_dict['NAME']}")
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
        "DATABASE_URL": database.geturl(),
        # The settings take the prefix of their keys from it.
        "PYTEST_XDIST_WORKER": settings.CACHES["default"]["KEY_PREFIX"],
        **more,
    }


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
