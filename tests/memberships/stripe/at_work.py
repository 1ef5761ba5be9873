"""The product at work beside a test: a web server and a worker of their own, on a queue that nobody else works on."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from subprocess import Popen
from urllib.parse import urlsplit

from celery import Celery
from django.conf import settings

from newsroom.celery import BILLING
from newsroom.embedded.addresses import STRIPE_PORT_OFFSET
from tests.memberships.conftest import SECRET
from tests.serving import web_process, worker_process

_PATIENCE = 30.0
# The tests' two workers share the queue's server, and neither may take what is the other's to do.
_QUEUE = f"virtual_host={7 + int(os.environ.get('PYTEST_XDIST_WORKER', 'gw0').removeprefix('gw'))}"


class Installation:
    """Processes that find the test's database and clock, and Stripe at ``stripe``."""

    def __init__(self, var: Path, stripe: str) -> None:
        (var / "clock").symlink_to(settings.CLOCK_FILE)
        self._queue = settings.REDIS_URL.replace("virtual_host=0", _QUEUE)
        self._environment = {
            "NEWSROOM_VAR": str(var),
            "SECRET_KEY": settings.SECRET_KEY,
            "REDIS_URL": self._queue,
            "CACHE_URL": settings.CACHE_URL,
            "STRIPE_WEBHOOK_SECRETS": SECRET,
            "PORT": str((urlsplit(stripe).port or 0) - STRIPE_PORT_OFFSET),
        }

    def web(self) -> AbstractContextManager[str]:
        return web_process(**self._environment)

    def worker(self) -> AbstractContextManager[Popen[bytes]]:
        return worker_process(**self._environment)

    def wake(self, *tasks: str) -> None:
        """What the timetable would do by itself, now."""
        with Celery(broker=self._queue) as app:
            for task in tasks:
                app.send_task(task, queue=BILLING)


def until(is_so: Callable[[], bool], what: str) -> None:
    """Wait for another process to have done something."""
    deadline = time.monotonic() + _PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, what
        threading.Event().wait(0.05)
